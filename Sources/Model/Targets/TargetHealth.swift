/// What is known of one target (`elbv2-api` 6.2).
public struct TargetHealth: Hashable, Sendable, Codable {
    public enum State: String, Hashable, Sendable, Codable {
        case initial
        case healthy
        case unhealthy
        /// No listener sends requests to its group, and nobody checks it.
        case unused
    }

    /// ELBv2's reason codes.
    public enum Reason: String, Hashable, Sendable, Codable {
        case initialHealthChecking = "Elb.InitialHealthChecking"
        case responseCodeMismatch = "Target.ResponseCodeMismatch"
        case timeout = "Target.Timeout"
        case failedHealthChecks = "Target.FailedHealthChecks"
        case notInUse = "Target.NotInUse"
        case internalError = "Elb.InternalError"
    }

    public let target: Endpoint
    public let state: State
    /// nil for a healthy target, as is the description.
    public let reason: Reason?
    public let description: String?

    public init(target: Endpoint, state: State, reason: Reason? = nil, description: String? = nil) {
        self.target = target
        self.state = state
        self.reason = reason
        self.description = description
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

    public init(healthy: Int, total: Int, others: [TargetHealth], tlsErrors: [TargetTLSErrors]? = nil) {
        self.healthy = healthy
        self.total = total
        self.others = others
        self.tlsErrors = tlsErrors
    }
}
