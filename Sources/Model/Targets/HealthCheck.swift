/// How a target group finds out which of its targets work (`elbv2-api` 6.1).
public struct HealthCheck: Hashable, Sendable, Codable {
    public enum CheckProtocol: String, Hashable, Sendable, Codable, CaseIterable {
        case http = "HTTP"
        /// The target's certificate is judged where its group's ``TargetTLS`` says so.
        case https = "HTTPS"
        /// A target that takes a connection is healthy.
        case tcp = "TCP"
    }

    public static let intervals = 5...300
    public static let timeouts = 2...120
    public static let thresholds = 2...10

    public var `protocol` = CheckProtocol.http
    /// nil for `traffic-port`: the one that requests go to.
    public var port: UInt16?
    /// Of HTTP and HTTPS checks.
    public var path = "/"
    /// From the beginning of a check to that of the next, in seconds.
    public var intervalSeconds = 30
    /// For connecting and answering together, in seconds; shorter than the interval.
    public var timeoutSeconds = 5
    /// Checks in a row that make an unhealthy target healthy; a new target needs only one.
    public var healthyThresholdCount = 5
    /// Checks in a row that make a target unhealthy.
    public var unhealthyThresholdCount = 2
    /// Of HTTP and HTTPS checks.
    public var matcher = StatusMatcher.ok

    public init() {}

    /// What targets of a group are checked by that says nothing about it.
    ///
    /// HTTP checks are sent in HTTP/1.1, which targets need not know that are spoken to in another version.
    public static func standard(
        for targets: TargetGroup.TargetProtocol,
        version: TargetGroup.ProtocolVersion = .http1
    ) -> HealthCheck {
        var check = HealthCheck()
        if targets == .https { check.protocol = .https }
        if targets.balancer == .network || version != .http1 { check.protocol = .tcp }
        return check
    }

    /// Whether the path can stand in a request line and in nothing else.
    public var isPathUsable: Bool {
        self.path.hasPrefix("/") && self.path.utf8.count <= 1_024
            && self.path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
    }
}
