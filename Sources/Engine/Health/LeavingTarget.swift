import Model

/// A target that gets nothing new: it has left its group, or is drained by hand.
struct LeavingTarget: Sendable, Equatable {
    let endpoint: Endpoint
    /// When what it has in hand is over, in monotonic milliseconds.
    let until: Int64
    /// It is still in its group, drained by hand.
    let isMember: Bool

    /// For people.
    func health(now: Int64) -> TargetHealth {
        if now < self.until {
            return TargetHealth(
                target: self.endpoint,
                state: .draining,
                reason: .deregistrationInProgress,
                description: "Target deregistration is in progress",
                // Rounded up: it is over when nothing remains.
                remainingSeconds: Int((self.until - now + 999) / 1_000)
            )
        }
        return self.isMember
            ? TargetHealth(
                target: self.endpoint,
                state: .unused,
                reason: .invalidState,
                description: "Target is drained until it is restored"
            )
            : TargetHealth(
                target: self.endpoint,
                state: .unused,
                reason: .notRegistered,
                description: "Target is not registered to the target group"
            )
    }
}
