import Model
import Synchronization

/// What workers count of a group's requests, as long as the group lives.
final class TargetGroupTally: Sendable {
    private let nonSticky = Atomic<UInt64>(0)
    private let unhealthyRouting = Atomic<UInt64>(0)
    private let share = Mutex(Share())

    private struct Share {
        /// Requests that have been divided.
        var requests: UInt64 = 0
        var perTarget = 0.0
    }

    /// A client was given another target than it came for, or came for none, in a group whose clients stay.
    func countNonSticky() {
        self.nonSticky.add(1, ordering: .relaxed)
    }

    /// A request was sent to any target, because too few are healthy.
    func countUnhealthyRouting() {
        self.unhealthyRouting.add(1, ordering: .relaxed)
    }

    /// Divides what has come since the last call by the targets that share it now.
    ///
    /// Whoever reads the counters asks for it, once a second or a scrape: workers count nothing for it.
    func divide(_ requests: UInt64, among targets: Int) -> Double {
        self.share.withLock { share in
            // Less than before when a listener has gone, and its requests with it.
            if requests > share.requests, targets > 0 {
                share.perTarget += Double(requests - share.requests) / Double(targets)
            }
            share.requests = requests
            return share.perTarget
        }
    }

    /// With what is known of the targets now.
    func counters(of targets: [CheckedTarget]) -> TargetGroupCounters {
        var counters = TargetGroupCounters()
        counters.nonStickyRequests = self.nonSticky.load(ordering: .relaxed)
        counters.unhealthyRoutingRequests = self.unhealthyRouting.load(ordering: .relaxed)
        counters.anomalousHosts = targets.count { $0.conduct.isAnomalous }
        counters.mitigatedHosts = targets.count { $0.conduct.weight < TargetConduct.whole }
        return counters
    }
}
