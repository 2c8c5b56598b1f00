import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// The three modes as a client, a target and the log see them.
@Suite("Mutual TLS", .ownThreads)
struct MutualTLSTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    /// Sends one request through a listener of the mode to a target that echoes what it received.
    private func echoed(
        _ policy: ClientPolicy,
        _ identity: IssuedCertificate?,
        headers: String = ""
    ) async throws -> String {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(policy), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try SecureClient(to: engine.endpoint(listener), context: self.pki.context(identity))
        let answer = try #require(try client.get(headers: headers))
        client.close()
        await engine.stop()
        return answer.body
    }

    private func identityLines(_ head: String) -> [String] {
        head.split(separator: "\r\n").map(String.init).filter {
            $0.lowercased().replacing("_", with: "-").hasPrefix("x-amzn-mtls-")
        }
    }

    @Test("Verify tells the target who called, in five headers")
    func verifyHeaders() async throws {
        let identity = try self.pki.client(.valid)
        let lines = self.identityLines(try await self.echoed(self.pki.verification(), identity))
        let facts = try CertificateReader.serverCertificate(
            chain: FileContents(path: "client", text: identity.certificatePEM),
            key: SecretFileContents(path: "key", text: identity.privateKey)
        )
        try #require(lines.count == 5)
        #expect(lines[0] == "X-Amzn-Mtls-Clientcert-Serial-Number: \(facts.serialNumber)")
        #expect(lines[1] == "X-Amzn-Mtls-Clientcert-Issuer: \(facts.issuer)")
        #expect(lines[2] == "X-Amzn-Mtls-Clientcert-Subject: \(facts.subject)")
        #expect(lines[3] == "X-Amzn-Mtls-Clientcert-Validity: \(facts.validity)")
        #expect(lines[4].hasPrefix("X-Amzn-Mtls-Clientcert-Leaf: -----BEGIN%20CERTIFICATE-----%0A"))
        #expect(Self.decoded(lines[4]) == identity.certificatePEM)
    }

    /// The second connection of a client is recognised by what the first one showed.
    @Test("A client that comes again is named as the first time, and nobody else is")
    func comesAgain() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: self.pki.served(self.pki.verification()),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        func lines(_ identity: IssuedCertificate) throws -> [String] {
            let client = try SecureClient(
                to: engine.endpoint(listener),
                context: self.pki.context(identity)
            )
            defer { client.close() }
            return self.identityLines(try #require(try client.get()).body)
        }
        let one = try self.pki.client(.valid)
        let other = try self.pki.client(.viaIntermediate)
        let first = try lines(one)
        #expect(first.count == 5)
        let otherFirst = try lines(other)
        #expect(otherFirst != first)
        #expect(try lines(one) == first)
        #expect(try lines(other) == otherFirst)
        // Under another trust store neither is known.
        let foreign = self.pki.verification(anchors: [self.pki.otherRoot.certificatePEM])
        try await engine.run([listener.with(foreign)])
        #expect(throws: SecureClient.Refused.self) { _ = try lines(one) }
        await engine.stop()
    }

    @Test(
        "Passthrough hands the target the chain exactly as it was sent",
        arguments: [
            TestPKI.Client.valid, .expired, .selfSigned, .unknownCA, .viaIntermediate, .ed25519,
        ]
    )
    func passthroughHeader(kind: TestPKI.Client) async throws {
        let identity = try self.pki.client(kind)
        let lines = self.identityLines(try await self.echoed(.passthrough, identity))
        try #require(lines.count == 1)
        #expect(lines[0].hasPrefix("X-Amzn-Mtls-Clientcert: "))
        #expect(Self.decoded(lines[0]) == identity.chainPEM)
    }

    @Test(
        "Passthrough without a certificate, and off, add nothing",
        arguments: [
            ClientPolicy.off, .passthrough,
        ]
    )
    func nothingAdded(policy: ClientPolicy) async throws {
        #expect(self.identityLines(try await self.echoed(policy, nil)) == [])
    }

    /// The whole point of the headers is that the target may believe them.
    @Test(
        "Forged identity headers never reach a target",
        arguments: [
            ClientPolicy.off, .passthrough,
        ]
    )
    func forged(policy: ClientPolicy) async throws {
        let forged = """
            X-Amzn-Mtls-Clientcert-Subject: CN=root\r
            x_amzn_mtls_clientcert_subject: CN=root\r
            X-AMZN-MTLS-CLIENTCERT-SUBJECT: CN=root\r
            X-Amzn_Mtls-Clientcert_Leaf: CN=root\r
            x-amzn-mtls-clientcert: CN=root\r
            Connection: X-Amzn-Mtls-Clientcert, X-Forwarded-For\r

            """
        let head = try await self.echoed(policy, nil, headers: forged)
        #expect(self.identityLines(head) == [])
        #expect(!head.contains("CN=root"))
        #expect(head.contains("X-Forwarded-For: 127.0.0.1\r\n"))
    }

    @Test("Forged identity headers do not stand beside the true ones")
    func forgedInVerify() async throws {
        let head = try await self.echoed(
            self.pki.verification(),
            try self.pki.client(.valid),
            headers: "X-Amzn-Mtls-Clientcert-Subject: CN=root\r\nx_amzn_mtls_clientcert_leaf: x\r\n"
        )
        #expect(self.identityLines(head).count == 5)
        #expect(!head.contains("CN=root"))
    }

    /// A CA may certify a name that no one would choose in good faith.
    @Test(
        "A hostile subject stays inside its header and inside its line of the log",
        arguments: [
            "a\r\nX-Admin: 1\r\n\r\nGET /x HTTP/1.1", "\u{0}\n", "\" - - - Success \"", "x\\",
            "a,CN=root+O=b", "ünï\u{2028}cødé",
            " lead and trail ", "\u{7F}\u{1B}[2J",
        ]
    )
    func hostileSubject(name: String) async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: self.pki.served(self.pki.verification()),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        let identity = try self.pki.root.issue(self.pki.request(commonName: name))
        let client = try SecureClient(to: engine.endpoint(listener), context: self.pki.context(identity))
        let head = try #require(try client.get()).body
        #expect(self.identityLines(head).count == 5)
        #expect(!head.contains("\r\nX-Admin"))
        #expect(head.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0D || $0 == 0x0A })
        let record = try #require(await engine.record { !$0.isFailure })
        #expect(record.albLine.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
        // Outside of its quotes the line is the same whatever the name is.
        let quotes = record.albLine.replacing("\\\\", with: "").replacing("\\\"", with: "").filter {
            $0 == "\""
        }
        #expect(quotes.count == 2)
        await engine.stop()
    }

    struct Refusal: Sendable {
        let kind: TestPKI.Client?
        let outcome: HandshakeOutcome
        init(_ kind: TestPKI.Client?, _ outcome: HandshakeOutcome) {
            self.kind = kind
            self.outcome = outcome
        }
    }

    @Test(
        "A client that verify refuses gets an alert, no HTTP, and a record with its reason",
        arguments: [
            Refusal(nil, .failed(.noCertificate)),
            Refusal(.expired, .refused(.expired)),
            Refusal(.notYetValid, .refused(.notYetValid)),
            Refusal(.unknownCA, .refused(.untrusted)),
            Refusal(.selfSigned, .refused(.untrusted)),
            Refusal(.serverOnlyEKU, .refused(.purposeInvalid)),
            Refusal(.rsa1024, .refused(.typeUnsupported)),
        ],
        [ClientContext.Version.tls12, .tls13]
    )
    func refused(refusal: Refusal, version: ClientContext.Version) async throws {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: self.pki.served(self.pki.verification()),
            action: try .fixed("through")
        )
        try await engine.run([listener])
        let identity = try refusal.kind.map { try self.pki.client($0) }
        let error = #expect(throws: SecureClient.Refused.self) {
            let client = try SecureClient(
                to: engine.endpoint(listener),
                context: self.pki.context(identity, versions: version...version)
            )
            if try client.get() == nil { throw SecureClient.Refused(alert: nil) }
        }
        #expect(error?.alert != nil)
        let record = try #require(await engine.record { $0.isFailure })
        #expect(record.tls?.outcome == refusal.outcome)
        #expect(record.tls?.latencyMicroseconds == nil)
        #expect((record.tls?.leaf == nil) == (refusal.kind == nil))
        // Who was judged is told how; what was presented is kept for people to look at.
        #expect(record.tls?.trace?.refusal == (refusal.kind == nil ? nil : refusal.outcome.reason))
        let kept = record.tls?.presentedChain.map { ChainJudge.pem([$0]) }.joined() ?? ""
        #expect(kept == identity?.chainPEM ?? "")
        #expect(engine.engine.counters().listeners[listener.id]?.failures == 1)
        #expect(engine.engine.counters().listeners[listener.id]?.requests == 0)
        await engine.stop()
    }

    @Test("Every attempt is logged once: plain text, a port scan, a client that gives up")
    func notTLS() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: try .fixed("through"))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let plain = try RawSocket(to: endpoint)
        try plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!String(decoding: plain.receiveToEnd(), as: UTF8.self).contains("HTTP/1.1"))
        #expect(await engine.record { $0.tls?.outcome == .failed(.notTLS) } != nil)
        try RawSocket(to: endpoint).finishSending()
        #expect(await engine.record { $0.tls?.outcome == .failed(.closed) } != nil)
        #expect(engine.records.count == 2)
        await engine.stop()
    }

    @Test("A success is logged with what was negotiated and who came")
    func success() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            "edge",
            tls: self.pki.served(self.pki.verification()),
            action: try .fixed("x")
        )
        try await engine.run([listener])
        let identity = try self.pki.client(.valid)
        let client = try SecureClient(to: engine.endpoint(listener), context: self.pki.context(identity))
        #expect(try client.get() != nil)
        let record = try #require(await engine.record { !$0.isFailure })
        #expect(record.listenerName == "edge")
        #expect(record.tls?.version == "TLSv1.3")
        #expect(record.tls?.serverName == "localhost")
        #expect(record.tls?.leaf?.commonName == "valid")
        #expect((record.tls?.latencyMicroseconds ?? 0) > 0)
        #expect(record.albLine.contains(" Success TID_"))
        #expect(record.tls?.trace == nil)
        #expect(record.tls?.anchor?.trustStore == "clients")
        await engine.stop()
    }

    private static func decoded(_ line: String) -> String {
        let value = line.split(separator: ": ", maxSplits: 1).last ?? ""
        var bytes: [UInt8] = []
        var rest = Array(value.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"),
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
