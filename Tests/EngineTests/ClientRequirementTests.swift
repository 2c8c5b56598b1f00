import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Policies beyond ALB as clients, targets and the log see them, and what targets are told in which headers.
@Suite("Clients and what targets are told", .ownThreads)
struct ClientRequirementTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private static let ownNames = [
        "x-amzn-mtls-", "client-cert", "x-forwarded-client-cert", "x-sekisho-", "x-who", "x-leaf",
    ]

    private func ownLines(_ head: String) -> [String] {
        head.split(separator: "\r\n").map(String.init).filter { line in
            let name = line.lowercased().replacing("_", with: "-")
            return Self.ownNames.contains { name.hasPrefix($0) }
        }
    }

    private func listener(
        _ policy: ClientPolicy,
        _ headers: IdentityHeaderSettings = .standard,
        to target: ScriptedTarget,
        rules: [ServedRule] = []
    ) -> ServedListener {
        ServedListener.test(
            tls: self.pki.served(policy, identityHeaders: headers),
            action: .forward(target.endpoint),
            rules: rules
        )
    }

    private func policy(_ enforcement: ClientRequirements.Enforcement) -> ClientPolicy {
        self.pki.verification(requirements: ClientRequirements(clientCertificate: enforcement))
    }

    @Test("A client that is only observed, or has no certificate, is nobody in every form of headers")
    func nobody() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let headers = IdentityHeaderSettings(forms: [.alb, .rfc9440, .xfcc], sendsVerdict: true)
        let observing = self.listener(self.policy(.observed), headers, to: target)
        let optional = self.listener(self.policy(.optional), headers, to: target)
        try await engine.run([observing, optional])
        func lines(_ listener: ServedListener, _ kind: TestPKI.Client?) throws -> [String] {
            let identity = try kind.map { try self.pki.client($0) }
            let client = try SecureClient(to: engine.endpoint(listener), context: self.pki.context(identity))
            defer { client.close() }
            return self.ownLines(try #require(try client.get()).body)
        }
        let verdict = "X-Sekisho-Client-Verdict: "
        #expect(try lines(observing, nil) == [verdict + "NONE"])
        #expect(try lines(optional, nil) == [verdict + "NONE"])
        #expect(try lines(observing, .unknownCA) == [verdict + "FAILED:ClientCertUntrusted"])
        #expect(try lines(observing, .expired) == [verdict + "FAILED:ClientCertExpired"])
        for listener in [observing, optional] {
            let known = try lines(listener, .valid)
            #expect(known.count == 8)
            #expect(known.last == verdict + "SUCCESS")
        }
        #expect(throws: (any Error).self) { try lines(optional, .unknownCA) }

        let record = try #require(await engine.record { $0.tls?.observed == .untrusted })
        #expect(!record.isFailure)
        #expect(record.albLine.contains(" Failed:ClientCertUntrusted TID_"))
        #expect(record.tls?.trace?.refusal == .untrusted)
        await engine.stop()
    }

    @Test("A flip to required cuts who was only observed")
    func flip() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = self.listener(self.policy(.observed), to: target)
        try await engine.run([listener])
        let stranger = try SecureClient(
            to: engine.endpoint(listener),
            context: self.pki.context(try self.pki.client(.unknownCA))
        )
        #expect(try stranger.get() != nil)
        try await engine.run([listener.with(self.policy(.required))])
        #expect(((try? stranger.get()) ?? nil) == nil)
        await engine.stop()
    }

    @Test("Rules ask who the client is; of a client that is not verified nothing is so")
    func rules() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        func rule(_ priority: Int, _ condition: ClientCertificateCondition) throws -> ServedRule {
            ServedRule(
                priority: priority,
                conditions: [.clientCertificate(condition)],
                action: try .fixed("rule \(priority)")
            )
        }
        let rules = [
            try rule(1, .name(IdentityFilter(field: .subjectCN, values: ["valid"]))),
            try rule(2, .name(IdentityFilter(field: .subjectOU, values: ["*"]))),
            try rule(3, .present(false)),
        ]
        let plain = self.listener(self.policy(.observed), to: target)
        try await engine.run([plain])
        let early = try SecureClient(
            to: engine.endpoint(plain),
            context: self.pki.context(try self.pki.client(.valid))
        )
        #expect(try early.get() != nil)
        let listener = ServedListener(
            id: plain.id,
            name: plain.name,
            loadBalancerPath: plain.loadBalancerPath,
            endpoint: plain.endpoint,
            tls: plain.tls,
            action: plain.action,
            rules: rules
        )
        try await engine.run([listener])
        // Nobody knows who it is: it has to come again.
        #expect(((try? early.get()) ?? nil) == nil)
        func body(_ kind: TestPKI.Client?) throws -> String? {
            let identity = try kind.map { try self.pki.client($0) }
            let client = try SecureClient(to: engine.endpoint(listener), context: self.pki.context(identity))
            defer { client.close() }
            return try client.get()?.body
        }
        for _ in 0..<2 { #expect(try body(.valid) == "rule 1") }
        #expect(try body(.rsa2048) == "rule 2")
        #expect(try body(nil) == "rule 3")
        #expect(try body(.unknownCA) == "rule 3")
        await engine.stop()
    }

    @Test("Renamed headers are sent by their names, and taken from clients on every listener, in every form")
    func renamed() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let headers = IdentityHeaderSettings(names: [.subject: "X-Who", .leaf: "X-Leaf"])
        let verifying = self.listener(self.pki.verification(), headers, to: target)
        let off = self.listener(.off, to: target)
        let plain = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([verifying, off, plain])
        let forged = """
            X-Who: CN=root\r
            x_who: CN=root\r
            X.WHO: CN=root\r
            X_Leaf: CN=root\r
            X-Amzn-Mtls-Clientcert-Subject: CN=root\r
            Client-Cert: :CN=root:\r
            client_cert_chain: CN=root\r
            X-Forwarded-Client-Cert: CN=root\r
            X-Sekisho-Client-Verdict: SUCCESS\r
            Connection: X-Who, X-Leaf, X-Amzn-Mtls-Clientcert-Issuer, Client-Cert\r

            """
        let client = try SecureClient(
            to: engine.endpoint(verifying),
            context: self.pki.context(try self.pki.client(.valid))
        )
        let head = try #require(try client.get(headers: forged)).body
        #expect(!head.contains("CN=root"))
        let names = self.ownLines(head).map { $0.prefix { $0 != ":" } }
        #expect(
            names == [
                "X-Amzn-Mtls-Clientcert-Serial-Number", "X-Amzn-Mtls-Clientcert-Issuer", "X-Who",
                "X-Amzn-Mtls-Clientcert-Validity", "X-Leaf",
            ]
        )
        let other = try SecureClient(to: engine.endpoint(off), context: self.pki.context(nil))
        #expect(self.ownLines(try #require(try other.get(headers: forged)).body) == [])
        let raw = try RawSocket(to: engine.endpoint(plain))
        try raw.send(
            "GET / HTTP/1.1\r\nHost: a\r\n\(forged.replacing("Connection: ", with: "Connection: close, "))\r\n"
        )
        let answer = String(decoding: raw.receiveToEnd(), as: UTF8.self)
        #expect(answer.contains("HTTP/1.1 200") && !answer.contains("CN=root"))
        await engine.stop()
    }
}
