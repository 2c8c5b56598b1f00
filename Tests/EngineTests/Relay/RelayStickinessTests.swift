import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Clients of TCP listeners that stay with their targets by their address, through a running engine.
@Suite("Stickiness of TCP groups", .ownThreads)
struct RelayStickinessTests {
    private static let group = ResourceID(bits: 1)
    private static let clients = (1...24).map { IPAddress(v4: 0x7F00_0100 + $0) }

    private static func served(_ targets: [Endpoint], drained: Set<Endpoint> = []) -> ServedTargetGroup {
        var attributes = TargetGroupAttributes(for: .tcp)
        attributes.stickiness.isEnabled = true
        attributes.stickiness.kind = .sourceIP
        return ServedTargetGroup(
            id: Self.group,
            targets: targets,
            drained: drained,
            healthCheck: .standard(for: .tcp),
            isUsed: true,
            attributes: attributes,
            isRelayed: true
        )
    }

    private static func target(_ name: String) throws -> ScriptedTarget {
        try ScriptedTarget { socket in try socket.send(name) }
    }

    /// Which target each client meets.
    private static func targets(at endpoint: Endpoint) throws -> [String] {
        try self.clients.map { client in
            String(decoding: try RawSocket(to: endpoint, from: client).receiveToEnd(), as: UTF8.self)
        }
    }

    @Test("A client meets its target whichever worker takes it; who leaves takes only its own clients along")
    func stays() async throws {
        let scripts = try ["one", "two", "three"].map(Self.target)
        let endpoints = scripts.map(\.endpoint)
        // No check comes within this test: all targets are new, and all of them get connections.
        let engine = RunningEngine(workers: 2, healthCheckSecond: .seconds(10_000))
        let listener = ServedListener.relay(to: endpoints)
        try await engine.run([listener], targetGroups: [Self.served(endpoints)])
        let endpoint = try engine.endpoint(listener)
        let first = try Self.targets(at: endpoint)
        #expect(Set(first) == ["one", "two", "three"])
        for _ in 0..<3 { #expect(try Self.targets(at: endpoint) == first) }

        let rest = Array(endpoints.prefix(2))
        try await engine.run(
            [.relay(id: listener.id, to: rest)],
            targetGroups: [Self.served(endpoints, drained: [endpoints[2]])]
        )
        let second = try Self.targets(at: endpoint)
        for (before, after) in zip(first, second) {
            #expect(before == "three" ? ["one", "two"].contains(after) : before == after)
        }
        try await engine.run([listener], targetGroups: [Self.served(endpoints)])
        #expect(try Self.targets(at: endpoint) == first)
        await engine.stop()
        withExtendedLifetime(scripts) {}
    }
}
