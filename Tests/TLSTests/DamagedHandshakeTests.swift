import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// What any stranger can send before anybody knows him.
@Suite("Damaged handshakes", .ownThreads)
struct DamagedHandshakeTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    /// A handshake can fail between any two steps of the library, and is asked for what it knows by then.
    @Test(
        "Whichever byte of a ClientHello is wrong, the connection goes on or fails, and says what is known of it",
        arguments: [ClientPolicy.Kind.off, .verify],
        [ClientContext.Version.tls12, .tls13]
    )
    func everyByte(kind: ClientPolicy.Kind, version: ClientContext.Version) throws {
        let policy = kind == .off ? ClientPolicy.off : self.pki.verification()
        let material = try ServerMaterial(
            self.pki.served(policy),
            listenerID: ResourceID(bits: 1),
            policyGeneration: 1
        )
        let context = try ServerContext(material)
        let hello = try self.hello(version)
        for index in hello.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = hello
                damaged[index] ^= mask
                let window = CipherWindow()
                let connection = try ServerConnection(context: context, window: window)
                damaged.withUnsafeBytes { bytes in
                    window.setInput(bytes)
                    if case .complete = connection.handshake() { Issue.record("completed at \(index)") }
                }
                #expect(!connection.facts().isResumed)
            }
        }
    }

    /// The library takes other ways through a ClientHello that brings a session.
    @Test("Nor does it matter which byte is wrong where a session is offered", arguments: Bench.versions)
    func everyByteOfResumption(version: ClientContext.Version) throws {
        let bench = try Bench()
        let server = try bench.server(.off)
        let client = try bench.client(nil, version)
        let first = try Conversation(client, server)
        #expect(first.run() == .success)
        let session = try #require(first.client.session())
        let window = CipherWindow()
        let resuming = try ClientConnection(
            context: client,
            window: window,
            serverName: "localhost",
            resuming: session
        )
        _ = resuming.handshake()
        let hello = Array(window.output)
        for index in hello.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = hello
                damaged[index] ^= mask
                let window = CipherWindow()
                let connection = try ServerConnection(context: server, window: window)
                damaged.withUnsafeBytes { bytes in
                    window.setInput(bytes)
                    if case .complete = connection.handshake() { Issue.record("completed at \(index)") }
                }
                #expect(connection.facts().peer == nil)
            }
        }
    }

    /// Asked for another key share, a client says everything twice.
    @Test("Nor which byte of a second ClientHello is")
    func everyByteAfterRetry() throws {
        let bench = try Bench()
        let server = try bench.server(.off)
        var offer = ClientContext.Offer()
        offer.groups = "P-521:X25519"
        let client = try bench.client(nil, .tls13, offer: offer)
        var lengths = Set<Int>()
        for index in 0..<700 {
            let talk = try Conversation(client, server)
            var flights = 0
            talk.tamper = { bytes in
                flights += 1
                if flights == 2 { lengths.insert(bytes.count) }
                guard flights == 2, index < bytes.count else { return bytes }
                var damaged = bytes
                damaged[index] ^= 0x81
                return damaged
            }
            talk.run()
            #expect(talk.server.facts().peer == nil)
        }
        #expect(lengths.max().map { $0 > 100 && $0 <= 700 } == true)
    }

    @Test("A certificate that is none is told as such, with what it was")
    func damagedCertificate() throws {
        let bench = try Bench()
        let talk = try Conversation(
            bench.client(bench.pki.client(.viaIntermediate), .tls12),
            bench.server(bench.pki.verification())
        )
        talk.tamper = { bytes in
            // A handshake record whose first message is Certificate; the leaf begins behind four lengths.
            guard bytes.count > 15, bytes[0] == 22, bytes[5] == 11 else { return bytes }
            var damaged = bytes
            damaged[15] = 0x31
            return damaged
        }
        #expect(talk.run() == .refused(.invalid))
        let trace = try #require(talk.server.trace(of: .invalid, knowing: .empty))
        #expect((trace.refusal, trace.presentedCount) == (.invalid, 2))
        #expect(trace.presented.first?.facts == nil)
        #expect((trace.presented.first?.byteCount ?? 0) > 100)
        #expect(trace.presented.last?.facts != nil)
        #expect(trace.remedy != nil)
    }

    /// In TLS 1.2 the client's certificate crosses in the clear, so that every part of it can be damaged.
    @Test(
        "A flight with a damaged certificate in it never completes a handshake",
        arguments: [ClientPolicy.Kind.passthrough, .verify]
    )
    func certificateFlight(kind: ClientPolicy.Kind) throws {
        let bench = try Bench()
        let server = try bench.server(kind == .passthrough ? .passthrough : bench.pki.verification())
        let client = try bench.client(try bench.pki.client(.viaIntermediate), .tls12)
        for index in stride(from: 5, to: 1_000, by: 3) {
            let talk = try Conversation(client, server)
            var flights = 0
            talk.tamper = { bytes in
                flights += 1
                guard flights == 2, index < bytes.count else { return bytes }
                var damaged = bytes
                damaged[index] ^= UInt8(truncatingIfNeeded: index | 1)
                return damaged
            }
            #expect(talk.run() != .success, "byte \(index)")
            _ = talk.server.facts().peer?.leaf
        }
    }

    private func hello(_ version: ClientContext.Version) throws -> [UInt8] {
        let window = CipherWindow()
        let connection = try ClientConnection(
            context: self.pki.context(nil, versions: .tls12...version),
            window: window,
            serverName: "localhost",
            resuming: nil
        )
        _ = connection.handshake()
        return Array(window.output)
    }
}

extension ClientPolicy {
    enum Kind: Sendable {
        case off
        case passthrough
        case verify
    }
}
