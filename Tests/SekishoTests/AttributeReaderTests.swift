import Model
import Testing

@testable import sekisho

/// Load balancer attributes in configuration files.
@Suite("Attribute reader")
struct AttributeReaderTests {
    private static func text(_ attributes: String) -> String {
        """
        loadBalancers:
          - name: edge
            address: 127.0.0.1
            attributes: {\(attributes)}
            listeners: []
        """
    }

    @Test("Attributes are read by ELBv2's names, and silence means the standard")
    func names() throws {
        let text = Self.text(
            "idle_timeout.timeout_seconds: 5, client_keep_alive.seconds: 60, "
                + "routing.http.desync_mitigation_mode: monitor, "
                + "routing.http.drop_invalid_header_fields.enabled: true, "
                + "routing.http.preserve_host_header.enabled: true, "
                + "routing.http.x_amzn_tls_version_and_cipher_suite.enabled: true, "
                + "routing.http.xff_client_port.enabled: true, "
                + "routing.http.xff_header_processing.mode: preserve, sekisho.connections_per_source: 9, "
                + "sekisho.request_bytes_per_second: 0, sekisho.response_bytes_per_second: 7, "
                + "sekisho.live_judgement.enabled: false, sekisho.live_judgement.cuts_per_second: 3, "
                + "sekisho.failing_clients: refuse"
        )
        var expected = LoadBalancerAttributes()
        expected.idleTimeoutSeconds = 5
        expected.clientKeepAliveSeconds = 60
        expected.desyncMitigationMode = .monitor
        expected.dropsInvalidHeaderFields = true
        expected.preservesHostHeader = true
        expected.addsTLSHeaders = true
        expected.forwardsClientPort = true
        expected.forwardedFor = .preserve
        expected.connectionsPerSource = 9
        expected.requestBytesPerSecond = 0
        expected.responseBytesPerSecond = 7
        expected.judgesLiveClients = false
        expected.cutsPerSecond = 3
        expected.failingClients = .refuse
        let desired = try ConfigurationFile.parse(text, path: "gate.yaml").desired
        #expect(desired.loadBalancers.first?.attributes == expected)
        let silent = try ConfigurationFile.parse(Self.text(""), path: "gate.yaml").desired
        #expect(silent.loadBalancers.first?.attributes == .standard)
    }

    @Test("Logs are switched by ELBv2's names")
    func logs() throws {
        let text = Self.text(
            "access_logs.s3.enabled: true, access_logs.s3.bucket: gate-logs, access_logs.s3.prefix: web, "
                + "connection_logs.s3.enabled: false"
        )
        let desired = try ConfigurationFile.parse(text, path: "gate.yaml").desired
        var expected = LoadBalancerLogs.none
        expected.access = LogDelivery(isEnabled: true, bucket: "gate-logs", prefix: "web")
        #expect(desired.loadBalancers.first?.logs == expected)
    }

    @Test("HTTP/2 is switched by either name, and not by both")
    func http2() throws {
        for (attributes, expected) in [("routing.http2.enabled: false", false), ("", nil)]
            as [(String, Bool?)]
        {
            let desired = try ConfigurationFile.parse(Self.text(attributes), path: "gate.yaml").desired
            #expect(desired.loadBalancers.first?.http2 == expected)
        }
        let both = Self.text("routing.http2.enabled: false") + "\n    http2: true"
        let error = #expect(throws: ConfigurationFileError.self) {
            try ConfigurationFile.parse(both, path: "gate.yaml")
        }
        #expect(error?.problems.map(\.field) == ["loadBalancers[0].attributes.routing.http2.enabled"])
    }

    @Test("The proxies of a listener are read as ranges")
    func proxies() throws {
        func text(_ range: String) -> String {
            "loadBalancers: [{name: edge, address: 127.0.0.1, listeners: [{port: 80, protocol: HTTP, "
                + "proxyProtocolSources: [10.0.0.0/8, \(range)], defaultActions: []}]}]"
        }
        let desired = try ConfigurationFile.parse(text("\"2001:db8::/32\""), path: "gate.yaml").desired
        let listener = try #require(desired.loadBalancers.first?.listeners.first)
        #expect(listener.proxyProtocolSources.map(\.description) == ["10.0.0.0/8", "2001:db8::/32"])
        let error = #expect(throws: ConfigurationFileError.self) {
            try ConfigurationFile.parse(text("10.0.0.1"), path: "gate.yaml")
        }
        #expect(error?.problems.first?.field == "loadBalancers[0].listeners[0].proxyProtocolSources[1]")
    }

    @Test(
        "A name or value that is none is refused where it stands",
        arguments: [
            ("idle_timeout.timeout_seconds: 4001", "outside 1–4000"),
            ("sekisho.connections_per_source: 0", "outside 1–65536"),
            ("sekisho.live_judgement.cuts_per_second: 0", "outside 1–65536"),
            ("sekisho.failing_clients: ban", "answer, slow or refuse"),
            ("client_keep_alive.seconds: 59", "outside 60–604800"),
            ("routing.http.desync_mitigation_mode: lax", "monitor, defensive or strictest"),
            ("routing.http.xff_header_processing.mode: keep", "append, preserve or remove"),
            (
                "routing.http.preserve_host_header: true",
                "did you mean routing.http.preserve_host_header.enabled"
            ),
        ]
    )
    func mistakes(attribute: String, words: String) {
        let error = #expect(throws: ConfigurationFileError.self) {
            try ConfigurationFile.parse(Self.text(attribute), path: "gate.yaml")
        }
        let line = try? #require(error?.lines.first)
        #expect(line?.contains(words) == true)
        #expect(line?.hasPrefix("gate.yaml:4: loadBalancers[0].attributes.") == true)
    }
}
