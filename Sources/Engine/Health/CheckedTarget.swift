import Model
import Synchronization

/// One target of one group: judged by the monitor, read by workers and whoever looks.
///
/// It lives as long as the target is in the group, across snapshots, and its state with it.
final class CheckedTarget: Sendable {
    let endpoint: Endpoint
    private let healthy = Atomic<Bool>(false)
    private let history = Mutex(HealthHistory())

    init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// Read for every request: one relaxed load.
    var isHealthy: Bool { self.healthy.load(ordering: .relaxed) }

    var health: TargetHealth { self.history.withLock { $0.health(of: self.endpoint) } }

    /// The monitor's side; true if the state is another now.
    func record(_ outcome: CheckOutcome, thresholds check: HealthCheck) -> Bool {
        let (hasChanged, state) = self.history.withLock { history in
            (history.record(outcome, thresholds: check), history.state)
        }
        if hasChanged { self.healthy.store(state == .healthy, ordering: .relaxed) }
        return hasChanged
    }
}
