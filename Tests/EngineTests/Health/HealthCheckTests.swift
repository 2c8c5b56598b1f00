import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Targets that are checked by a running engine, whose seconds last 20 ms.
@Suite("Health checks", .ownThreads)
struct HealthCheckTests {
    private static let group = ResourceID(bits: 77)

    private static func check(_ change: (inout HealthCheck) -> Void = { _ in }) -> HealthCheck {
        var check = HealthCheck()
        check.intervalSeconds = 5
        check.timeoutSeconds = 4
        change(&check)
        return check
    }

    private static func served(
        _ targets: [Endpoint],
        _ check: HealthCheck = Self.check(),
        isUsed: Bool = true
    ) -> ServedTargetGroup {
        ServedTargetGroup(id: Self.group, targets: targets, healthCheck: check, isUsed: isUsed)
    }

    private static func listener(_ targets: [Endpoint]) -> ServedListener {
        .test(action: .forward(targetGroupID: Self.group, targets: targets))
    }

    /// A target that answers every request with a status that may change.
    private final class Target: Sendable {
        let status: Mutex<String>
        let heads = Mutex<[String]>([])

        init(_ status: String) {
            self.status = Mutex(status)
        }

        func start() throws -> ScriptedTarget {
            try ScriptedTarget { socket in
                while true {
                    let head = try socket.receive(until: "\r\n\r\n")
                    self.heads.withLock { $0.append(head) }
                    let status = self.status.withLock { $0 }
                    try socket.send("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
                }
            }
        }
    }

