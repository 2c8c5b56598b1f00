import Model
import Testing

@testable import sekisho

/// Target group attributes in configuration files.
@Suite("Target group attribute reader")
struct TargetGroupAttributeReaderTests {
    private static func text(_ attributes: String, _ more: String = "protocol: HTTP") -> String {
        """
        targetGroups:
          - name: app
            targets: []
            attributes: {\(attributes)}
            \(more)
        """
    }

    private static func read(_ text: String) throws -> DesiredTargetGroup {
        try #require(try ConfigurationFile.parse(text, path: "gate.yaml").desired.targetGroups.first)
    }

    @Test("Attributes are read by ELBv2's names")
    func names() throws {
        let group = try Self.read(
            Self.text(
                "deregistration_delay.timeout_seconds: 5, stickiness.enabled: true, "
                    + "stickiness.type: app_cookie, stickiness.lb_cookie.duration_seconds: 6, "
                    + "stickiness.app_cookie.cookie_name: SESSION, "
                    + "stickiness.app_cookie.duration_seconds: 7, slow_start.duration_seconds: 30, "
                    + "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count: 2, "
                    + "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage: 50, "
                    + "lambda.multi_value_headers.enabled: true"
            )
        )
        var expected = TargetGroupAttributes()
        expected.deregistrationDelaySeconds = 5
        expected.stickiness.isEnabled = true
        expected.stickiness.kind = .appCookie
        expected.stickiness.lbCookieSeconds = 6
        expected.stickiness.appCookieName = "SESSION"
        expected.stickiness.appCookieSeconds = 7
        expected.slowStartSeconds = 30
        expected.minimumHealthyCount = 2
        expected.minimumHealthyPercentage = 50
        expected.usesMultiValueHeaders = true
        #expect(group.attributes == expected)
    }

    @Test("Those of a TCP group begin with what such a group has")
    func network() throws {
        let group = try Self.read(
            Self.text(
                "stickiness.enabled: true, deregistration_delay.connection_termination.enabled: true, "
                    + "target_health_state.unhealthy.connection_termination.enabled: false, "
                    + "target_health_state.unhealthy.draining_interval_seconds: 8, "
                    + "preserve_client_ip.enabled: false, proxy_protocol_v2.enabled: true",
                "protocol: TCP"
            )
        )
        var expected = TargetGroupAttributes(for: .tcp)
        expected.stickiness.isEnabled = true
        expected.terminatesDeregistered = true
        expected.terminatesUnhealthy = false
        expected.unhealthyDrainingSeconds = 8
        #expect(group.attributes == expected)
        #expect(group.attributes?.stickiness.kind == .sourceIP)
        #expect(group.proxyProtocolV2 == true)
    }

    @Test("Silence, and what is written as switched off, is the standard")
    func silence() throws {
        let group = try Self.read("targetGroups: [{name: app, targets: []}]")
        #expect(group.attributes == nil)
        let off = try Self.read(
            Self.text(
                "slow_start.duration_seconds: 0, load_balancing.algorithm.anomaly_mitigation: off, "
                    + "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage: off"
            )
        )
        #expect(off.attributes == TargetGroupAttributes())
    }

    @Test("A setting with two names is read by either, and not by both")
    func otherNames() throws {
        let group = try Self.read(
            Self.text(
                "load_balancing.algorithm.type: weighted_random, "
                    + "load_balancing.algorithm.anomaly_mitigation: on"
            )
        )
        #expect(group.algorithm == .weightedRandom)
        #expect(group.attributes?.mitigatesAnomalies == true)
        for (attribute, key) in [
            ("load_balancing.algorithm.type: weighted_random", "algorithm: round_robin"),
            ("proxy_protocol_v2.enabled: true", "proxyProtocolV2: true"),
        ] {
            let error = #expect(throws: ConfigurationFileError.self) {
                try ConfigurationFile.parse(Self.text(attribute, key), path: "gate.yaml")
            }
            #expect(error?.problems.count == 1)
            #expect(error?.problems.first?.line == 4)
            #expect(error?.problems.first?.hint == "Remove one of the two.")
        }
    }

    @Test(
        "A name or value that is none is refused where it stands",
        arguments: [
            ("deregistration_delay.timeout_seconds: 3601", "outside 0–3600"),
            ("slow_start.duration_seconds: 29", "outside 30–900"),
            ("stickiness.type: cookie", "lb_cookie, app_cookie or source_ip"),
            ("stickiness.enable: true", "did you mean stickiness.enabled"),
        ]
    )
    func mistakes(attribute: String, words: String) throws {
        let error = #expect(throws: ConfigurationFileError.self) {
            try ConfigurationFile.parse(Self.text(attribute), path: "gate.yaml")
        }
        let line = try #require(error?.lines.first)
        #expect(line.contains(words))
        #expect(line.hasPrefix("gate.yaml:4: targetGroups[0].attributes."))
    }
}
