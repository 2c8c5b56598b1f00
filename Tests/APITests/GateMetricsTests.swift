import Model
import Testing

@testable import API

@Suite("Gate metrics")
struct GateMetricsTests {
    private static let front = ResourceID(bits: 1)
    private static let group = ResourceID(bits: 2)
    private static let hostile = "CN=a\\b\"c\nd,O=é"

    private static func facts() -> CertificateFacts {
        CertificateFacts(
            subject: Self.hostile,
            issuer: "CN=x",
            serialNumber: "01",
            notBefore: Timestamp(seconds: 0),
            notAfter: Timestamp(seconds: 1_800_000_000),
            fingerprint: "ab",
            keyDescription: "P-256"
        )
    }

    private static func store() -> TrustStore {
        let source = BundleSource(path: "ca.pem", digest: "", readAt: Timestamp(seconds: 0))
        func list(_ id: Int, nextUpdate: Timestamp?) -> RevocationList {
            RevocationList(
                id: id,
                facts: RevocationList.Facts(
                    issuer: Self.hostile,
                    number: "7",
                    entries: 1,
                    thisUpdate: Timestamp(seconds: 0),
                    nextUpdate: nextUpdate,
                    fingerprint: "\(id)"
                ),
                source: source,
                signers: []
            )
        }
        return TrustStore(
            id: ResourceID(bits: 8),
            name: "clients",
            revision: 1,
            certificates: [],
            source: source,
            revocationLists: [
                list(1, nextUpdate: Timestamp(seconds: 1_700_000_000)), list(2, nextUpdate: nil),
            ]
        )
    }

    private static func view() throws -> GateView {
        let response = try FixedResponse(statusCode: 200, contentType: "text/plain", messageBody: "")
        func listener(_ id: UInt64, _ name: String, _ tls: Listener.ListenerProtocol) -> Listener {
            Listener(
                id: ResourceID(bits: id),
                name: name,
                port: UInt16(id),
                protocol: tls,
                certificateID: tls == .https ? ResourceID(bits: 9) : nil,
                mutualAuthentication: .off,
                defaultAction: .fixedResponse(response)
            )
        }
        return GateView(
            generation: 7,
            startedAt: Timestamp(seconds: 1_000),
            processID: 42,
            stateDirectory: "/state",
            workers: 1,
            configuration: Configuration(
                workers: nil,
                loadBalancers: [
                    LoadBalancer(
                        id: ResourceID(bits: 3),
                        name: "edge",
                        type: .application,
                        address: .loopback,
                        listeners: [listener(1, "front", .https), listener(4, "back", .http)]
                    )
                ],
                trustStores: [Self.store()],
                targetGroups: [TargetGroup(id: Self.group, name: "app", protocol: .http, targets: [])],
                certificates: [
                    ServerCertificate(
                        id: ResourceID(bits: 9),
                        chainPEM: "",
                        leaf: Self.facts(),
                        source: "server.pem"
                    )
                ]
            ),
            failedListeners: [
                ResourceID(bits: 4): OperatorError(.addressInUse, subject: "a", message: "b.", hint: nil)
            ],
            recentChanges: []
        )
    }

    private static func counters() -> GateCounters {
        var group = GroupCounters()
        group.metrics = [.requests: 5, .target2XX: 4, .target5XX: 1]
        group.responseTime = DurationHistogram(
            counts: [3, 0, 1] + [UInt64](repeating: 0, count: 10) + [1],
            microseconds: 12_503_000
        )
        var traffic = TrafficCounters()
        traffic.metrics = [.elb4XX: 2, .processedBytes: 1_000, .ruleEvaluations: 9]
        traffic.groups = [Self.group: group]
        var listener = ListenerCounters()
        listener.accepted = 11
        listener.open = 3
        listener.failures = 3
        listener.failuresByWord = ["expired": 2, "no-cert": 1]
        listener.onExpiredLists = 2
        listener.resumed = 7
        listener.rejectedByReason = [.connections: 4, .slowReader: 1]
        listener.traffic = traffic
        var engine = EngineCounters()
        engine.listeners = [Self.front: listener]
        engine.droppedRecords = 6
        engine.targetGroups = [Self.group: TargetGroupHealth(healthy: 1, total: 3, others: [])]
        var conduct = TargetGroupCounters()
        conduct.nonStickyRequests = 12
        conduct.unhealthyRoutingRequests = 13
        conduct.anomalousHosts = 2
        conduct.mitigatedHosts = 1
        conduct.failsOpen = true
        conduct.requestsPerTarget = 2.5
        engine.targetGroupCounters = [Self.group: conduct]
        engine.workers = [WorkerCounters(bufferedBytes: 4_096, targetConnections: 2)]
        return GateCounters(
            time: Timestamp(seconds: 2_000),
            engine: engine,
            rates: [:],
            logs: [
                LogHealth(
                    name: "connection log",
                    lost: 6,
                    failure: OperatorError(.resourceLimit, subject: "x", message: "y.", hint: nil)
                )
            ]
        )
    }

