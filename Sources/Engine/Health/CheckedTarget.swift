import Model
import Synchronization

/// One target of one group: judged by the monitor, read by workers and whoever looks.
///
/// It lives as long as the target is in the group, across snapshots, and its state with it.
final class CheckedTarget: Sendable {
    let endpoint: Endpoint
    /// By which cookies name it.
    let number: UInt64
    /// How it does beside the others; where requests are divided by weights.
    let conduct = TargetConduct()

    private let healthy = Atomic<Bool>(false)
    private let rampStart = Atomic<Int64>(SlowStart.none)
    private let unhealthySince = Atomic<Int64>(.min)
    /// When its state became what it is, in microseconds since 1970; 0 before it has one.
    private let changedAt = Atomic<Int64>(0)
    private let history = Mutex(HealthHistory())
    private let tls = Mutex(TLSHistory())
    private let isFailingTLS = Atomic<Bool>(false)

    private struct TLSHistory {
        var errors: UInt64 = 0
        var lastFailure: TargetTLSFailure?
    }

    init(_ endpoint: Endpoint, key: CookieKey) {
        self.endpoint = endpoint
        self.number = StickyCookie.number(of: endpoint, key)
    }

    /// One relaxed load.
    var isHealthy: Bool { self.healthy.load(ordering: .relaxed) }

    /// When its share began to grow, in monotonic milliseconds; ``SlowStart/none`` where it has all of it.
    var slowSince: Int64 { self.rampStart.load(ordering: .relaxed) }

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

    /// nil while all of its last checks have passed.
    var checks: TargetChecks? {
        self.history.withLock(\.outcomes).map { outcomes in
            let changedAt = self.changedAt.load(ordering: .relaxed)
            return TargetChecks(
                target: self.endpoint,
                since: changedAt == 0 ? nil : Timestamp(microseconds: changedAt),
                outcomes: outcomes
            )
        }
    }

    /// Whether it has been unhealthy for less than so many milliseconds.
    func isUnhealthy(forLessThan milliseconds: Int64, now: Int64) -> Bool {
        let since = self.unhealthySince.load(ordering: .relaxed)
        return since != .min && now - since < milliseconds
    }

    // MARK: The monitor's side

    /// A check of it has begun.
    func begin() {
        self.history.withLock { $0.begin() }
    }

    /// True if the state is another now.
    func record(_ outcome: CheckOutcome, thresholds check: HealthCheck, now: Int64 = 0) -> Bool {
        let (hasChanged, state) = self.history.withLock { history in
            (history.record(outcome, thresholds: check), history.state)
        }
        guard hasChanged else { return false }
        self.healthy.store(state == .healthy, ordering: .relaxed)
        self.unhealthySince.store(state == .unhealthy ? now : .min, ordering: .relaxed)
        self.changedAt.store(Clock.wall().microseconds, ordering: .relaxed)
        self.rampStart.store(SlowStart.none, ordering: .relaxed)
        return true
    }

    func startSlowly(at now: Int64) {
        self.rampStart.store(now, ordering: .relaxed)
    }
}
