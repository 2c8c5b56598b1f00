import Model
import Testing

/// What the attributes of a target group may be.
@Suite("Target group attributes")
struct TargetGroupAttributesTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var of: TargetGroup.TargetProtocol = .http
        var algorithm: LoadBalancingAlgorithm = .roundRobin
        let subject: String
        let words: String
        let change: @Sendable (inout TargetGroupAttributes) -> Void

        var testDescription: String { "\(self.of.rawValue) \(self.algorithm.rawValue) \(self.subject)" }
    }

    static let mistakes = [
        Mistake(subject: "deregistration_delay.timeout_seconds", words: "0–3600") {
            $0.deregistrationDelaySeconds = 3_601
        },
        Mistake(subject: "stickiness.lb_cookie.duration_seconds", words: "1–604800") {
            $0.stickiness.lbCookieSeconds = 0
        },
        Mistake(subject: "stickiness.app_cookie.duration_seconds", words: "1–604800") {
            $0.stickiness.appCookieSeconds = 604_801
        },
        Mistake(subject: "stickiness.type", words: "lb_cookie or app_cookie") {
            $0.stickiness.kind = .sourceIP
        },
        Mistake(of: .tcp, subject: "stickiness.type", words: "source_ip") { $0.stickiness.kind = .lbCookie },
        Mistake(subject: "stickiness.app_cookie.cookie_name", words: "not beginning with AWSALB") {
            $0.stickiness.appCookieName = "AWSALBTG"
        },
        Mistake(subject: "stickiness.app_cookie.cookie_name", words: "letters, digits") {
            $0.stickiness.appCookieName = "a; Path=/"
        },
        Mistake(subject: "stickiness.type", words: "stickiness.app_cookie.cookie_name") {
            $0.stickiness.isEnabled = true
            $0.stickiness.kind = .appCookie
        },
        Mistake(algorithm: .weightedRandom, subject: "stickiness.enabled", words: "another algorithm") {
            $0.stickiness.isEnabled = true
        },
        Mistake(subject: "slow_start.duration_seconds", words: "30–900") { $0.slowStartSeconds = 29 },
        Mistake(subject: "slow_start.duration_seconds", words: "30–900") { $0.slowStartSeconds = 901 },
        Mistake(
            algorithm: .leastOutstandingRequests,
            subject: "slow_start.duration_seconds",
            words: "round_robin"
        ) { $0.slowStartSeconds = 30 },
        Mistake(algorithm: .weightedRandom, subject: "slow_start.duration_seconds", words: "round_robin") {
            $0.slowStartSeconds = 30
        },
        Mistake(subject: "load_balancing.algorithm.anomaly_mitigation", words: "weighted_random") {
            $0.mitigatesAnomalies = true
        },
        Mistake(
            subject: "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
            words: "1–1000"
        ) { $0.minimumHealthyCount = 0 },
        Mistake(
            subject: "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
            words: "1–100"
        ) { $0.minimumHealthyPercentage = 101 },
        Mistake(subject: "lambda.multi_value_headers.enabled", words: "Remove it") {
            $0.usesMultiValueHeaders = true
        },
        Mistake(subject: "deregistration_delay.connection_termination.enabled", words: "Remove it") {
            $0.terminatesDeregistered = true
        },
        Mistake(of: .tcp, subject: "slow_start.duration_seconds", words: "Remove it") {
            $0.slowStartSeconds = 30
        },
        Mistake(
            of: .tcp,
            subject: "target_health_state.unhealthy.draining_interval_seconds",
            words: "connection_termination.enabled to false"
        ) { $0.unhealthyDrainingSeconds = 10 },
        Mistake(
            of: .tcp,
            subject: "target_health_state.unhealthy.draining_interval_seconds",
            words: "0–360000"
        ) {
            $0.terminatesUnhealthy = false
            $0.unhealthyDrainingSeconds = 360_001
        },
        Mistake(of: .tcp, subject: "preserve_client_ip.enabled", words: "proxy_protocol_v2.enabled") {
            $0.preservesClientAddress = true
        },
    ]

    @Test("What cannot be is refused by its name, with what to do", arguments: Self.mistakes)
    func mistake(_ mistake: Mistake) {
        var attributes = TargetGroupAttributes(for: mistake.of)
        mistake.change(&attributes)
        let error = #expect(throws: OperatorError.self) {
            try attributes.check(mistake.of, algorithm: mistake.algorithm)
        }
        #expect(error?.subject == mistake.subject)
        #expect(error?.hint?.contains(mistake.words) == true, "\(error?.hint ?? "")")
    }

    @Test("What nobody has said is right for every group")
    func standard() throws {
        for targets in TargetGroup.TargetProtocol.allCases {
            for algorithm in LoadBalancingAlgorithm.allCases {
                try TargetGroupAttributes(for: targets).check(targets, algorithm: algorithm)
            }
        }
    }

    @Test("Everything that goes together is taken")
    func everything() throws {
        var http = TargetGroupAttributes()
        http.deregistrationDelaySeconds = 0
        http.stickiness.isEnabled = true
        http.stickiness.kind = .appCookie
        http.stickiness.appCookieName = "JSESSIONID"
        http.slowStartSeconds = 900
        http.minimumHealthyCount = 1_000
        http.minimumHealthyPercentage = 100
        try http.check(.http, algorithm: .roundRobin)
        var random = TargetGroupAttributes()
        random.mitigatesAnomalies = true
        try random.check(.http, algorithm: .weightedRandom)
        var tcp = TargetGroupAttributes(for: .tcp)
        tcp.stickiness.isEnabled = true
        tcp.terminatesDeregistered = true
        tcp.terminatesUnhealthy = false
        tcp.unhealthyDrainingSeconds = 360_000
        try tcp.check(.tcp, algorithm: .leastOutstandingRequests)
    }
}
