/// What is known of one target (`elbv2-api` 6.2).
public struct TargetHealth: Hashable, Sendable, Codable {
    public enum State: String, Hashable, Sendable, Codable {
        case initial
        case healthy
        case unhealthy
        /// Of a TCP group: its connections may go on for a while, and no other begins.
        case unhealthyDraining = "unhealthy.draining"
        /// It gets nothing: its group is not in use, or it is not in use in its group.
        case unused
        /// It gets nothing new, and may go on with what it has in hand.
        case draining
        /// Nobody checks it.
        case unavailable
    }

    /// ELBv2's reason codes.
    public enum Reason: String, Hashable, Sendable, Codable {
        case registrationInProgress = "Elb.RegistrationInProgress"
        case initialHealthChecking = "Elb.InitialHealthChecking"
        case responseCodeMismatch = "Target.ResponseCodeMismatch"
        case timeout = "Target.Timeout"
        case failedHealthChecks = "Target.FailedHealthChecks"
        case notRegistered = "Target.NotRegistered"
        case notInUse = "Target.NotInUse"
        case invalidState = "Target.InvalidState"
        case deregistrationInProgress = "Target.DeregistrationInProgress"
        case healthCheckDisabled = "Target.HealthCheckDisabled"
        case internalError = "Elb.InternalError"
    }

    public let target: Endpoint
    public let state: State
    /// nil for a healthy target, as is the description.
    public let reason: Reason?
    public let description: String?
    /// How long a draining target may go on with what it has in hand; nil in every other state.
    public let remainingSeconds: Int?

    public init(
        target: Endpoint,
        state: State,
        reason: Reason? = nil,
        description: String? = nil,
        remainingSeconds: Int? = nil
    ) {
        self.target = target
        self.state = state
        self.reason = reason
        self.description = description
        self.remainingSeconds = remainingSeconds
    }
}

/// What is known of the targets of a group.
public struct TargetGroupHealth: Hashable, Sendable, Codable {
    /// How many targets are told about one by one.
    public static let detailed = 20

    public let healthy: Int
    public let total: Int
    /// Targets that are not healthy, in the group's order; at most ``detailed``.
    public let others: [TargetHealth]
    /// Targets with which a handshake has failed, in the group's order; at most ``detailed``, nil where there
    /// are none.
    public let tlsErrors: [TargetTLSErrors]?
    /// Targets that have left the group and are still known; at most ``detailed``, nil for none.
    public let departed: [TargetHealth]?
    /// Targets of whose last checks one did not pass, in the group's order; at most ``detailed``, nil where
    /// all did and from a gate that does not tell.
    public let checks: [TargetChecks]?
    /// nil for a group of targets.
    public let function: FunctionHealth?

    public init(
        healthy: Int,
        total: Int,
        others: [TargetHealth],
        tlsErrors: [TargetTLSErrors]? = nil,
        departed: [TargetHealth]? = nil,
        checks: [TargetChecks]? = nil,
        function: FunctionHealth? = nil
    ) {
        self.healthy = healthy
        self.total = total
        self.others = others
        self.tlsErrors = tlsErrors
        self.departed = departed
        self.checks = checks
        self.function = function
    }
}
