import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Which target of a checked group a relay goes to.
@Suite("Targets of TCP listeners", .ownThreads)
struct RelayTargetTests {
    private static let group = ResourceID(bits: 1)

    private static func served(
        _ targets: [Endpoint],
        _ algorithm: LoadBalancingAlgorithm = .roundRobin,
        _ change: (inout HealthCheck) -> Void = { _ in }
    ) -> ServedTargetGroup {
        var check = HealthCheck.standard(for: .tcp)
        check.intervalSeconds = 5
        check.timeoutSeconds = 4
        change(&check)
        return ServedTargetGroup(
            id: Self.group,
            targets: targets,
            healthCheck: check,
            isUsed: true,
            algorithm: algorithm
        )
    }

    /// A target that answers everything, checks too, with a status.
    private static func target(_ status: Int) throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 \(status) x\r\nContent-Length: 0\r\n\r\n")
        }
    }

    private static func answer(_ engine: RunningEngine, _ listener: ServedListener) throws -> String {
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("GET / HTTP/1.1\r\n\r\n")
        client.finishSending()
        return String(decoding: client.receiveToEnd(), as: UTF8.self)
    }

    @Test("Connections go to healthy targets only")
    func health() async throws {
        let (good, bad) = (try Self.target(200), try Self.target(503))
        let targets = [bad.endpoint, good.endpoint]
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        let listener = ServedListener.relay(to: targets)
        try await engine.run([listener], targetGroups: [Self.served(targets) { $0.protocol = .http }])
        #expect(
            try await RelayTests.waits {
                let health = engine.engine.counters().targetGroups?[Self.group]
                return health?.healthy == 1 && health?.others.first?.state == .unhealthy
            }
        )
        for _ in 0..<6 { #expect(try Self.answer(engine, listener).hasPrefix("HTTP/1.1 200")) }
        await engine.stop()
    }

    @Test("A target that takes no connections is unhealthy by the check that TCP groups have by default")
    func tcpCheck() async throws {
        let good = try Self.target(200)
        let targets = [try RelayTests.nowhere(), good.endpoint]
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        try await engine.run([.relay(to: targets)], targetGroups: [Self.served(targets)])
        #expect(
            try await RelayTests.waits {
                let health = engine.engine.counters().targetGroups?[Self.group]
                return health?.healthy == 1 && health?.others.first?.target == targets[0]
            }
        )
        await engine.stop()
    }

    @Test("Least outstanding requests counts connections: one that lasts turns others away")
    func leastOutstanding() async throws {
        let lasting = try RelayTests.mirror()
        let idle = try Self.target(200)
        let targets = [idle.endpoint, lasting.endpoint]
        // No check comes within this test: all targets are new, and all of them get connections.
        let engine = RunningEngine(workers: 1, healthCheckSecond: .seconds(10_000))
        let listener = ServedListener.relay(to: targets)
        let group = Self.served(targets, .leastOutstandingRequests)
        try await engine.run([listener], targetGroups: [group])
        // The turn begins behind the first target: this one goes to the one that does not end.
        let held = try RawSocket(to: engine.endpoint(listener))
        try held.send("held")
        #expect(try await RelayTests.waits { lasting.connectionCount > 0 })
        for _ in 0..<6 { #expect(try Self.answer(engine, listener).hasPrefix("HTTP/1.1 200")) }
        held.finishSending()
        #expect(held.receiveToEnd() == Array("held".utf8))
        await engine.stop()
    }
}
