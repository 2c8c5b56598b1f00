import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// What a connection does with bytes: those of strangers before the handshake, and data after it.
@Suite("Server connection", .ownThreads)
struct ServerConnectionTests {
    let bench: Bench

    init() throws {
        self.bench = try Bench()
    }

    @Test(
        "What is not TLS is told as such",
        arguments: [
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "CONNECT localhost:443 HTTP/1.1\r\n\r\n",
            "SSH-2.0-OpenSSH_9.2\r\n", String(repeating: "\u{0}", count: 64),
            String(repeating: "x", count: 999),
        ]
    )
    func notTLS(text: String) throws {
        let talk = try Conversation(
            try self.bench.client(nil, .tls13),
            try self.bench.server(self.bench.pki.verification())
        )
        talk.feedServer(Array(text.utf8))
        #expect(talk.outcome == .failed(.notTLS))
        #expect(talk.server.facts().cipher == nil)
        #expect(talk.server.facts().version == nil)
        // A failed connection stays failed.
        #expect(talk.server.handshake() == .failed(.failed(.other)))
    }

    @Test(
        "A client that is too old fails with the protocol detail",
        arguments: [ClientContext.Version.tls10, .tls11]
    )
    func oldClient(version: ClientContext.Version) throws {
        var offer = ClientContext.Offer()
        offer.tls12Suites = "ALL:@SECLEVEL=0"
        let client = try self.bench.client(nil, version, offer: offer)
        let talk = try Conversation(client, try self.bench.server(.off))
        #expect(talk.run() == .failed(.protocolVersion))
        #expect(talk.client.receivedAlert == 70)
    }

    @Test("A client without a cipher or group of ours fails with the cipher detail")
    func noCommonCipher() throws {
        var suites = ClientContext.Offer()
        suites.tls12Suites = "AES256-SHA"
        let byCipher = try Conversation(
            try self.bench.client(nil, .tls12, offer: suites),
            try self.bench.server(.off)
        )
        #expect(byCipher.run() == .failed(.cipher))
        var groups = ClientContext.Offer()
        groups.groups = "X448"
        let byGroup = try Conversation(
            try self.bench.client(nil, .tls13, offer: groups),
            try self.bench.server(.off)
        )
        #expect(byGroup.run() == .failed(.cipher))
    }

    @Test("A client that refuses the server's certificate is told as an alert", arguments: Bench.versions)
    func clientAlert(version: ClientContext.Version) throws {
        let client = try ClientContext(
            trustedRootPEM: self.bench.pki.otherRoot.certificatePEM,
            versions: version...version
        )
        let talk = try Conversation(client, try self.bench.server(.off))
        #expect(talk.run() == .failed(.alert))
    }

    @Test("A handshake completes though its bytes arrive one at a time", arguments: Bench.versions)
    func byteByByte(version: ClientContext.Version) throws {
        let talk = try Conversation(
            try self.bench.client(try self.bench.pki.client(.valid), version),
            try self.bench.server(self.bench.pki.verification())
        )
        talk.chunk = 1
        #expect(talk.run() == .success)
        #expect(talk.server.facts().peer?.count == 1)
    }

    @Test("All input is taken before more is asked for")
    func inputIsTaken() throws {
        let talk = try Conversation(try self.bench.client(nil, .tls13), try self.bench.server(.off))
        _ = talk.client.handshake()
        let hello = talk.take(talk.clientWindow)
        hello.dropLast().withUnsafeBytes { bytes in
            talk.serverWindow.setInput(bytes)
            #expect(talk.server.handshake() == .needsInput)
            #expect(talk.serverWindow.unreadInput.isEmpty)
        }
    }

    @Test("Random bytes after a record header never complete a handshake", arguments: 0..<64)
    func noise(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let body = (0..<200).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let talk = try Conversation(
            try self.bench.client(nil, .tls13),
            try self.bench.server(self.bench.pki.verification())
        )
        talk.feedServer([22, 3, 1, 0, 200] + [1, 0, 0, 196] + body.dropFirst(4))
        #expect(talk.outcome != .success)
    }

    @Test("A ClientHello with any byte damaged is survived")
    func damagedHello() throws {
        let server = try self.bench.server(self.bench.pki.verification())
        let client = try self.bench.client(nil, .tls13)
        for index in stride(from: 0, to: 200, by: 1) {
            let talk = try Conversation(client, server)
            _ = talk.client.handshake()
            var hello = talk.take(talk.clientWindow)
            guard index < hello.count else { break }
            hello[index] ^= 0xFF
            talk.feedServer(hello)
            #expect(talk.outcome != .success)
        }
    }

