import Model
import TestTraits
import Testing

@testable import Engine

/// Which targets are anomalous, and what that does to their weight; steps are the test's.
@Suite("Conduct of targets", .ownThreads)
struct TargetConductTests {
    typealias Count = TargetConduct.Count

    struct Case: Sendable, CustomTestStringConvertible {
        let own: (Int, Int)
        let others: (Int, Int)
        let isAnomalous: Bool

        var testDescription: String { "\(self.own) among \(self.others)" }
    }

    /// Answered and failed.
    static let cases = [
        Case(own: (100, 50), others: (200, 0), isAnomalous: true),
        Case(own: (100, 11), others: (200, 0), isAnomalous: true),
        Case(own: (100, 10), others: (200, 0), isAnomalous: false),
        Case(own: (3, 3), others: (200, 0), isAnomalous: true),
        // Too few to say.
        Case(own: (2, 2), others: (200, 0), isAnomalous: false),
        Case(own: (0, 0), others: (200, 100), isAnomalous: false),
        Case(own: (100, 100), others: (0, 0), isAnomalous: false),
        // All of them fail: what they share is at fault.
        Case(own: (100, 100), others: (200, 200), isAnomalous: false),
        Case(own: (100, 50), others: (200, 40), isAnomalous: false),
        Case(own: (100, 51), others: (200, 40), isAnomalous: true),
    ]

    @Test("Who fails much more than the others is anomalous", arguments: Self.cases)
    func judged(_ example: Case) {
        let own = Count(answered: example.own.0, failed: example.own.1)
        let others = Count(answered: example.others.0, failed: example.others.1)
        #expect(own.isAnomalous(among: others) == example.isAnomalous)
    }

    @Test("A weight halves down to one, and doubles up to the whole")
    func weights() {
        let conduct = TargetConduct()
        func weights(_ isAnomalous: Bool) -> [Int] {
            (0..<5).map { _ in
                conduct.judge(isAnomalous: isAnomalous, mitigates: true)
                return conduct.weight
            }
        }
        #expect(weights(true) == [8, 4, 2, 1, 1])
        #expect(conduct.isAnomalous)
        #expect(weights(false) == [2, 4, 8, 16, 16])
        conduct.judge(isAnomalous: true, mitigates: false)
        #expect(conduct.isAnomalous)
        #expect(conduct.weight == TargetConduct.whole)
    }

    private static func group(_ count: Int, mitigates: Bool = true) throws -> CheckedGroup {
        var attributes = TargetGroupAttributes()
        attributes.mitigatesAnomalies = mitigates
        let served = ServedTargetGroup(
            id: ResourceID(bits: 1),
            targets: (1...count).map { Endpoint(address: .loopback, port: UInt16($0)) },
            healthCheck: HealthCheck(),
            isUsed: true,
            algorithm: .weightedRandom,
            attributes: attributes
        )
        let group = try CheckedGroup(served, running: nil, now: 0)
        for target in group.targets { _ = group.record(.passed, of: target, now: 0) }
        return group
    }

    /// One step in which the first target fails every second request, and the others none.
    private static func step(_ group: CheckedGroup) {
        for (index, target) in group.targets.enumerated() {
            for request in 0..<20 { target.conduct.count(isFailure: index == 0 && request % 2 == 0) }
        }
        group.weigh()
    }

    @Test("Among three healthy targets one that fails gets less, and all again when it has recovered")
    func group() throws {
        let group = try Self.group(3)
        Self.step(group)
        #expect(group.targets.map(\.conduct.weight) == [8, 16, 16])
        #expect(group.counters(requests: 0).anomalousHosts == 1)
        #expect(group.counters(requests: 0).mitigatedHosts == 1)
        let worker = WorkerTargetGroup(group, loads: group.targets.map { _ in TargetLoad() }, worker: 0)
        var mixer = Mixer()
        // A fifth of 5,000, with a standard deviation of 28.
        let chosen = (0..<5_000).count { _ in worker.choose(&mixer, now: 0) === group.targets[0] }
        #expect((800...1_200).contains(chosen))
        group.weigh()
        #expect(group.targets.map(\.conduct.weight) == [16, 16, 16])
        #expect(group.counters(requests: 0).anomalousHosts == 0)
    }

    @Test("Among two nobody is judged, and without mitigation nobody gets less")
    func without() throws {
        let two = try Self.group(2)
        Self.step(two)
        #expect(two.counters(requests: 0).anomalousHosts == 0)
        let watched = try Self.group(3, mitigates: false)
        Self.step(watched)
        #expect(watched.counters(requests: 0).anomalousHosts == 1)
        #expect(watched.counters(requests: 0).mitigatedHosts == 0)
    }
}
