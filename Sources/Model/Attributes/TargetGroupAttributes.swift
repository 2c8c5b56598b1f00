/// How a target group treats its targets, and the clients that go to them (`elbv2-api` 4.7).
public struct TargetGroupAttributes: Hashable, Sendable, Codable {
    /// How long a target that has left the group may go on with what it has in hand;
    /// `deregistration_delay.timeout_seconds`.
    public var deregistrationDelaySeconds = 300

    public var stickiness: Stickiness

    /// Targets that fail more than the others get less.
    public var mitigatesAnomalies = false

    /// Over which a new target's share grows to that of the others; 0 for at once.
    public var slowStartSeconds = 0

    /// With fewer healthy targets, requests go to all of them.
    public var minimumHealthyCount = 1

    /// The same in percent of all targets; nil for `off`.
    public var minimumHealthyPercentage: Int?

    /// Functions are given, and give, several values of a header one by one.
    public var usesMultiValueHeaders = false

    /// Connections to a target that has left the group are reset when its delay is over.
    public var terminatesDeregistered = false

    /// Connections to a target are reset when it becomes unhealthy.
    public var terminatesUnhealthy = true

    /// How long connections to an unhealthy target may go on that are not reset at once; 0 for no end.
    public var unhealthyDrainingSeconds = 0

    /// Always false: ``check(_:algorithm:)`` says why.
    public var preservesClientAddress = false

    /// What a group has that names none.
    public init(for targets: TargetGroup.TargetProtocol = .http) {
        self.stickiness = Stickiness(kind: targets.balancer == .network ? .sourceIP : .lbCookie)
    }

    public static let deregistrationDelays = 0...3_600
    public static let slowStarts = 30...900
    public static let percentages = 1...100
    public static let unhealthyDrainings = 0...360_000

    /// An attribute, with its value as ELBv2 writes it.
    public struct Word: Hashable, Sendable {
        public let key: Key
        public let value: String
    }

    /// Every attribute by its name.
    public var words: [Word] {
        [
            Word(key: .deregistrationDelay, value: "\(self.deregistrationDelaySeconds)"),
            Word(key: .stickiness, value: "\(self.stickiness.isEnabled)"),
            Word(key: .stickinessType, value: self.stickiness.kind.rawValue),
            Word(key: .lbCookieDuration, value: "\(self.stickiness.lbCookieSeconds)"),
            Word(key: .appCookieName, value: self.stickiness.appCookieName),
            Word(key: .appCookieDuration, value: "\(self.stickiness.appCookieSeconds)"),
            Word(key: .anomalyMitigation, value: self.mitigatesAnomalies ? "on" : "off"),
            Word(key: .slowStart, value: "\(self.slowStartSeconds)"),
            Word(key: .minimumHealthyCount, value: "\(self.minimumHealthyCount)"),
            Word(
                key: .minimumHealthyPercentage,
                value: self.minimumHealthyPercentage.map(String.init) ?? "off"
            ),
            Word(key: .multiValueHeaders, value: "\(self.usesMultiValueHeaders)"),
            Word(key: .terminatesDeregistered, value: "\(self.terminatesDeregistered)"),
            Word(key: .terminatesUnhealthy, value: "\(self.terminatesUnhealthy)"),
            Word(key: .unhealthyDraining, value: "\(self.unhealthyDrainingSeconds)"),
            Word(key: .preservesClientAddress, value: "\(self.preservesClientAddress)"),
        ]
    }

    public enum Key: String, Hashable, Sendable, CaseIterable {
        case deregistrationDelay = "deregistration_delay.timeout_seconds"
        case stickiness = "stickiness.enabled"
        case stickinessType = "stickiness.type"
        case lbCookieDuration = "stickiness.lb_cookie.duration_seconds"
        case appCookieName = "stickiness.app_cookie.cookie_name"
        case appCookieDuration = "stickiness.app_cookie.duration_seconds"
        case anomalyMitigation = "load_balancing.algorithm.anomaly_mitigation"
        case slowStart = "slow_start.duration_seconds"
        case minimumHealthyCount =
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"
        case minimumHealthyPercentage =
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage"
        case multiValueHeaders = "lambda.multi_value_headers.enabled"
        case terminatesDeregistered = "deregistration_delay.connection_termination.enabled"
        case terminatesUnhealthy = "target_health_state.unhealthy.connection_termination.enabled"
        case unhealthyDraining = "target_health_state.unhealthy.draining_interval_seconds"
        case preservesClientAddress = "preserve_client_ip.enabled"
        /// Other names for settings of the group.
        case algorithm = "load_balancing.algorithm.type"
        case proxyProtocolV2 = "proxy_protocol_v2.enabled"
    }
}

// MARK: - Reading what was stored

extension TargetGroupAttributes {
    private enum CodingKeys: String, CodingKey {
        case deregistrationDelaySeconds, stickiness, mitigatesAnomalies, slowStartSeconds
        case minimumHealthyCount, minimumHealthyPercentage, usesMultiValueHeaders
        case terminatesDeregistered, terminatesUnhealthy, unhealthyDrainingSeconds, preservesClientAddress
    }

    /// Reads what was stored; an attribute that was not known then has its standard value.
    public init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ path: WritableKeyPath<Self, Value>, _ key: CodingKeys) throws {
            if let value = try values.decodeIfPresent(Value.self, forKey: key) { self[keyPath: path] = value }
        }
        try read(\.deregistrationDelaySeconds, .deregistrationDelaySeconds)
        try read(\.stickiness, .stickiness)
        try read(\.mitigatesAnomalies, .mitigatesAnomalies)
        try read(\.slowStartSeconds, .slowStartSeconds)
        try read(\.minimumHealthyCount, .minimumHealthyCount)
        self.minimumHealthyPercentage = try values.decodeIfPresent(
            Int.self,
            forKey: .minimumHealthyPercentage
        )
        try read(\.usesMultiValueHeaders, .usesMultiValueHeaders)
        try read(\.terminatesDeregistered, .terminatesDeregistered)
        try read(\.terminatesUnhealthy, .terminatesUnhealthy)
        try read(\.unhealthyDrainingSeconds, .unhealthyDrainingSeconds)
        try read(\.preservesClientAddress, .preservesClientAddress)
    }
}