    @Test("Every number is there under its name and labels, in the format of Prometheus")
    func values() throws {
        let metrics = try Exposition(GateMetrics.text(Self.view(), Self.counters()))
        let labels = #"load_balancer="app/edge/0000000000000003",listener="front""#
        let group = #"\#(labels),target_group="targetgroup/app/0000000000000002""#
        let alone = #"target_group="targetgroup/app/0000000000000002""#
        let expected: [(String, Double)] = [
            ("aws_applicationelb_http_code_elb_4xx_total{\(labels)}", 2),
            ("aws_applicationelb_http_code_elb_5xx_total{\(labels)}", 0),
            ("aws_applicationelb_processed_bytes_total{\(labels)}", 1_000),
            ("aws_applicationelb_rule_evaluations_total{\(labels)}", 9),
            ("aws_applicationelb_client_tls_negotiation_error_total{\(labels)}", 3),
            // A reader that is too slow is no connection that was rejected.
            ("aws_applicationelb_rejected_connection_total{\(labels)}", 4),
            ("aws_applicationelb_active_connection{\(labels)}", 3),
            ("aws_applicationelb_request_total{\(group)}", 5),
            ("aws_applicationelb_http_code_target_2xx_total{\(group)}", 4),
            ("aws_applicationelb_target_response_time_seconds_bucket{\(group),le=\"0.001\"}", 3),
            ("aws_applicationelb_target_response_time_seconds_bucket{\(group),le=\"0.005\"}", 4),
            ("aws_applicationelb_target_response_time_seconds_bucket{\(group),le=\"10\"}", 4),
            ("aws_applicationelb_target_response_time_seconds_bucket{\(group),le=\"+Inf\"}", 5),
            ("aws_applicationelb_target_response_time_seconds_sum{\(group)}", 12.503),
            (#"aws_applicationelb_healthy_host{target_group="targetgroup/app/0000000000000002"}"#, 1),
            (#"aws_applicationelb_un_healthy_host{target_group="targetgroup/app/0000000000000002"}"#, 2),
            ("aws_applicationelb_non_sticky_request_total{\(alone)}", 12),
            ("aws_applicationelb_unhealthy_routing_request_total{\(alone)}", 13),
            ("aws_applicationelb_anomalous_host{\(alone)}", 2),
            ("aws_applicationelb_mitigated_host{\(alone)}", 1),
            ("aws_applicationelb_healthy_state_routing{\(alone)}", 0),
            ("aws_applicationelb_unhealthy_state_routing{\(alone)}", 1),
            ("aws_applicationelb_request_count_per_target_total{\(alone)}", 2.5),
            ("aws_applicationelb_lambda_target_processed_bytes_total{\(labels)}", 0),
            (#"sekisho_handshakes_on_expired_lists_total{listener="front"}"#, 2),
            (#"sekisho_handshakes_resumed_total{listener="front"}"#, 7),
            (
                #"sekisho_revocation_list_next_update_timestamp_seconds{trust_store="clients","#
                    + #"revocation_id="1",issuer="CN=a\\b\"c\nd,O=é"}"#, 1_700_000_000
            ),
            (#"sekisho_handshake_failures_total{listener="front",code="ClientCertExpired",detail=""}"#, 2),
            (
                #"sekisho_handshake_failures_total{listener="front",code="UnmappedConnectionError","#
                    + #"detail="no-cert"}"#, 1
            ),
            (#"sekisho_refused_total{listener="front",limit="slowReader"}"#, 1),
            (#"sekisho_listener_serving{listener="front"}"#, 1),
            (#"sekisho_listener_serving{listener="back"}"#, 0),
            (#"sekisho_listener_mode{listener="front",mode="off"}"#, 1),
            (#"sekisho_log_records_lost_total{log="connection"}"#, 6),
            (#"sekisho_log_writable{log="connection"}"#, 0),
            (#"sekisho_worker_buffered_bytes{worker="0"}"#, 4_096),
            ("sekisho_start_time_seconds", 1_000),
            (
                #"sekisho_certificate_expiry_timestamp_seconds{listener="front","#
                    + #"certificate="0000000000000009",subject="CN=a\\b\"c\nd,O=é"}"#, 1_800_000_000
            ),
        ]
        for (sample, value) in expected { #expect(metrics[sample] == value, Comment(rawValue: sample)) }
        // A list that never expires has no time to tell.
        let lists = metrics.families["sekisho_revocation_list_next_update_timestamp_seconds"]
        #expect(lists?.samples.count == 1)
    }

    @Test("A gate that does nothing, or is of an older program, has a text as well")
    func empty() throws {
        let counters = GateCounters(time: Timestamp(seconds: 0), engine: EngineCounters(), rates: [:])
        let metrics = try Exposition(GateMetrics.text(FakeControlPlane.view, counters))
        #expect(metrics["sekisho_generation"] == 7)
        #expect(!metrics.families.keys.contains { $0.hasPrefix("aws_") })
    }

    @Test(
        "ELBv2's names are written as exporters write them",
        arguments: [
            ("RequestCount", "request"), ("HTTPCode_ELB_5XX_Count", "http_code_elb_5xx"),
            ("IPv6RequestCount", "ipv6_request"), ("LambdaUserError", "lambda_user_error"),
            ("ClientTLSNegotiationErrorCount", "client_tls_negotiation_error"),
            ("HTTP_Redirect_Url_Limit_Exceeded_Count", "http_redirect_url_limit_exceeded"),
        ]
    )
    func names(metric: String, name: String) {
        #expect(GateMetrics.name(metric) == "aws_applicationelb_\(name)")
    }
}
