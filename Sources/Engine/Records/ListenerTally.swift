import Model
import Synchronization

/// What one worker counts for one listener: written by that worker only, read by anyone.
final class ListenerTally: Sendable {
    private let metrics = TallyCells(count: ListenerMetric.allCases.count)
    private let handshakeTime = HistogramTally()
    private let accepted = Atomic<UInt64>(0)
    private let handshakes = Atomic<UInt64>(0)
    private let onExpiredLists = Atomic<UInt64>(0)
    private let resumed = Atomic<UInt64>(0)
    private let requests = Atomic<UInt64>(0)
    private let cut = Atomic<UInt64>(0)
    private let rejections = Mutex<[Rejection: UInt64]>([:])
    private let nonCompliant = Atomic<UInt64>(0)
    private let draining = Atomic<Int>(0)
    private let failures = Mutex<[String: UInt64]>([:])

    func countAccepted() { self.increase(self.accepted) }
    func countHandshake(microseconds: Int64, isResumed: Bool, reliesOnExpiredLists: Bool) {
        self.increase(self.handshakes)
        self.handshakeTime.count(microseconds)
        if isResumed { self.increase(self.resumed) }
        if reliesOnExpiredLists { self.increase(self.onExpiredLists) }
    }

    func count(_ metric: ListenerMetric, _ number: UInt64 = 1) {
        self.metrics.add(number, at: metric.position)
    }

    func countCut() { self.increase(self.cut) }
    func countRequest() { self.increase(self.requests) }
    func countNonCompliant() { self.increase(self.nonCompliant) }
    func countRejected(_ reason: Rejection) {
        self.rejections.withLock { $0[reason, default: 0] += 1 }
    }

    func countFailure(_ outcome: HandshakeOutcome) {
        guard let word = outcome.shortWord else { return }
        self.failures.withLock { $0[word, default: 0] += 1 }
    }

    func changeDraining(by difference: Int) {
        self.draining.store(self.draining.load(ordering: .relaxed) + difference, ordering: .relaxed)
    }

    /// A copy; `open` is counted elsewhere, for all workers together.
    var counters: ListenerCounters {
        var counters = ListenerCounters()
        counters.accepted = self.accepted.load(ordering: .relaxed)
        counters.handshakes = self.handshakes.load(ordering: .relaxed)
        counters.onExpiredLists = self.onExpiredLists.load(ordering: .relaxed)
        counters.resumed = self.resumed.load(ordering: .relaxed)
        counters.requests = self.requests.load(ordering: .relaxed)
        counters.rejectedByReason = self.rejections.withLock { $0 }
        counters.rejected = counters.rejectedByReason.values.reduce(0, +)
        counters.cut = self.cut.load(ordering: .relaxed)
        counters.nonCompliant = self.nonCompliant.load(ordering: .relaxed)
        counters.draining = self.draining.load(ordering: .relaxed)
        counters.failuresByWord = self.failures.withLock { $0 }
        counters.failures = counters.failuresByWord.values.reduce(0, +)
        var traffic = TrafficCounters()
        for metric in ListenerMetric.allCases where self.metrics[metric.position] > 0 {
            traffic.metrics[metric] = self.metrics[metric.position]
        }
        traffic.handshakeTime = self.handshakeTime.histogram
        counters.traffic = traffic
        return counters
    }

    /// One writer, so a load and a store are enough; a locked addition would cost more and mean the same.
    private func increase(_ counter: borrowing Atomic<UInt64>) {
        counter.store(counter.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }
}

extension ListenerMetric {
    /// Among the cells of a tally.
    fileprivate var position: Int {
        switch self {
        case .newConnections: 0
        case .processedBytes: 1
        case .ipv6Requests: 2
        case .ipv6Bytes: 3
        case .ruleEvaluations: 4
        case .fixedResponses: 5
        case .redirects: 6
        case .redirectsTooLong: 7
        case .droppedInvalidHeaders: 8
        case .elb3XX: 9
        case .elb4XX: 10
        case .elb5XX: 11
        case .elb500: 12
        case .elb502: 13
        case .elb503: 14
        case .elb504: 15
        case .functionBytes: 16
        }
    }
}

/// How many connections are open, in all workers together; what the limits are held against.
final class OpenCount: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { self.count.load(ordering: .relaxed) }

    /// Takes a place, unless that would exceed the limit.
    func take(limit: Int) -> Bool {
        guard self.count.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            self.count.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func giveBack() {
        self.count.wrappingSubtract(1, ordering: .relaxed)
    }
}
