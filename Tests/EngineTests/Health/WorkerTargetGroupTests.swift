import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Which target is chosen: no engine runs here.
@Suite("Choice of a target", .ownThreads)
struct WorkerTargetGroupTests {
    private static let endpoints = (1...4).map { Endpoint(address: .loopback, port: UInt16($0)) }

    /// A group whose targets with these ports are healthy, and what each has in flight.
    private static func group(
        _ algorithm: LoadBalancingAlgorithm,
        healthy: Set<UInt16>,
        loads: [Int] = [0, 0, 0, 0],
        drained: Set<UInt16> = [],
        attributes: TargetGroupAttributes = TargetGroupAttributes()
    ) throws -> WorkerTargetGroup {
        let served = ServedTargetGroup(
            id: .random(),
            targets: Self.endpoints,
            drained: Set(Self.endpoints.filter { drained.contains($0.port) }),
            healthCheck: HealthCheck(),
            isUsed: true,
            algorithm: algorithm,
            attributes: attributes
        )
        let group = try CheckedGroup(served, running: nil, workers: 1)
        for target in group.targets where healthy.contains(target.endpoint.port) {
            _ = target.record(.passed, thresholds: HealthCheck())
        }
        group.recount()
        let loads = loads.map { requests in
            let load = TargetLoad()
            load.requests = requests
            return load
        }
        return WorkerTargetGroup(group, loads: loads, worker: 0)
    }

    private static func ports(_ group: WorkerTargetGroup, _ count: Int) -> [UInt16] {
        var mixer = Mixer()
        return (0..<count).compactMap { _ in group.choose(&mixer, now: 0)?.endpoint.port }
    }

    @Test("Round robin takes the healthy ones in turn, and all when none is healthy")
    func roundRobin() throws {
        #expect(try Self.ports(Self.group(.roundRobin, healthy: [1, 3]), 4) == [3, 1, 3, 1])
        #expect(try Self.ports(Self.group(.roundRobin, healthy: []), 5) == [2, 3, 4, 1, 2])
    }

    @Test("The least loaded of the healthy ones is taken, and equals in turn")
    func leastOutstanding() throws {
        let uneven = try Self.group(.leastOutstandingRequests, healthy: [1, 2, 3], loads: [3, 2, 5, 0])
        #expect(Self.ports(uneven, 3) == [2, 2, 2])
        let even = try Self.group(.leastOutstandingRequests, healthy: [1, 2, 3], loads: [1, 1, 1, 0])
        #expect(Self.ports(even, 4) == [2, 3, 1, 2])
        let open = try Self.group(.leastOutstandingRequests, healthy: [], loads: [3, 2, 5, 1])
        #expect(Self.ports(open, 2) == [4, 4])
    }

    /// 3,000 choices among three: 1,000 each, with a standard deviation of 26.
    @Test("Random takes every healthy one about as often, and no other")
    func random() throws {
        let ports = try Self.ports(Self.group(.weightedRandom, healthy: [1, 2, 4]), 3_000)
        for port: UInt16 in [1, 2, 4] {
            #expect((800...1_200).contains(ports.count { $0 == port }))
        }
        #expect(!ports.contains(3))
        #expect(try Set(Self.ports(Self.group(.weightedRandom, healthy: []), 1_000)).count == 4)
    }

    @Test("With fewer healthy targets than there must be, all of them are taken")
    func minimum() throws {
        var attributes = TargetGroupAttributes()
        attributes.minimumHealthyCount = 2
        #expect(
            try Self.ports(Self.group(.roundRobin, healthy: [2, 4], attributes: attributes), 3) == [4, 2, 4]
        )
        let open = try Self.group(.roundRobin, healthy: [2], attributes: attributes)
        #expect(Self.ports(open, 4) == [2, 3, 4, 1])
        #expect(open.group.counters(requests: 0).unhealthyRoutingRequests == 4)
        // Half of four is two, and so is what is left of 26 %.
        for percentage in [26, 50] {
            attributes.minimumHealthyCount = 1
            attributes.minimumHealthyPercentage = percentage
            let few = try Self.group(.roundRobin, healthy: [2], attributes: attributes)
            #expect(Set(Self.ports(few, 4)) == [1, 2, 3, 4])
            let enough = try Self.group(.roundRobin, healthy: [2, 3], attributes: attributes)
            #expect(Set(Self.ports(enough, 4)) == [2, 3])
        }
    }

    @Test(
        "A drained target is never taken, not even when none is healthy",
        arguments: LoadBalancingAlgorithm.allCases
    )
    func drained(algorithm: LoadBalancingAlgorithm) throws {
        #expect(try Set(Self.ports(Self.group(algorithm, healthy: [1, 2], drained: [1]), 50)) == [2])
        #expect(try Self.ports(Self.group(algorithm, healthy: [], drained: [3]), 50).contains(3) == false)
        // The only healthy one is drained: the others may be better than nothing.
        #expect(try Self.ports(Self.group(algorithm, healthy: [3], drained: [3]), 50).isEmpty == false)
        #expect(try Self.ports(Self.group(algorithm, healthy: [1], drained: [1, 2, 3, 4]), 5).isEmpty)
    }

    @Test("What the monitor finds is seen by the next choice")
    func refreshed() throws {
        let group = try Self.group(.roundRobin, healthy: [1])
        #expect(Self.ports(group, 2) == [1, 1])
        _ = group.group.record(.passed, of: group.group.targets[2], now: 0)
        #expect(Self.ports(group, 2).contains(3))
        for _ in 0..<2 { _ = group.group.record(.failed, of: group.group.targets[0], now: 0) }
        #expect(Self.ports(group, 2) == [3, 3])
    }

    @Test("A client stays with its target by its address, and moves only when that one fails")
    func source() throws {
        var attributes = TargetGroupAttributes(for: .tcp)
        attributes.stickiness.isEnabled = true
        let group = try Self.group(.roundRobin, healthy: [1, 2, 3, 4], attributes: attributes)
        let clients = (1...64).map { IPAddress(v4: UInt32($0)) }
        var mixer = Mixer()
        func places() -> [UInt16?] {
            clients.map { group.choose(&mixer, now: 0, source: $0)?.endpoint.port }
        }
        let before = places()
        #expect(places() == before)
        #expect(Set(before).count == 4)
        for _ in 0..<2 { _ = group.group.record(.failed, of: group.group.targets[0], now: 0) }
        for (place, old) in zip(places(), before) {
            #expect(place == old || old == 1)
            #expect(place != 1)
        }
        let home = group.choose(&mixer, now: 0, source: clients[0])?.endpoint
        #expect(group.choose(&mixer, now: 0, source: clients[0], except: home)?.endpoint != home)
    }

    @Test("An empty group has no target")
    func empty() throws {
        let served = ServedTargetGroup(id: .random(), targets: [], healthCheck: HealthCheck(), isUsed: true)
        var mixer = Mixer()
        let group = try CheckedGroup(served, running: nil, workers: 1)
        #expect(WorkerTargetGroup(group, loads: [], worker: 0).choose(&mixer, now: 0) == nil)
    }
}
