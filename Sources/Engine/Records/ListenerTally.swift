import Model
import Synchronization

/// What one worker counts for one listener: written by that worker only, read by anyone.
final class ListenerTally: Sendable {
    private let accepted = Atomic<UInt64>(0)
    private let handshakes = Atomic<UInt64>(0)
    private let requests = Atomic<UInt64>(0)
    private let rejections = Mutex<[Rejection: UInt64]>([:])
    private let nonCompliant = Atomic<UInt64>(0)
    private let draining = Atomic<Int>(0)
    private let failures = Mutex<[String: UInt64]>([:])

    func countAccepted() { self.increase(self.accepted) }
    func countHandshake() { self.increase(self.handshakes) }
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
        counters.requests = self.requests.load(ordering: .relaxed)
        counters.rejectedByReason = self.rejections.withLock { $0 }
        counters.rejected = counters.rejectedByReason.values.reduce(0, +)
        counters.nonCompliant = self.nonCompliant.load(ordering: .relaxed)
        counters.draining = self.draining.load(ordering: .relaxed)
        counters.failuresByWord = self.failures.withLock { $0 }
        counters.failures = counters.failuresByWord.values.reduce(0, +)
        return counters
    }

    /// One writer, so a load and a store are enough; a locked addition would cost more and mean the same.
    private func increase(_ counter: borrowing Atomic<UInt64>) {
        counter.store(counter.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
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
