import Model
import Synchronization

/// A target group with what is known of its targets; made anew for each snapshot around targets that stay.
final class CheckedGroup: Sendable {
    let served: ServedTargetGroup
    /// In the order of the group.
    let targets: [CheckedTarget]
    /// nil where targets are spoken to in clear text.
    let tls: PreparedTargetTLS?
    private let healthyTargets: Atomic<Int>

    /// Prepares a group; targets that the running one has, and checks, keep their state.
    ///
    /// - Throws: ``OperatorError`` if what its TLS is made of cannot be used.
    init(_ served: ServedTargetGroup, running: CheckedGroup?, workers: Int) throws(OperatorError) {
        self.served = served
        if let running, running.served.tls == served.tls,
            running.served.protocolVersion == served.protocolVersion,
            running.served.isRelayed == served.isRelayed
        {
            self.tls = running.tls
        } else {
            self.tls = try served.tls.map { tls throws(OperatorError) in
                try PreparedTargetTLS(tls, of: served, workers: workers)
            }
        }
        var known: [Endpoint: CheckedTarget] = [:]
        if let running, running.served.isUsed, served.isUsed {
            for target in running.targets { known[target.endpoint] = target }
        }
        self.targets = served.targets.map { known[$0] ?? CheckedTarget($0) }
        self.healthyTargets = Atomic(self.targets.count(where: \.isHealthy))
    }

    /// No target is known to be healthy: requests go to all of them, since the checks may be what is wrong.
    var failsOpen: Bool { self.healthyTargets.load(ordering: .relaxed) == 0 }

    /// Counts again; the monitor's side, after a target's state has changed.
    func recount() {
        self.healthyTargets.store(self.targets.count(where: \.isHealthy), ordering: .relaxed)
    }

    /// For people.
    var health: TargetGroupHealth {
        let all = self.targets.map { target in
            self.served.isUsed
                ? target.health
                : TargetHealth(
                    target: target.endpoint,
                    state: .unused,
                    reason: .notInUse,
                    description: "Target group is not configured to receive traffic from the load balancer"
                )
        }
        let others = all.filter { $0.state != .healthy }
        let tlsErrors = self.targets.lazy.compactMap(\.tlsErrors).prefix(TargetGroupHealth.detailed)
        return TargetGroupHealth(
            healthy: all.count - others.count,
            total: all.count,
            others: Array(others.prefix(TargetGroupHealth.detailed)),
            tlsErrors: tlsErrors.isEmpty ? nil : Array(tlsErrors)
        )
    }
}
