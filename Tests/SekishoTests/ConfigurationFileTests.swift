import Model
import TestSupport
import Testing

@testable import sekisho

/// The reader of configuration files: what it takes, and where it says that something is wrong.
@Suite("Configuration file")
struct ConfigurationFileTests {
    static let whole = """
        workers: 2
        loadBalancers:
          - name: edge
            type: application
            http2: false
            address: 127.0.0.1
            listeners:
              - {port: 8443, protocol: HTTPS, certificates: [{certificate: server.pem, privateKey: server.key}],
                 mutualAuthentication: {mode: verify, trustStore: clients, advertiseTrustStoreCaNames: on},
                 sslPolicy: ELBSecurityPolicy-TLS13-1-3-2021-06,
                 namePolicies: [{names: [open.test, "*.open.test"], mutualAuthentication: {mode: off}}],
                 defaultActions: [{type: forward, targetGroup: app}]}
              - name: hello
                port: 8080
                protocol: HTTP
                defaultActions: [{type: fixed-response, statusCode: 200, messageBody: hi}]
        trustStores:
          - {name: clients, caCertificatesBundle: ca.pem}
        targetGroups:
          - {name: app, protocol: HTTP, protocolVersion: GRPC, targets: [{id: "::1", port: 9000}]}
        """

    @Test("A whole file is read with the contents of the files beside it")
    func whole() throws {
        let directory = try TemporaryDirectory()
        try directory.write("CERT", to: "server.pem")
        try directory.write("KEY", to: "server.key")
        try directory.write("CA", to: "ca.pem")
        let path = try directory.write(Self.whole, to: "gate.yaml")
        let desired = try ConfigurationFile.read(path).desired
        #expect(desired.workers == 2)
        #expect(desired.loadBalancers.map(\.http2) == [false])
        let listeners = try #require(desired.loadBalancers.first?.listeners)
        #expect(listeners.map(\.port) == [8443, 8080])
        #expect(
            listeners[0].certificates.first?.certificate == FileContents(path: "server.pem", text: "CERT")
        )
        #expect(listeners[0].certificates.first?.privateKey.text.revealed == "KEY")
        #expect(listeners[0].mutualAuthentication.mode == .verify)
        #expect(listeners[0].sslPolicy == "ELBSecurityPolicy-TLS13-1-3-2021-06")
        #expect(listeners[1].sslPolicy == nil)
        #expect(listeners[0].namePolicies.map(\.names) == [["open.test", "*.open.test"]])
        #expect(listeners[0].namePolicies.first?.mutualAuthentication.mode == .off)
        #expect(listeners[0].mutualAuthentication.advertiseTrustStoreCaNames == true)
        #expect(listeners[0].defaultActions == [.forward(targetGroup: "app")])
        #expect(listeners[1].mutualAuthentication == DesiredMutualAuthentication(mode: .off))
        #expect(listeners[1].name == "hello")
        #expect(desired.trustStores.first?.caCertificatesBundle.text == "CA")
        #expect(desired.targetGroups.first?.targets.first?.id == IPAddress("::1"))
        #expect(desired.targetGroups.map(\.protocolVersion) == [.grpc])
    }

    struct Mistake: Sendable {
        let text: String
        let line: Int?
        let field: String
        let words: String
    }

    static let mistakes = [
        Mistake(text: "a: [b\nc: d: e\n", line: 2, field: "", words: "not YAML"),
        Mistake(text: "", line: nil, field: "", words: "no configuration"),
        Mistake(text: "- a\n", line: 1, field: "", words: "not a mapping"),
        Mistake(text: "workers: 1\nworkers: 2\n", line: 1, field: "", words: "twice"),
        Mistake(text: "workers: 65\n", line: 1, field: "workers", words: "outside 1–64"),
        Mistake(text: "workers: two\n", line: 1, field: "workers", words: "not a whole number"),
        Mistake(
            text: "\nloadBalancer: []\n",
            line: 2,
            field: "loadBalancer",
            words: "did you mean loadBalancers"
        ),
        Mistake(text: "trustStores: clients\n", line: 1, field: "trustStores", words: "not a list"),
        Mistake(
            text: "trustStores:\n  - name: c\n",
            line: 2,
            field: "trustStores[0].caCertificatesBundle",
            words: "has no caCertificatesBundle"
        ),
        Mistake(
            text: "trustStores:\n  - name:\n    caCertificatesBundle: /dev/null\n",
            line: 2,
            field: "trustStores[0].name",
            words: "empty"
        ),
        Mistake(
            text: "trustStores:\n  - name: c\n    caCertificatesBundle: /nowhere/ca.pem\n",
            line: 3,
            field: "trustStores[0].caCertificatesBundle",
            words: "No such file"
        ),
        Mistake(
            text: "targetGroups:\n  - name: g\n    targets:\n      - {id: localhost, port: 80}\n",
            line: 4,
            field: "targetGroups[0].targets[0].id",
            words: "not an IP address"
        ),
        Mistake(
            text: "targetGroups:\n  - name: g\n    protocol: GRPC\n    targets: []\n",
            line: 3,
            field: "targetGroups[0].protocol",
            words: "Write HTTP"
        ),
        Mistake(
            text: "targetGroups:\n  - name: g\n    targets: []\n    healthCheck: {intervalSeconds: 4}\n",
            line: 4,
            field: "targetGroups[0].healthCheck.intervalSeconds",
            words: "outside 5–300"
        ),
        Mistake(
            text: "targetGroups:\n  - name: g\n    targets: []\n    healthCheck: {matcher: 200-199}\n",
            line: 4,
            field: "targetGroups[0].healthCheck.matcher",
            words: "matcher is"
        ),
        Mistake(
            text: "targetGroups:\n  - name: g\n    targets: []\n    healthCheck: {intervalSecond: 30}\n",
            line: 4,
            field: "targetGroups[0].healthCheck.intervalSecond",
            words: "did you mean intervalSeconds"
        ),
        Mistake(
            text: "loadBalancers:\n  - name: n\n    type: network\n    address: 127.0.0.1\n    listeners:\n"
                + "      - {port: 1, protocol: TCP, defaultActions: [], idleTimeoutSeconds: 59}\n",
            line: 6,
            field: "loadBalancers[0].listeners[0].idleTimeoutSeconds",
            words: "outside 60–6000"
        ),
    ]

    @Test("A network load balancer is read, and its groups' checks default to TCP")
    func network() throws {
        let text = """
            loadBalancers:
              - name: front
                type: network
                address: 127.0.0.1
                listeners:
                  - port: 443
                    protocol: TCP
                    idleTimeoutSeconds: 600
                    acceptProxyProtocol: true
                    sniRoutes: [{serverNames: [a.test, "*.a.test"], targetGroup: other}]
                    defaultActions: [{type: forward, targetGroup: web}]
                  - {port: 444, protocol: TCP, defaultActions: [{type: forward, targetGroup: web}]}
            targetGroups:
              - {name: web, protocol: TCP, proxyProtocolV2: on, targets: [], healthCheck: {intervalSeconds: 10}}
              - {name: other, protocol: TCP, targets: []}
            """
        let directory = try TemporaryDirectory()
        let desired = try ConfigurationFile.read(try directory.write(text, to: "gate.yaml")).desired
        let balancer = try #require(desired.loadBalancers.first)
        #expect(balancer.type == .network)
        #expect(
            balancer.listeners.map(\.relay) == [
                DesiredRelaySettings(
                    idleTimeoutSeconds: 600,
                    acceptProxyProtocol: true,
                    sniRoutes: [DesiredSNIRoute(serverNames: ["a.test", "*.a.test"], targetGroup: "other")]
                ),
                nil,
            ]
        )
        #expect(desired.targetGroups.map(\.proxyProtocolV2) == [true, nil])
        #expect(desired.targetGroups.first?.healthCheck?.protocol == .tcp)
        #expect(desired.targetGroups.first?.healthCheck?.intervalSeconds == 10)
    }

    @Test("A health check is read, and what it leaves out has ELBv2's default")
    func healthCheck() throws {
        let text = """
            targetGroups:
              - name: app
                targets: []
                healthCheck: {protocol: HTTPS, port: 8081, path: /healthz, intervalSeconds: 10,
                  timeoutSeconds: 2, healthyThresholdCount: 3, unhealthyThresholdCount: 4,
                  matcher: "200-299,301"}
              - {name: plain, targets: [], healthCheck: {port: traffic-port}, algorithm: weighted_random}
            """
        let groups = try ConfigurationFile.parse(text, path: "gate.yaml").desired.targetGroups
        let check = try #require(groups.first?.healthCheck)
        #expect(check.protocol == .https)
        #expect(check.port == 8081)
        #expect(check.path == "/healthz")
        #expect(check.intervalSeconds == 10)
        #expect(check.timeoutSeconds == 2)
        #expect(check.healthyThresholdCount == 3)
        #expect(check.unhealthyThresholdCount == 4)
        #expect(check.matcher.description == "200-299,301")
        #expect(groups.last?.healthCheck == HealthCheck())
        #expect(groups.map(\.algorithm) == [nil, .weightedRandom])
    }

    @Test("A mistake is told with its line and field", arguments: Self.mistakes)
    func mistake(_ mistake: Mistake) throws {
        let error = #expect(throws: ConfigurationFileError.self) {
            try ConfigurationFile.parse(mistake.text, path: "gate.yaml")
        }
        let problem = try #require(error?.problems.first)
        #expect(error?.problems.count == 1)
        #expect(problem.line == mistake.line)
        #expect(problem.field == mistake.field)
        #expect("\(problem.message) \(problem.hint ?? "")".contains(mistake.words))
    }

    static let listenerMistakes = [
        ("port: 0", "port", "outside 1–65535"),
        ("port: \"80\"", "port", "not a whole number"),
        ("port: 80, namePolicies: [{names: [a]}]", "namePolicies[0].mutualAuthentication", "has no mutual"),
        ("port: 80, protcol: HTTP", "protcol", "did you mean protocol"),
        (
            "port: 80, mutualAuthentication: {mode: on}", "mutualAuthentication.mode",
            "off, passthrough or verify"
        ),
        (
            "port: 80, defaultActions: [{type: reject}]", "defaultActions[0].type",
            "forward, fixed-response or redirect"
        ),
        ("port: 80, defaultActions: [{targetGroup: a}]", "defaultActions[0].type", "has no type"),
        (
            "port: 80, defaultActions: [{type: forward, statusCode: 200}]", "defaultActions[0].statusCode",
            "not a key of a forward action"
        ),
        (
            "port: 80, defaultActions: [{type: fixed-response, statusCode: 302}]",
            "defaultActions[0].statusCode", "outside 200–299"
        ),
        (
            "port: 80, defaultActions: [{type: fixed-response, statusCode: 200, contentType: a/b}]",
            "defaultActions[0].contentType", "text/plain"
        ),
    ]

    @Test("A mistake in a listener is told at its field", arguments: Self.listenerMistakes)
    func listenerMistake(text: String, field: String, words: String) throws {
        let yaml = """
            loadBalancers:
              - name: edge
                address: 127.0.0.1
                listeners:
                  - {\(text)}
            """
        let error = #expect(throws: ConfigurationFileError.self) {
            try ConfigurationFile.parse(yaml, path: "gate.yaml")
        }
        let path = "loadBalancers[0].listeners[0].\(field)"
        let problem = try #require(error?.problems.first { $0.field == path })
        #expect(problem.line == 5)
        #expect("\(problem.message) \(problem.hint ?? "")".contains(words))
    }

    @Test("All mistakes of a file are told at once, in its order")
    func several() throws {
        let error = #expect(throws: ConfigurationFileError.self) {
            try ConfigurationFile.parse("targetGroups: 1\nworkers: 0\ntrustStore: []\n", path: "d/gate.yaml")
        }
        #expect(error?.problems.compactMap(\.line) == [1, 2, 3])
        #expect(error?.lines[1].hasPrefix("d/gate.yaml:2: workers: ") == true)
    }

    @Test(
        "An error of the service is told where the file says it",
        arguments: [
            ("loadBalancers[0].listeners[0].port", 5, "loadBalancers[0].listeners[0].port"),
            ("loadBalancers[0].listeners[0].certificates", 5, "loadBalancers[0].listeners[0].certificates"),
            ("loadBalancers[0].address", 3, "loadBalancers[0].address"),
        ]
    )
    func located(subject: String, line: Int, field: String) throws {
        let yaml = """
            loadBalancers:
              - name: edge
                address: 127.0.0.1
                listeners:
                  - {port: 80, protocol: HTTP, defaultActions: []}
            """
        let file = try ConfigurationFile.parse(yaml, path: "gate.yaml")
        let error = OperatorError(.duplicateListener, subject: subject, message: "Twice.", hint: nil)
        let problem = try #require(file.locate(error)?.problems.first)
        #expect(problem.line == line)
        #expect(problem.field == field)
    }

    @Test(
        "An error that is not about the file is not told as one of the file's",
        arguments: ["clients", "/var/lib/sekisho", "", "/a.b[0]"]
    )
    func unlocated(subject: String) throws {
        let file = try ConfigurationFile.parse("workers: 1", path: "gate.yaml")
        let error = OperatorError(.permissionDenied, subject: subject, message: "No.", hint: nil)
        #expect(file.locate(error) == nil)
    }
}
