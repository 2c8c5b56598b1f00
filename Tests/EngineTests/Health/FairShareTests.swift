import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What anomaly mitigation and slow start do to the requests of a running engine.
@Suite("Shares of requests", .ownThreads)
struct FairShareTests {
    private static let group = ResourceID(bits: 95)

    /// A target that answers checks and requests with a status each, and counts the requests.
    private final class Target: Sendable {
        let checkStatus: Atomic<Int>
        let status = Atomic<Int>(200)
        let requests = Atomic<Int>(0)

        init(checkStatus: Int = 200) {
            self.checkStatus = Atomic(checkStatus)
        }

        func start() throws -> ScriptedTarget {
            try ScriptedTarget { socket in
                while true {
                    let head = try socket.receive(until: "\r\n\r\n")
                    let isCheck = head.contains("ELB-HealthChecker")
                    if !isCheck { self.requests.add(1, ordering: .relaxed) }
                    let status =
                        isCheck
                        ? self.checkStatus.load(ordering: .relaxed) : self.status.load(ordering: .relaxed)
                    try socket.send("HTTP/1.1 \(status) x\r\nContent-Length: 0\r\n\r\n")
                }
            }
        }

        /// Requests since the last call.
        func take() -> Int { self.requests.exchange(0, ordering: .relaxed) }
    }

    private static func served(
        _ targets: [Endpoint],
        _ algorithm: LoadBalancingAlgorithm,
        _ change: (inout TargetGroupAttributes) -> Void
    ) -> ServedTargetGroup {
        var check = HealthCheck()
        check.intervalSeconds = 5
        check.timeoutSeconds = 4
        check.healthyThresholdCount = 2
        check.unhealthyThresholdCount = 2
        var attributes = TargetGroupAttributes()
        change(&attributes)
        return ServedTargetGroup(
            id: Self.group,
            targets: targets,
            healthCheck: check,
            isUsed: true,
            algorithm: algorithm,
            attributes: attributes
        )
    }

    private static func ask(_ client: RawSocket, times: Int) throws {
        for _ in 0..<times {
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try client.receive(until: "\r\n\r\n")
        }
    }

    private static func counters(_ engine: RunningEngine) -> TargetGroupCounters {
        engine.engine.counters().targetGroupCounters?[Self.group] ?? TargetGroupCounters()
    }

    /// Asks until the group's counters are as described, at most 60 s.
    private static func ask(
        _ client: RawSocket,
        _ engine: RunningEngine,
        until matches: (TargetGroupCounters) -> Bool
    ) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if matches(Self.counters(engine)) { return true }
            try Self.ask(client, times: 10)
        }
        return false
    }

    private static func healthy(_ count: Int, _ engine: RunningEngine) async throws -> Bool {
        for _ in 0..<3_000 {
            if engine.engine.counters().targetGroups?[Self.group]?.healthy == count { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// A second of checks lasts 100 ms, and a step of the judgement half a second.
    @Test("A target that fails more than the others gets less while it does, where that is asked for")
    func mitigation() async throws {
        let targets = [Target(), Target(), Target()]
        let scripts = try targets.map { try $0.start() }
        let endpoints = scripts.map(\.endpoint)
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(100))
        let listener = ServedListener.test(action: .forward(targetGroupID: Self.group, targets: endpoints))
        try await engine.run(
            [listener],
            targetGroups: [Self.served(endpoints, .weightedRandom) { $0.mitigatesAnomalies = true }]
        )
        #expect(try await Self.healthy(3, engine))
        let client = try RawSocket(to: engine.endpoint(listener))
        targets[2].status.store(500, ordering: .relaxed)
        #expect(try Self.ask(client, engine) { $0.mitigatedHosts == 1 && $0.anomalousHosts == 1 })
        for target in targets { _ = target.take() }
        try Self.ask(client, times: 400)
        // An even share is 133, and half a weight a fifth: 80, of which 110 are 3.7 deviations away.
        #expect(targets[2].take() < 110)

        targets[2].status.store(200, ordering: .relaxed)
        #expect(try Self.ask(client, engine) { $0.mitigatedHosts == 0 && $0.anomalousHosts == 0 })

        // Without it the same failures are seen, and change nothing.
        try await engine.run([listener], targetGroups: [Self.served(endpoints, .weightedRandom) { _ in }])
        targets[2].status.store(500, ordering: .relaxed)
        #expect(try Self.ask(client, engine) { $0.anomalousHosts == 1 })
        #expect(Self.counters(engine).mitigatedHosts == 0)
        await engine.stop()
        withExtendedLifetime(scripts) {}
    }

    @Test("A target that has become healthy gets next to nothing at first, and its turn without a slow start")
    func slowStart() async throws {
        let targets = [Target(), Target(checkStatus: 503)]
        let scripts = try targets.map { try $0.start() }
        let endpoints = scripts.map(\.endpoint)
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        let listener = ServedListener.test(action: .forward(targetGroupID: Self.group, targets: endpoints))
        try await engine.run(
            [listener],
            // Longer than any machine takes for this test.
            targetGroups: [Self.served(endpoints, .roundRobin) { $0.slowStartSeconds = 100_000 }]
        )
        for _ in 0..<3_000 {
            let health = engine.engine.counters().targetGroups?[Self.group]
            if health?.healthy == 1, health?.others.first?.state == .unhealthy { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        let client = try RawSocket(to: engine.endpoint(listener))
        try Self.ask(client, times: 20)
        #expect(targets.map { $0.take() } == [20, 0])
        targets[1].checkStatus.store(200, ordering: .relaxed)
        #expect(try await Self.healthy(2, engine))
        try Self.ask(client, times: 60)
        #expect(targets[1].take() <= 3)
        _ = targets[0].take()

        try await engine.run([listener], targetGroups: [Self.served(endpoints, .roundRobin) { _ in }])
        try Self.ask(client, times: 60)
        #expect(targets.map { $0.take() } == [30, 30])
        await engine.stop()
        withExtendedLifetime(scripts) {}
    }
}
