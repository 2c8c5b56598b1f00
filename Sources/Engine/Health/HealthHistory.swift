import Model

/// What a target's checks add up to.
///
///     initial ──one success──▶ healthy ◀──healthyThreshold in a row──┐
///        │                        │                                  │
///        └──unhealthyThreshold────┴──unhealthyThreshold in a row──▶ unhealthy
struct HealthHistory: Equatable {
    enum State: Equatable {
        case initial
        case healthy
        case unhealthy
    }

    private(set) var state = State.initial
    /// Why it is unhealthy: the last failure.
    private(set) var lastFailure: CheckOutcome?
    /// The first check has begun.
    private var hasBegun = false
    /// The last check could not be made.
    private var isImpossible = false
    /// Checks in a row that said the opposite of `state`.
    private var contradictions = 0
    /// The last checks, a bit each, the newest lowest; 1 for one that did not pass.
    private var failures: UInt32 = 0
    /// How many of the bits stand for a check.
    private var checks = 0

    mutating func begin() {
        self.hasBegun = true
    }

    /// Takes one outcome; true if the state is another now.
    ///
    /// A check that could not be made says nothing about the target.
    mutating func record(_ outcome: CheckOutcome, thresholds check: HealthCheck) -> Bool {
        self.isImpossible = outcome == .impossible
        guard !self.isImpossible else { return false }
        let isSuccess = outcome == .passed
        if !isSuccess { self.lastFailure = outcome }
        self.failures = self.failures << 1 | (isSuccess ? 0 : 1)
        self.checks = min(self.checks + 1, TargetChecks.kept)
        let isContradiction =
            switch self.state {
            case .initial: true
            case .healthy: !isSuccess
            case .unhealthy: isSuccess
            }
        guard isContradiction else {
            self.contradictions = 0
            return false
        }
        self.contradictions += 1
        let needed =
            switch (self.state, isSuccess) {
            case (.initial, true): 1
            case (_, true): check.healthyThresholdCount
            case (_, false): check.unhealthyThresholdCount
            }
        guard self.contradictions >= needed else { return false }
        self.contradictions = 0
        self.state = isSuccess ? .healthy : .unhealthy
        return true
    }

    /// As ``TargetChecks/outcomes``; nil where all passed.
    var outcomes: String? {
        let marks = (0..<self.checks).reversed().map { self.failures >> $0 & 1 == 1 }
        return marks.contains(true) ? String(marks.map { $0 ? "x" : "+" }) : nil
    }

    func health(of target: Endpoint) -> TargetHealth {
        switch self.state {
        case .initial where self.isImpossible:
            TargetHealth(
                target: target,
                state: .unavailable,
                reason: CheckOutcome.impossible.reason,
                description: CheckOutcome.impossible.description
            )
        case .initial where !self.hasBegun:
            TargetHealth(
                target: target,
                state: .initial,
                reason: .registrationInProgress,
                description: "Target registration is in progress"
            )
        case .initial:
            TargetHealth(
                target: target,
                state: .initial,
                reason: .initialHealthChecking,
                description: "Initial health checks in progress"
            )
        case .healthy:
            TargetHealth(target: target, state: .healthy)
        case .unhealthy:
            TargetHealth(
                target: target,
                state: .unhealthy,
                reason: self.lastFailure?.reason,
                description: self.lastFailure?.description
            )
        }
    }
}
