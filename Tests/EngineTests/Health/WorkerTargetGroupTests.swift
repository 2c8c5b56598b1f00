import Model
import TestSupport
import Testing

@testable import Engine

/// Which target is chosen: no engine runs here.
@Suite("Choice of a target")
struct WorkerTargetGroupTests {
    private static let endpoints = (1...4).map { Endpoint(address: .loopback, port: UInt16($0)) }

    /// A group whose targets with these ports are healthy, and what each has in flight.
    private static func group(
        _ algorithm: LoadBalancingAlgorithm,
        healthy: Set<UInt16>,
        loads: [Int] = [0, 0, 0, 0]
    ) throws -> WorkerTargetGroup {
        let served = ServedTargetGroup(
            id: .random(),
            targets: Self.endpoints,
            healthCheck: HealthCheck(),
            isUsed: true,
            algorithm: algorithm
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
        return (0..<count).compactMap { _ in group.choose(&mixer)?.port }
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

    @Test("An empty group has no target")
    func empty() throws {
        let served = ServedTargetGroup(id: .random(), targets: [], healthCheck: HealthCheck(), isUsed: true)
        var mixer = Mixer()
        let group = try CheckedGroup(served, running: nil, workers: 1)
        #expect(WorkerTargetGroup(group, loads: [], worker: 0).choose(&mixer) == nil)
    }
}