    /// Waits until the group is as described, at most 10 s.
    private static func health(
        _ engine: RunningEngine,
        where matches: (TargetGroupHealth) -> Bool
    ) async throws -> TargetGroupHealth {
        for _ in 0..<1_000 {
            if let health = engine.engine.counters().targetGroups?[Self.group], matches(health) {
                return health
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try #require(engine.engine.counters().targetGroups?[Self.group])
    }

    private static func answer(_ engine: RunningEngine, _ listener: ServedListener) throws -> String {
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return try client.receive(until: "\r\n")
    }

    @Test("Requests go to the healthy target only, and to the other again when it has recovered")
    func routing() async throws {
        let (good, bad) = (Target("200 OK"), Target("503 Service Unavailable"))
        let (first, second) = (try good.start(), try bad.start())
        let targets = [first.endpoint, second.endpoint]
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        let listener = Self.listener(targets)
        try await engine.run([listener], targetGroups: [Self.served(targets)])
        let health = try await Self.health(engine) { $0.healthy == 1 && $0.others.first?.state == .unhealthy }
        #expect(health.total == 2)
        #expect(health.others.first?.target == second.endpoint)
        #expect(health.others.first?.description == "Health checks failed with these codes: [503]")
        #expect(health.checks?.map(\.target) == [second.endpoint])
        #expect(health.checks?.first?.since != nil && health.checks?.first?.outcomes.contains("xx") == true)
        for _ in 0..<6 { #expect(try Self.answer(engine, listener) == "HTTP/1.1 200 OK\r\n") }

        bad.status.withLock { $0 = "200 Back" }
        _ = try await Self.health(engine) { $0.healthy == 2 }
        let answers = try (0..<4).map { _ in try Self.answer(engine, listener) }
        #expect(Set(answers) == ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 Back\r\n"])
        await engine.stop()

        let head = good.heads.withLock { $0.first { $0.contains("ELB-HealthChecker") } }
        let port = first.endpoint.port
        #expect(
            head == "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUser-Agent: ELB-HealthChecker/2.0\r\n"
                + "Connection: close\r\n\r\n"
        )
    }

    /// One target holds its request; without counting, every second request would go there.
    @Test("A target that is busy gets no request while another is idle")
    func leastOutstanding() async throws {
        let isOver = Mutex(false)
        let busy = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            while !isOver.withLock({ $0 }) { usleep(2_000) }
            try socket.send("HTTP/1.1 200 Late\r\nContent-Length: 0\r\n\r\n")
        }
        let idle = try Target("200 OK").start()
        let targets = [idle.endpoint, busy.endpoint]
        // No check comes within this test: all targets are new, and all of them get requests.
        let engine = RunningEngine(workers: 1, healthCheckSecond: .seconds(10_000))
        let listener = Self.listener(targets)
        let group = ServedTargetGroup(
            id: Self.group,
            targets: targets,
            healthCheck: Self.check { $0.protocol = .tcp },
            isUsed: true,
            algorithm: .leastOutstandingRequests
        )
        try await engine.run([listener], targetGroups: [group])
        // The turn begins behind the first target: this one goes to the busy one.
        let held = try RawSocket(to: engine.endpoint(listener))
        try held.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while busy.connectionCount == 0 { usleep(2_000) }
        for _ in 0..<6 { #expect(try Self.answer(engine, listener) == "HTTP/1.1 200 OK\r\n") }
        isOver.withLock { $0 = true }
        #expect(try held.receive(until: "\r\n") == "HTTP/1.1 200 Late\r\n")
        // Both are idle again, and take turns.
        let answers = try (0..<4).map { _ in try Self.answer(engine, listener) }
        #expect(Set(answers) == ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 Late\r\n"])
        await engine.stop()
    }

    @Test("With no healthy target, all of them get requests")
    func failOpen() async throws {
        let target = Target("500 Broken")
        let running = try target.start()
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        let listener = Self.listener([running.endpoint])
        try await engine.run([listener], targetGroups: [Self.served([running.endpoint])])
        _ = try await Self.health(engine) { $0.others.first?.state == .unhealthy }
        #expect(try Self.answer(engine, listener) == "HTTP/1.1 500 Broken\r\n")
        await engine.stop()
    }

    @Test("A target that stays keeps its state across a change, and a new one begins anew")
    func changes() async throws {
        let (first, second) = (try Target("200 OK").start(), try ScriptedTarget { _ = try $0.receive() })
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        let listener = Self.listener([first.endpoint])
        try await engine.run([listener], targetGroups: [Self.served([first.endpoint])])
        _ = try await Self.health(engine) { $0.healthy == 1 }
        // Nothing is checked within this test any more: what is healthy has remained so.
        let slow = Self.check { $0.intervalSeconds = 300 }
        let both = [second.endpoint, first.endpoint]
        try await engine.run([listener], targetGroups: [Self.served(both, slow)])
        let health = try #require(engine.engine.counters().targetGroups?[Self.group])
        #expect(health.healthy == 1)
        #expect(health.others.map(\.target) == [second.endpoint])
        #expect(try Self.answer(engine, listener) == "HTTP/1.1 200 OK\r\n")
        await engine.stop()
    }

    @Test("A target that does not answer is told as late, one that refuses as failed")
    func reasons() async throws {
        let silent = try ScriptedTarget { socket in
            while try !socket.receive().isEmpty {}
        }
        let gone = try ScriptedTarget { _ in }
        gone.refuseConnections()
        let targets = [silent.endpoint, gone.endpoint]
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        try await engine.run([Self.listener(targets)], targetGroups: [Self.served(targets)])
        let health = try await Self.health(engine) { $0.others.allSatisfy { $0.state == .unhealthy } }
        #expect(health.others.map(\.reason) == [.timeout, .failedHealthChecks])
        await engine.stop()
    }

    @Test("A TCP check needs a connection and no answer")
    func tcp() async throws {
        let silent = try ScriptedTarget { socket in
            while try !socket.receive().isEmpty {}
        }
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        let group = Self.served([silent.endpoint], Self.check { $0.protocol = .tcp })
        try await engine.run([Self.listener([silent.endpoint])], targetGroups: [group])
        let health = try await Self.health(engine) { $0.healthy == 1 }
        #expect(health.healthy == 1)
        await engine.stop()
    }

    /// The targets are listeners of the same engine: one that serves anyone, one that wants a certificate,
    /// and one that takes the ClientHello for the beginning of a request and waits for the rest.
    @Test("An HTTPS check needs an answer over TLS, from whatever certificate")
    func https() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        let open = ServedListener.test("open", tls: pki.served(.off), action: try .fixed("hello"))
        let shut = ServedListener.test("shut", tls: pki.served(pki.verification()), action: try .fixed("no"))
        let plain = ServedListener.test("plain", action: try .fixed("no TLS"))
        try await engine.run([open, shut, plain])
        let targets = try [open, shut, plain].map(engine.endpoint)
        let group = Self.served(targets, Self.check { $0.protocol = .https })
        try await engine.run([open, shut, plain, Self.listener(targets)], targetGroups: [group])
        let health = try await Self.health(engine) { health in
            health.healthy == 1 && health.others.allSatisfy { $0.state == .unhealthy }
        }
        #expect(health.healthy == 1)
        #expect(health.others.map(\.target) == Array(targets.dropFirst()))
        #expect(health.others.map(\.reason) == [.failedHealthChecks, .timeout])
        await engine.stop()
    }

    /// Both targets want a certificate; only the second has one that the bundle vouches for.
    @Test("An HTTPS check of a group with TLS shows its certificate, and judges the target's")
    func ownTLS() async throws {
        let pki = try TestPKI()
        let (certificate, foreign) = (try pki.client(.valid), try pki.client(.unknownCA))
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        let other = ServedTLS(
            certificateChain: foreign.chainPEM,
            privateKey: foreign.privateKey,
            clientPolicy: pki.verification()
        )
        let bad = ServedListener.test("bad", tls: other, action: try .fixed("no"))
        let good = ServedListener.test(
            "good",
            tls: pki.served(pki.verification()),
            action: try .fixed("hello")
        )
        try await engine.run([bad, good])
        let targets = try [bad, good].map(engine.endpoint)
        let group = ServedTargetGroup(
            id: Self.group,
            targets: targets,
            healthCheck: Self.check { $0.protocol = .https },
            isUsed: true,
            tls: ServedTargetTLS(
                clientCertificate: ServedCertificate(
                    chain: certificate.chainPEM,
                    privateKey: certificate.privateKey
                ),
                verification: ServedTargetTLS.Verification(anchors: [pki.root.certificatePEM])
            )
        )
        try await engine.run([bad, good, Self.listener(targets)], targetGroups: [group])
        let health = try await Self.health(engine) { $0.healthy == 1 && $0.others.first?.state == .unhealthy }
        #expect(health.others.map(\.target) == [targets[0]])
        #expect(
            health.others.first?.description
                == "Health checks failed: \(TargetTLSFailure.untrusted.sentence)"
        )
        await engine.stop()
    }

    @Test("A group that no listener uses is not checked")
    func unused() async throws {
        let target = try Target("200 OK").start()
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(1))
        try await engine.run(
            [.test(action: try .fixed("hello"))],
            targetGroups: [Self.served([target.endpoint], isUsed: false)]
        )
        try await Task.sleep(for: .milliseconds(150))
        let health = try #require(engine.engine.counters().targetGroups?[Self.group])
        #expect(health.others.map(\.reason) == [.notInUse])
        #expect(target.connectionCount == 0)
        await engine.stop()
    }
}
