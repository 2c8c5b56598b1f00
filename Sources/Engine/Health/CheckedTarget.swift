import Model
import Synchronization

/// One target of one group: judged by the monitor, read by workers and whoever looks.
///
/// It lives as long as the target is in the group, across snapshots, and its state with it.
final class CheckedTarget: Sendable {
    let endpoint: Endpoint
    private let healthy = Atomic<Bool>(false)
    private let history = Mutex(HealthHistory())
    private let tls = Mutex(TLSHistory())
    private let isFailingTLS = Atomic<Bool>(false)

    private struct TLSHistory {
        var errors: UInt64 = 0
        var lastFailure: TargetTLSFailure?
    }

    init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// Read for every request: one relaxed load.
    var isHealthy: Bool { self.healthy.load(ordering: .relaxed) }

    /// A worker has failed to agree with it on TLS.
    func note(_ failure: TargetTLSFailure) {
        self.tls.withLock { tls in
            tls.errors += 1
            tls.lastFailure = failure
        }
        self.isFailingTLS.store(true, ordering: .relaxed)
    }

    /// A worker has agreed with it on TLS.
    func noteTLSSuccess() {
        guard self.isFailingTLS.load(ordering: .relaxed) else { return }
        self.isFailingTLS.store(false, ordering: .relaxed)
        self.tls.withLock { $0.lastFailure = nil }
    }

    /// nil while every handshake has succeeded.
    var tlsErrors: TargetTLSErrors? {
        self.tls.withLock { tls in
            guard tls.errors > 0 else { return nil }
            return TargetTLSErrors(target: self.endpoint, count: tls.errors, lastFailure: tls.lastFailure)
        }
    }

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
