import Model

extension CheckedGroup {
    /// Somebody checks the function, or there are targets.
    var isChecked: Bool { self.function?.served.function.isHealthChecked != false }

    /// A function that nobody checks counts as healthy as long as it can be reached at all.
    func health(of function: FunctionTarget) -> TargetGroupHealth {
        let host = function.host.health(isChecked: self.isChecked)
        let state = self.state(of: function, host)
        let isHealthy = state.state == .healthy
        let errors = function.checked.tlsErrors.map {
            TargetTLSErrors(target: state.target, count: $0.count, lastFailure: $0.lastFailure)
        }
        let checks = function.checked.checks.map {
            TargetChecks(target: state.target, since: $0.since, outcomes: $0.outcomes)
        }
        return TargetGroupHealth(
            healthy: isHealthy ? 1 : 0,
            total: 1,
            others: isHealthy ? [] : [state],
            tlsErrors: errors.map { [$0] },
            checks: self.served.isUsed && self.isChecked ? checks.map { [$0] } : nil,
            function: host
        )
    }

    private func state(of function: FunctionTarget, _ host: FunctionHealth) -> TargetHealth {
        let target = host.endpoint ?? FunctionTarget.place
        guard self.served.isUsed else {
            return TargetHealth(
                target: target,
                state: .unused,
                reason: .notInUse,
                description: "Target group is not configured to receive traffic from the load balancer"
            )
        }
        guard host.endpoint != nil else {
            let name = function.host.name ?? "The host"
            return TargetHealth(
                target: target,
                state: .unhealthy,
                reason: .failedHealthChecks,
                description: "\(name) has no address: \(host.lookupFailure ?? "not looked up yet")"
            )
        }
        guard self.isChecked else { return TargetHealth(target: target, state: .healthy) }
        let health = function.checked.health
        return TargetHealth(
            target: target,
            state: health.state,
            reason: health.reason,
            description: health.description
        )
    }
}
