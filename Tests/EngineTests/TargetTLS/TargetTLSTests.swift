import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// TLS towards targets of application load balancers.
@Suite("Targets over TLS", .ownThreads)
struct TargetTLSTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    /// An HTTP listener that forwards to one target over TLS.
    struct Gate {
        let engine: RunningEngine
        let listener: ServedListener
        let group: ResourceID

        init(
            _ target: Endpoint,
            _ tls: ServedTargetTLS = ServedTargetTLS(),
            connectTimeout: Duration = .seconds(60)
        ) async throws {
            var tuning = EngineTuning()
            tuning.connectTimeout = connectTimeout
            // No check comes while a test counts connections.
            tuning.healthCheckSecond = .seconds(10_000)
            self.engine = RunningEngine(tuning: tuning)
            self.group = .random()
            self.listener = .test(action: .forward(targetGroupID: self.group, targets: [target]))
            try await self.run(target, tls)
        }

        /// Runs it, or runs it with another TLS.
        func run(_ target: Endpoint, _ tls: ServedTargetTLS) async throws {
            try await self.engine.run([self.listener], targetGroups: [Self.served(self.group, target, tls)])
        }

        static func served(
            _ id: ResourceID,
            _ target: Endpoint,
            _ tls: ServedTargetTLS?,
            _ version: TargetGroup.ProtocolVersion = .http1
        ) -> ServedTargetGroup {
            var check = HealthCheck()
            check.protocol = .tcp
            return ServedTargetGroup(
                id: id,
                targets: [target],
                healthCheck: check,
                isUsed: true,
                protocolVersion: version,
                tls: tls
            )
        }

        func client() throws -> RawSocket {
            let client = try RawSocket(to: self.engine.endpoint(self.listener))
            client.setTimeout(seconds: 60)
            return client
        }

        /// The answer to a GET whose client closes.
        func answer() throws -> String {
            let client = try self.client()
            try client.send("GET /secret HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return String(decoding: client.receiveToEnd(), as: UTF8.self)
        }

        var errors: TargetTLSErrors? {
            self.engine.engine.counters().targetGroups?[self.group]?.tlsErrors?.first
        }
    }

    func verifying(
        _ serverName: String? = nil,
        anchors: [String]? = nil,
        showing certificate: IssuedCertificate? = nil
    ) -> ServedTargetTLS {
        ServedTargetTLS(
            clientCertificate: certificate.map {
                ServedCertificate(chain: $0.chainPEM, privateKey: $0.privateKey)
            },
            verification: ServedTargetTLS.Verification(
                anchors: anchors ?? [self.pki.root.certificatePEM],
                serverName: serverName
            )
        )
    }

    static func shown(_ certificate: IssuedCertificate, _ policy: ClientPolicy = .off) -> ServedTLS {
        ServedTLS(
            certificateChain: certificate.chainPEM,
            privateKey: certificate.privateKey,
            clientPolicy: policy
        )
    }

    @Test("Requests go through one connection, which is kept, and their bodies arrive whole both ways")
    func roundTrip() async throws {
        let target = try SecureTarget.listen(self.pki.served(.off)) { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n")
                let line = try #require(
                    head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length") }
                )
                let count = try #require(Int(line.dropFirst(16)))
                let body = try socket.receive(exactly: count)
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n")
                try socket.send(body)
            }
        }
        let gate = try await Gate(target.endpoint)
        let client = try gate.client()
        for count in [8, 70_000, 3_000_000] {
            let body = RelayTests.noise(count)
            BlockingThread.start {
                try? client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
                try? client.send(body)
            }
            #expect(try client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try client.receive(exactly: body.count) == body)
        }
        #expect(target.connectionCount == 1)
        #expect(gate.errors == nil)
        await gate.engine.stop()
    }

    @Test(
        "What resumes a connection is kept for the next to the same target",
        arguments: ["", "without tickets"]
    )
    func resumption(kind: String) async throws {
        let seen = Mutex<[Bool]>([])
        // With name policies a listener issues nothing that resumes.
        let tls =
            kind.isEmpty
            ? self.pki.served(.off)
            : ServedTLS(
                certificateChain: self.pki.server.chainPEM,
                privateKey: self.pki.server.privateKey,
                clientPolicy: .passthrough
            )
        let target = try SecureTarget.listen(tls) { socket in
            seen.withLock { $0.append(socket.facts.isResumed) }
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        }
        let gate = try await Gate(target.endpoint, self.verifying())
        for _ in 0..<3 { #expect(try gate.answer().hasPrefix("HTTP/1.1 200 OK\r\n")) }
        #expect(seen.withLock { $0 } == [false, kind.isEmpty, kind.isEmpty])
        // Another verification begins anew: what was judged by less is nothing to build upon.
        try await gate.run(target.endpoint, self.verifying("localhost"))
        #expect(try gate.answer().hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(seen.withLock { $0.last } == false)
        await gate.engine.stop()
    }

    @Test("Without verification any certificate will do", arguments: [TestPKI.Client.selfSigned, .expired])
    func unverified(kind: TestPKI.Client) async throws {
        let names = Mutex<[String?]>([])
        let target = try SecureTarget.listen(Self.shown(try self.pki.client(kind))) { socket in
            names.withLock { $0.append(socket.facts.serverName) }
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 204 No\r\n\r\n")
        }
        let gate = try await Gate(target.endpoint)
        #expect(try gate.answer().hasPrefix("HTTP/1.1 204 No\r\n"))
        #expect(names.withLock { $0 } == [nil])
        await gate.engine.stop()
    }

    enum Case: Sendable, CaseIterable {
        case trusted, otherCA, expired, notYetValid, clientOnly, otherName, otherAddress, commonNameOnly
    }

    /// The request names a secret; a target that fails must not have heard of it.
    @Test(
        "With verification only a target with the right certificate is sent a request",
        arguments: Case.allCases
    )
    func verified(wanted: Case) async throws {
        var request = self.pki.request(commonName: "app.internal")
        request.extendedKeyUsage = [.serverAuth]
        request.dnsNames = ["app.internal"]
        request.ipAddresses = [.loopback]
        var issuer = self.pki.root
        var serverName: String?
        var failure: TargetTLSFailure?
        switch wanted {
        case .trusted: break
        case .otherCA:
            issuer = self.pki.otherRoot
            failure = .untrusted
        case .expired:
            request.notBefore = TestPKI.days(-20, from: self.pki.now)
            request.notAfter = TestPKI.days(-10, from: self.pki.now)
            failure = .expired
        case .notYetValid:
            request.notBefore = TestPKI.days(10, from: self.pki.now)
            failure = .notYetValid
        case .clientOnly:
            request.extendedKeyUsage = [.clientAuth]
            failure = .purpose
        case .otherName:
            serverName = "other.internal"
            failure = .wrongName
        case .otherAddress:
            request.ipAddresses = []
            failure = .wrongName
        case .commonNameOnly:
            request.dnsNames = []
            serverName = "app.internal"
            failure = .wrongName
        }
        let heard = Mutex<[String]>([])
        let target = try SecureTarget.listen(Self.shown(try issuer.issue(request))) { socket in
            let head = try socket.receive(until: "\r\n\r\n")
            heard.withLock { $0.append(head) }
            try socket.send("HTTP/1.1 204 No\r\n\r\n")
        }
        let gate = try await Gate(target.endpoint, self.verifying(serverName))
        let answer = try gate.answer()
        #expect(answer.hasPrefix(failure == nil ? "HTTP/1.1 204 No\r\n" : "HTTP/1.1 502 Bad Gateway\r\n"))
        #expect(heard.withLock { $0.count } == (failure == nil ? 1 : 0))
        #expect(gate.errors?.lastFailure == failure)
        #expect(gate.errors?.count == (failure == nil ? nil : 1))
        await gate.engine.stop()
    }

    @Test("A name that is configured is asked for, and expected")
    func serverName() async throws {
        let names = Mutex<[String?]>([])
        let target = try SecureTarget.listen(Self.shown(try self.pki.server(names: ["app.internal"]))) {
            socket in
            names.withLock { $0.append(socket.facts.serverName) }
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 204 No\r\n\r\n")
        }
        let gate = try await Gate(target.endpoint, self.verifying("app.internal"))
        #expect(try gate.answer().hasPrefix("HTTP/1.1 204"))
        #expect(names.withLock { $0 } == ["app.internal"])
        await gate.engine.stop()
    }

    @Test(
        "A target that verifies us gets our certificate, and refuses us without",
        arguments: [true, false]
    )
    func clientCertificate(isShown: Bool) async throws {
        let subjects = Mutex<[String?]>([])
        let target = try SecureTarget.listen(self.pki.served(self.pki.verification())) { socket in
            subjects.withLock { $0.append(socket.facts.peer?.leaf?.subject) }
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 204 No\r\n\r\n")
        }
        let certificate = isShown ? try self.pki.client(.viaIntermediate) : nil
        let gate = try await Gate(target.endpoint, self.verifying(showing: certificate))
        let answer = try gate.answer()
        #expect(answer.hasPrefix(isShown ? "HTTP/1.1 204" : "HTTP/1.1 502"))
        #expect(subjects.withLock { $0.count } == (isShown ? 1 : 0))
        if isShown {
            #expect(subjects.withLock { $0.first }??.contains("viaIntermediate") == true)
        } else {
            #expect(gate.errors?.lastFailure == .certificateRequired)
        }
        await gate.engine.stop()
    }

    @Test("A failure is told until a later handshake has succeeded")
    func recovery() async throws {
        let target = try SecureTarget.echo(self.pki.served(.off))
        let gate = try await Gate(
            target.endpoint,
            self.verifying(anchors: [self.pki.otherRoot.certificatePEM])
        )
        for _ in 0..<2 { #expect(try gate.answer().hasPrefix("HTTP/1.1 502")) }
        #expect(
            gate.errors
                == TargetTLSErrors(target: target.endpoint, count: 2, lastFailure: .untrusted)
        )
        try await gate.run(target.endpoint, self.verifying())
        #expect(try gate.answer().hasPrefix("HTTP/1.1 200"))
        #expect(gate.errors == TargetTLSErrors(target: target.endpoint, count: 2, lastFailure: nil))
        await gate.engine.stop()
    }

    @Test("A connection that was made under less carries no request under more")
    func stricter() async throws {
        let target = try SecureTarget.echo(self.pki.served(.off))
        let gate = try await Gate(target.endpoint)
        let client = try gate.client()
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.receive(until: "\r\n").hasPrefix("HTTP/1.1 200"))
        try await gate.run(
            target.endpoint,
            self.verifying(anchors: [self.pki.otherRoot.certificatePEM])
        )
        #expect(try gate.answer().hasPrefix("HTTP/1.1 502"))
        await gate.engine.stop()
    }

    @Test(
        "A target that speaks no TLS is 502, and hears no request",
        arguments: ["HTTP/1.1 200 OK\r\n\r\n", ""]
    )
    func noTLS(answer: String) async throws {
        let heard = Mutex<[UInt8]>([])
        let target = try ScriptedTarget { socket in
            let bytes = try socket.receive()
            heard.withLock { $0 += bytes }
            if !bytes.isEmpty { try socket.send(answer) }
        }
        let gate = try await Gate(target.endpoint)
        #expect(try gate.answer().hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
        #expect(gate.errors?.lastFailure == (answer.isEmpty ? .closed : .notTLS))
        #expect(!String(decoding: heard.withLock { $0 }, as: UTF8.self).contains("secret"))
        await gate.engine.stop()
    }

    @Test("A target that is silent in its handshake is 504 after the time for connecting")
    func silent() async throws {
        let target = try ScriptedTarget { socket in
            while try !socket.receive().isEmpty {}
        }
        let gate = try await Gate(target.endpoint, connectTimeout: .milliseconds(300))
        #expect(try gate.answer().hasPrefix("HTTP/1.1 504 "))
        #expect(gate.errors?.lastFailure == .timeout)
        await gate.engine.stop()
    }

    /// What has no length of its own ends with the connection, and only TLS can say that it does.
    @Test("A body that ends with the connection is whole only with a close_notify", arguments: [true, false])
    func truncation(saysGoodbye: Bool) async throws {
        let target = try SecureTarget.listen(self.pki.served(.off)) { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\n\r\npart of it")
            if saysGoodbye { try socket.finishSending() } else { socket.truncate() }
            _ = try? socket.receive()
        }
        let gate = try await Gate(target.endpoint)
        let client = try gate.client()
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.receive(until: "part of it").contains("chunked"))
        let end = saysGoodbye ? try client.receive(until: "0\r\n\r\n") : nil
        #expect(end == (saysGoodbye ? "\r\n0\r\n\r\n" : nil))
        if !saysGoodbye { #expect(client.receiveToEnd() == Array("\r\n".utf8)) }
        await gate.engine.stop()
    }

    @Test("A client that reads nothing holds its target back, and gets everything in the end")
    func backPressure() async throws {
        let sent = Atomic<Int>(0)
        let chunk = RelayTests.noise(65_536)
        let target = try SecureTarget.listen(self.pki.served(.off)) { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(1_024 * chunk.count)\r\n\r\n")
            for _ in 0..<1_024 {
                try socket.send(chunk)
                sent.wrappingAdd(chunk.count, ordering: .relaxed)
            }
        }
        let gate = try await Gate(target.endpoint)
        let client = try gate.client()
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.receive(until: "\r\n\r\n")
        // Until it stands still, which only back-pressure can make it do.
        var before = -1
        while before != sent.load(ordering: .relaxed) {
            before = sent.load(ordering: .relaxed)
            try await Task.sleep(for: .milliseconds(300))
        }
        #expect(before < 1_023 * chunk.count)
        for _ in 0..<1_024 { #expect(try client.receive(exactly: chunk.count) == chunk) }
        await gate.engine.stop()
    }

    @Test("A listener whose group cannot have its TLS is not served")
    func unusable() async throws {
        let engine = RunningEngine(workers: 1)
        let other = try self.pki.client(.valid)
        let group = ResourceID.random()
        let target = Endpoint(address: .loopback, port: 9)
        let listener = ServedListener.test(action: .forward(targetGroupID: group, targets: [target]))
        for tls in [
            ServedTargetTLS(verification: ServedTargetTLS.Verification(anchors: [])),
            ServedTargetTLS(
                clientCertificate: ServedCertificate(
                    chain: self.pki.server.chainPEM,
                    privateKey: other.privateKey
                )
            ),
        ] {
            await #expect(throws: OperatorError.self) {
                try await engine.run([listener], targetGroups: [Gate.served(group, target, tls)])
            }
        }
        await engine.stop()
    }
}
