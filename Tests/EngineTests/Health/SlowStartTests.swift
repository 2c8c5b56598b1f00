import Model
import TestTraits
import Testing

@testable import Engine

/// How the share of a new target grows; the clock is the test's.
@Suite("Slow start", .ownThreads)
struct SlowStartTests {
    private let start = SlowStart(seconds: 30)

    @Test(
        "The share grows in a straight line",
        arguments: [
            (0, 0), (7_500, 0.25), (15_000, 0.5), (29_999, 29_999 / 30_000), (30_000, 1), (90_000, 1),
        ]
            as [(Int64, Double)]
    )
    func line(elapsed: Int64, share: Double) {
        let share = UInt64(share * Double(SlowStart.whole))
        #expect(self.start.share(since: 1_000, now: 1_000 + elapsed) == share)
    }

    @Test("Who did not begin slowly has all of it, and so has everybody where nobody does")
    func whole() {
        #expect(self.start.share(since: SlowStart.none, now: 5) == SlowStart.whole)
        #expect(SlowStart(seconds: 0).share(since: 5, now: 5) == SlowStart.whole)
    }

    private static func group(
        _ targets: [Endpoint],
        seconds: Int = 30,
        running: CheckedGroup? = nil
    ) throws -> CheckedGroup {
        var attributes = TargetGroupAttributes()
        attributes.slowStartSeconds = seconds
        let served = ServedTargetGroup(
            id: ResourceID(bits: 1),
            targets: targets,
            healthCheck: HealthCheck(),
            isUsed: true,
            attributes: attributes
        )
        return try CheckedGroup(served, running: running, now: 0)
    }

    private static let endpoints = (1...3).map { Endpoint(address: .loopback, port: UInt16($0)) }

    @Test("A target begins slowly only beside a healthy one that has all of its share")
    func entering() throws {
        let group = try Self.group(Self.endpoints)
        _ = group.record(.passed, of: group.targets[0], now: 100)
        #expect(group.targets[0].slowSince == SlowStart.none)
        _ = group.record(.passed, of: group.targets[1], now: 200)
        #expect(group.targets[1].slowSince == 200)
        // The first goes: the only healthy one has a part of its share, and the third begins at once.
        _ = group.record(.failed, of: group.targets[0], now: 300)
        _ = group.record(.failed, of: group.targets[0], now: 400)
        _ = group.record(.passed, of: group.targets[2], now: 500)
        #expect(group.targets[2].slowSince == SlowStart.none)
        // When it has recovered it begins as a new one does.
        for _ in 0..<5 { _ = group.record(.passed, of: group.targets[0], now: 600) }
        #expect(group.targets[0].slowSince == 600)
    }

    @Test("A group that begins to let new targets begin slowly leaves those it has alone")
    func enabling() throws {
        let before = try Self.group(Self.endpoints, seconds: 0)
        for target in before.targets { _ = before.record(.passed, of: target, now: 100) }
        let after = try Self.group(Self.endpoints, running: before)
        #expect(after.targets.allSatisfy { $0.slowSince == SlowStart.none })
    }

    /// 4,000 turns; a third of those that a whole target has, with a standard deviation below 1 %.
    @Test("A target gets as many requests as its share of a turn is")
    func turns() throws {
        let group = try Self.group(Array(Self.endpoints.prefix(2)))
        _ = group.record(.passed, of: group.targets[0], now: 0)
        _ = group.record(.passed, of: group.targets[1], now: 0)
        let worker = WorkerTargetGroup(group, loads: [TargetLoad(), TargetLoad()], worker: 0)
        var mixer = Mixer()
        func count(now: Int64) -> Int {
            (0..<4_000).count { _ in worker.choose(&mixer, now: now) === group.targets[1] }
        }
        #expect(count(now: 0) == 0)
        #expect((1_100...1_560).contains(count(now: 15_000)))
        #expect(count(now: 30_000) == 2_000)
    }
}
