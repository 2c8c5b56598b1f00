import Model
import TestTraits
import Testing

@testable import Engine

/// When what a target has in hand is ended; the clock is the test's.
@Suite("Departures", .ownThreads)
struct DeparturesTests {
    private static let endpoints = (1...3).map { Endpoint(address: .loopback, port: UInt16($0)) }

    private static func group(
        _ ports: Set<UInt16>,
        drained: Set<UInt16> = [],
        running: CheckedGroup? = nil,
        now: Int64,
        change: (inout TargetGroupAttributes) -> Void = { _ in },
        targets: TargetGroup.TargetProtocol = .http
    ) throws -> CheckedGroup {
        var attributes = TargetGroupAttributes(for: targets)
        attributes.deregistrationDelaySeconds = 10
        change(&attributes)
        let served = ServedTargetGroup(
            id: ResourceID(bits: 1),
            targets: Self.endpoints.filter { ports.contains($0.port) },
            drained: Set(Self.endpoints.filter { drained.contains($0.port) }),
            healthCheck: HealthCheck(),
            isUsed: true,
            attributes: attributes,
            isRelayed: targets == .tcp
        )
        return try CheckedGroup(served, running: running, now: now)
    }

    @Test("The delay is counted from the change that took the target out, whatever changes after it")
    func delay() throws {
        var departures = Departures()
        let all = try Self.group([1, 2, 3], now: 0)
        let two = try Self.group([1, 2], running: all, now: 1_000)
        departures.adopt([two])
        let drained = try Self.group([1, 2], drained: [2], running: two, now: 5_000)
        departures.adopt([drained])
        #expect(departures.next == 11_000)
        #expect(departures.take(now: 10_999).isEmpty)
        #expect(departures.take(now: 11_000).map(\.target.port) == [3])
        #expect(departures.next == 15_000)
        #expect(departures.take(now: 20_000).map(\.target.port) == [2])
        #expect(departures.next == nil)
    }

    @Test("A target that has come back is left alone")
    func back() throws {
        var departures = Departures()
        let all = try Self.group([1, 2], now: 0)
        let one = try Self.group([1], running: all, now: 1_000)
        departures.adopt([one])
        departures.adopt([try Self.group([1, 2], running: one, now: 2_000)])
        #expect(departures.next == nil)
    }

    @Test("What has left is forgotten with the first change after its delay")
    func forgotten() throws {
        let all = try Self.group([1, 2], now: 0)
        let one = try Self.group([1], running: all, now: 1_000)
        let same = try Self.group([1], running: one, now: 10_999)
        #expect(same.leaving == one.leaving)
        #expect(try Self.group([1], running: same, now: 11_000).leaving.isEmpty)
    }

    @Test("Connections of a TCP group are ended only where it says so", arguments: [true, false])
    func connections(terminates: Bool) throws {
        var departures = Departures()
        let all = try Self.group([1, 2], now: 0, targets: .tcp)
        let one = try Self.group(
            [1],
            running: all,
            now: 1_000,
            change: { $0.terminatesDeregistered = terminates },
            targets: .tcp
        )
        departures.adopt([one])
        #expect(departures.take(now: 11_000).count == (terminates ? 1 : 0))
    }

    @Test("What waits for a target's health stays through a change, and the last word counts")
    func health() throws {
        var departures = Departures()
        for due: Int64 in [100, 200] {
            departures.add(
                Departures.Departure(
                    group: ResourceID(bits: 1),
                    target: Self.endpoints[0],
                    due: due,
                    isForHealth: true
                )
            )
        }
        departures.adopt([try Self.group([1, 2], now: 0)])
        #expect(departures.next == 200)
        departures.adopt([])
        #expect(departures.next == nil)
    }

    @Test("An unhealthy target drains for as long as its group lets it, and is unhealthy then")
    func unhealthyDraining() throws {
        let now = Clock.monotonicMilliseconds()
        func state(since: Int64) throws -> TargetHealth.State? {
            let group = try Self.group(
                [1],
                now: now,
                change: {
                    $0.terminatesUnhealthy = false
                    $0.unhealthyDrainingSeconds = 3_600
                },
                targets: .tcp
            )
            for _ in 0..<2 { _ = group.record(.failed, of: group.targets[0], now: since) }
            return group.health.others.first?.state
        }
        #expect(try state(since: now) == .unhealthyDraining)
        #expect(try state(since: now - 3_600_000) == .unhealthy)
    }
}