    @Test("Data of many records goes through whole, both ways", arguments: Bench.versions)
    func data(version: ClientContext.Version) throws {
        let talk = try self.bench.outcome(of: nil, version, .off)
        try #require(talk.outcome == .success)
        let payload = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        _ = talk.take(talk.serverWindow)

        #expect(talk.server.write(payload))
        let down = talk.take(talk.serverWindow)
        #expect(down.count > payload.count)
        #expect(Self.drain(down, talk.clientWindow) { talk.client.read(into: $0) } == payload)

        #expect(payload.withUnsafeBytes { talk.client.write($0) })
        let up = talk.take(talk.clientWindow)
        #expect(Self.drain(up, talk.serverWindow) { talk.server.read(into: $0) } == payload)
        #expect(!talk.server.hasPendingPlaintext)
    }

    @Test("Plaintext left behind by a small read is announced")
    func pending() throws {
        let talk = try self.bench.outcome(of: nil, .tls13, .off)
        _ = Array("hello".utf8).withUnsafeBytes { talk.client.write($0) }
        talk.take(talk.clientWindow).withUnsafeBytes { bytes in
            talk.serverWindow.setInput(bytes)
            withUnsafeTemporaryAllocation(byteCount: 2, alignment: 1) { target in
                #expect(talk.server.read(into: target) == .bytes(2))
                #expect(talk.server.hasPendingPlaintext)
                #expect(talk.server.read(into: target) == .bytes(2))
                #expect(talk.server.read(into: target) == .bytes(1))
                #expect(!talk.server.hasPendingPlaintext)
                #expect(talk.server.read(into: target) == .needsInput)
            }
        }
    }

    @Test("A close_notify ends reading, and a forged record breaks it", arguments: Bench.versions)
    func endings(version: ClientContext.Version) throws {
        let closed = try self.bench.outcome(of: nil, version, .off)
        closed.client.sendCloseNotify()
        #expect(Self.step(closed, closed.take(closed.clientWindow)) == .closed)
        // The other direction is still open.
        #expect(closed.server.write([1]))

        let forged = try self.bench.outcome(of: nil, version, .off)
        #expect(Self.step(forged, [23, 3, 3, 0, 32] + [UInt8](repeating: 9, count: 32)) == .failed)
        #expect(forged.server.write([1]) == false)
    }

    @Test(
        "ALPN picks h2, then http/1.1, and is ignored without either",
        arguments: [(["h2", "http/1.1"], "h2"), (["h3"], nil), ([], nil)] as [([String], String?)]
    )
    func alpn(offered: [String], chosen: String?) throws {
        var offer = ClientContext.Offer()
        offer.protocols = offered
        let client = try self.bench.client(nil, .tls13, offer: offer)
        let talk = try Conversation(client, try self.bench.server(.off))
        #expect(talk.run() == .success)
        #expect(talk.client.negotiatedProtocol == chosen)
    }

    @Test(
        "Only plain server names reach the facts",
        arguments: [("edge-1.example_x.net", true), ("a\"b", false), ("sp ace", false), ("naïve", false)]
    )
    func serverName(name: String, isShown: Bool) throws {
        let client = try ClientContext()
        let talk = try Conversation(client, try self.bench.server(.off), serverName: name)
        #expect(talk.run() == .success)
        #expect(talk.server.facts().serverName == (isShown ? name : nil))
    }

    private static func step(_ talk: Conversation, _ bytes: [UInt8]) -> ServerConnection.ReadStep {
        bytes.withUnsafeBytes { bytes in
            talk.serverWindow.setInput(bytes)
            return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { talk.server.read(into: $0) }
        }
    }

    private static func drain(
        _ bytes: [UInt8],
        _ window: CipherWindow,
        read: (UnsafeMutableRawBufferPointer) -> ServerConnection.ReadStep
    ) -> [UInt8] {
        var plain: [UInt8] = []
        bytes.withUnsafeBytes { bytes in
            window.setInput(bytes)
            withUnsafeTemporaryAllocation(byteCount: 20_000, alignment: 1) { target in
                while case .bytes(let count) = read(target) {
                    plain.append(contentsOf: UnsafeRawBufferPointer(rebasing: target[..<count]))
                }
            }
        }
        return plain
    }
}

/// A seeded generator, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
