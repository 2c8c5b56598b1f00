import Model
import Testing

@testable import sekisho

/// What `sekisho rates` makes of two looks at the counters.
@Suite("Rates")
struct RateRowTests {
    private static let front = ResourceID(bits: 1)

    private static func view(_ proto: Listener.ListenerProtocol) -> GateView {
        let listener = Listener(
            id: self.front,
            name: "front",
            port: 443,
            protocol: proto,
            certificateID: nil,
            mutualAuthentication: MutualAuthentication(mode: .off),
            defaultAction: .forward(targetGroupID: ResourceID(bits: 2))
        )
        return GateView(
            generation: 1,
            startedAt: Timestamp(seconds: 0),
            processID: 1,
            stateDirectory: "",
            workers: 1,
            configuration: Configuration(
                workers: 1,
                loadBalancers: [
                    LoadBalancer(
                        id: ResourceID(bits: 3),
                        name: "edge",
                        type: .application,
                        address: .loopback,
                        listeners: [listener]
                    )
                ],
                trustStores: [],
                targetGroups: [],
                certificates: []
            ),
            failedListeners: [:],
            recentChanges: []
        )
    }

    private static func counters(_ second: Int64, handshakes: UInt64, failures: UInt64) -> GateCounters {
        var listener = ListenerCounters()
        listener.handshakes = handshakes
        listener.failures = failures
        listener.requests = handshakes * 2
        listener.open = 7
        var traffic = TrafficCounters()
        let rest = [UInt64](repeating: 0, count: DurationHistogram.edges.count)
        traffic.handshakeTime = DurationHistogram(counts: [handshakes] + rest, microseconds: handshakes)
        listener.traffic = traffic
        var engine = EngineCounters()
        engine.listeners = [Self.front: listener]
        return GateCounters(time: Timestamp(seconds: second), engine: engine, rates: [:])
    }

    @Test("A row is what was added, by the second")
    func difference() throws {
        let before = Self.counters(100, handshakes: 50, failures: 5)
        let after = Self.counters(104, handshakes: 150, failures: 30)
        let row = try #require(RateRow.rows(Self.view(.https), from: before, to: after).first)
        #expect((row.handshakes, row.failures, row.requests) == (25, 6.25, 50))
        #expect((row.medianMilliseconds, row.slowestMilliseconds) == (0.5, 0.99))
        let lines = RateRow.table([row], hasHead: true)
        #expect(lines[0].hasPrefix("TIME                 LISTENER"))
        #expect(
            lines[1].split(separator: " ").map(String.init).dropFirst() == [
                "front", "25.0", "6.3", "20.0", "50.0", "0.5", "1.0", "7",
            ]
        )
        #expect(RateRow.table([row], hasHead: false).count == 1)
    }

    @Test("Counters that began anew have no rate, and where TLS is not terminated there are no handshakes")
    func none() throws {
        let before = Self.counters(100, handshakes: 50, failures: 5)
        let after = Self.counters(104, handshakes: 1, failures: 0)
        let row = try #require(RateRow.rows(Self.view(.https), from: before, to: after).first)
        #expect((row.handshakes, row.failures, row.requests) == (0, 0, 0))
        let plain = try #require(RateRow.rows(Self.view(.http), from: before, to: after).first)
        #expect(plain.handshakes == nil && plain.failures == nil)
        #expect(RateRow.rows(Self.view(.https), from: before, to: before).isEmpty)
    }
}
