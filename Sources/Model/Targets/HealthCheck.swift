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
    /// Of HTTP and HTTPS checks; those of gRPC groups are calls, and this names statuses of gRPC.
    public var matcher = StatusMatcher.ok

    public init() {}

    /// What targets of a group are checked by that says nothing about it, or nothing but the protocol.
    public static func standard(
        for targets: TargetGroup.TargetProtocol,
        version: TargetGroup.ProtocolVersion = .http1,
        by chosen: CheckProtocol? = nil
    ) -> HealthCheck {
        var check = HealthCheck()
        let standard: CheckProtocol =
            targets.balancer == .network ? .tcp : targets == .https ? .https : .http
        check.protocol = chosen ?? standard
        if targets.balancer == .network {
            check.timeoutSeconds = check.protocol == .http ? 6 : 10
            check.matcher = .notAnError
        }
        if version == .grpc, check.protocol != .tcp {
            check.path = "/AWS.ALB/healthcheck"
            check.matcher = .unimplemented
        }
        return check
    }

    /// What functions are checked by, where they are (`elbv2-api` 6.1).
    public static var standardForFunctions: HealthCheck {
        var check = HealthCheck()
        check.intervalSeconds = 35
        check.timeoutSeconds = 30
        check.unhealthyThresholdCount = 5
        return check
    }

    /// The codes that a matcher of such a group may name: of HTTP, or of gRPC.
    public static func codes(
        for targets: TargetGroup.TargetProtocol,
        version: TargetGroup.ProtocolVersion
    ) -> ClosedRange<Int> {
        targets.balancer == .network ? 200...599 : version == .grpc ? 0...99 : 200...499
    }

    /// Whether the path can stand in a request line and in nothing else.
    public var isPathUsable: Bool {
        self.path.hasPrefix("/") && self.path.utf8.count <= 1_024
            && self.path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
    }
}
