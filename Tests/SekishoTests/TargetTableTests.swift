import Model
import Testing

@testable import sekisho

/// What `sekisho status` says of functions.
@Suite("Target table")
struct TargetTableTests {
    private static let address = Endpoint(address: .loopback, port: 443)

    private static func line(_ url: String, _ health: TargetGroupHealth) throws -> [String] {
        let group = TargetGroup(
            id: ResourceID(bits: 1),
            name: "fn",
            protocol: .http,
            targets: [],
            function: LambdaFunction(name: "orders", baseURL: try #require(BaseURL(url)))
        )
        return TargetTable.lines(
            GateView(
                generation: 1,
                startedAt: Timestamp(seconds: 0),
                processID: 1,
                stateDirectory: "",
                workers: 1,
                configuration: Configuration(
                    workers: 1,
                    loadBalancers: [],
                    trustStores: [],
                    targetGroups: [group],
                    certificates: []
                ),
                failedListeners: [:],
                recentChanges: [],
                targetHealth: [group.id: health]
            )
        )
    }

    private static func health(
        _ state: TargetHealth.State?,
        _ description: String? = nil,
        endpoint: Endpoint? = Self.address,
        failure: String? = nil,
        isChecked: Bool = true,
        tlsErrors: [TargetTLSErrors]? = nil,
        since: Timestamp? = nil
    ) -> TargetGroupHealth {
        let other = state.map {
            TargetHealth(target: Self.address, state: $0, description: description)
        }
        return TargetGroupHealth(
            healthy: state == nil ? 1 : 0,
            total: 1,
            others: [other].compactMap(\.self),
            tlsErrors: tlsErrors,
            checks: since.map { [TargetChecks(target: Self.address, since: $0, outcomes: "+xx")] },
            function: FunctionHealth(endpoint: endpoint, lookupFailure: failure, isChecked: isChecked)
        )
    }

    @Test("A function is told by its name, its place, its checks and what fails")
    func functions() throws {
        let url = "https://fn.example.net"
        let cases: [(String, TargetGroupHealth, String)] = [
            (
                "http://127.0.0.1:8080", Self.health(nil, isChecked: false),
                "1/1      function orders at http://127.0.0.1:8080, not checked"
            ),
            (url, Self.health(nil), "1/1      function orders at https://fn.example.net (127.0.0.1)"),
            (
                url, Self.health(.unhealthy, "Request timed out"),
                "0/1      function orders unhealthy (Request timed out) at https://fn.example.net (127.0.0.1)"
            ),
            (
                url, Self.health(.unhealthy, "Request timed out", since: Timestamp(seconds: 0)),
                "0/1      function orders unhealthy since 1970-01-01T00:00:00Z (Request timed out) at https://fn.example.net (127.0.0.1)"
            ),
            (
                url, Self.health(nil, failure: "Name or service not known"),
                "1/1      function orders at https://fn.example.net (127.0.0.1), fn.example.net is not found any more: Name or service not known"
            ),
            (
                url,
                Self.health(
                    .unhealthy,
                    "fn.example.net has no address: x",
                    endpoint: nil,
                    failure: "x",
                    isChecked: false
                ),
                "0/1      function orders unhealthy (fn.example.net has no address: x) at https://fn.example.net, not checked"
            ),
            (url, Self.health(.unused, "x"), "0/1      unused"),
        ]
        for (url, health, words) in cases {
            #expect(try Self.line(url, health).last == "fn            \(words)")
        }
    }

    @Test("TLS that fails with a function is told by its host")
    func tlsErrors() throws {
        let errors = TargetTLSErrors(target: Self.address, count: 3, lastFailure: .wrongName)
        let line = try Self.line("https://fn.example.net:8443", Self.health(nil, tlsErrors: [errors])).last
        #expect(line?.contains("fn.example.net:8443  3           ") == true)
        #expect(line?.hasSuffix(TargetTLSFailure.wrongName.sentence) == true)
    }
}
