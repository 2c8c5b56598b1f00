import Model
import Testing

@testable import Service

/// Every rule a declaration can break, and that breaking one changes nothing.
@Suite("Configuration checks")
struct ConfigurationChecksTests {
    /// One way to be wrong, and what must be said about it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: OperatorError.Code
        let subject: String
        let change: @Sendable (inout DesiredConfiguration) throws -> Void

        init(
            _ description: String,
            _ code: OperatorError.Code,
            at subject: String,
            _ change: @escaping @Sendable (inout DesiredConfiguration) throws -> Void
        ) {
            self.testDescription = description
            self.code = code
            self.subject = subject
            self.change = change
        }
    }

    @Test("A mistake is named by its field, and nothing changes", arguments: Self.mistakes)
    func mistake(_ mistake: Mistake) async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let before = try Observation(gate)
        let calls = gate.plane.calls
        let wrong = try Declarations.edge().with(mistake.change)

        let planned = await #expect(throws: OperatorError.self) { try await gate.service.plan(wrong) }
        let applied = await #expect(throws: OperatorError.self) { try await gate.apply(wrong) }
        #expect(applied?.code == mistake.code)
        #expect(applied?.subject == mistake.subject)
        #expect(applied?.hint?.isEmpty == false)
        #expect(planned == applied)
        #expect(gate.plane.calls == calls)
        #expect(try Observation(gate) == before)
    }

    static let mistakes =
        Self.names + Self.listeners + Self.authentication + Self.actions + Self.files + Self.quotas

    static let names = [
        Mistake("load balancer name", .validationError, at: "loadBalancers[0].name") {
            $0.loadBalancers[0].name = "-edge"
        },
        Mistake("reserved load balancer name", .validationError, at: "loadBalancers[0].name") {
            $0.loadBalancers[0].name = "internal-edge"
        },
        Mistake("listener name", .validationError, at: "loadBalancers[0].listeners[1].name") {
            $0[listener: 1].name = "in spect"
        },
        Mistake("trust store name", .validationError, at: "trustStores[0].name") {
            $0.trustStores[0].name = ""
        },
        Mistake("target group name", .validationError, at: "targetGroups[0].name") {
            $0.targetGroups[0].name = String(repeating: "a", count: 33)
        },
        Mistake("two load balancers", .duplicateLoadBalancerName, at: "loadBalancers[1].name") {
            $0.loadBalancers.append(
                DesiredLoadBalancer(name: "edge", address: .loopback, listeners: [])
            )
        },
        Mistake("two trust stores", .duplicateTrustStoreName, at: "trustStores[1].name") {
            $0.trustStores.append($0.trustStores[0])
        },
        Mistake("two target groups", .duplicateTargetGroupName, at: "targetGroups[1].name") {
            $0.targetGroups.append($0.targetGroups[0])
        },
        Mistake("two listeners", .duplicateListener, at: "loadBalancers[0].listeners[1].name") {
            $0[listener: 1].name = "edge-8443"
        },
        Mistake(
            "a name given that another has by default",
            .duplicateListener,
            at: "loadBalancers[0].listeners[2]"
        ) {
            $0[listener: 1].name = "edge-8080"
        },
    ]

    static let listeners = [
        Mistake("port twice", .duplicateListener, at: "loadBalancers[0].listeners[1].port") {
            $0[listener: 1].port = 8443
        },
        Mistake("port of another load balancer", .duplicateListener, at: "loadBalancers[1].listeners[0].port")
        {
            $0.loadBalancers.append(Self.second(address: .loopback))
        },
        Mistake("port on every address", .duplicateListener, at: "loadBalancers[1].listeners[0].port") {
            $0.loadBalancers.append(Self.second(address: IPAddress(v4: 0)))
        },
        Mistake("no certificate", .validationError, at: "loadBalancers[0].listeners[0].certificates") {
            $0[listener: 0].certificates = []
        },
        Mistake(
            "certificate twice",
            .validationError,
            at: "loadBalancers[0].listeners[0].certificates[1].certificate"
        ) { $0[listener: 0].certificates.append($0[listener: 0].certificates[0]) },
        Mistake(
            "additional certificate without a name",
            .invalidCertificate,
            at: "loadBalancers[0].listeners[0].certificates[1].certificate"
        ) { $0[listener: 0].certificates.append(try DeclaredCertificates.shared.get().nameless) },
        Mistake("security policy on HTTP", .validationError, at: "loadBalancers[0].listeners[2].sslPolicy") {
            $0[listener: 2].sslPolicy = SecurityPolicy.standard.name
        },
        Mistake(
            "TLS 1.0 with client certificates",
            .invalidConfigurationRequest,
            at: "loadBalancers[0].listeners[1].sslPolicy"
        ) { $0[listener: 1].sslPolicy = "ELBSecurityPolicy-2016-08" },
        Mistake("certificate on HTTP", .validationError, at: "loadBalancers[0].listeners[2].certificates") {
            $0[listener: 2].certificates = [try DeclaredCertificates.shared.get().server]
        },
        Mistake("too few workers", .valueOutOfRange, at: "workers") { $0.workers = 0 },
        Mistake("too many workers", .valueOutOfRange, at: "workers") { $0.workers = 65 },
    ]

    static let authentication = [
        Mistake(
            "passthrough on HTTP",
            .invalidConfigurationRequest,
            at: "loadBalancers[0].listeners[2].mutualAuthentication.mode"
        ) { $0[listener: 2].mutualAuthentication.mode = .passthrough },
        Mistake(
            "verify without a trust store",
            .validationError,
            at: "loadBalancers[0].listeners[0].mutualAuthentication.trustStore"
        ) { $0[listener: 0].mutualAuthentication.trustStore = nil },
        Mistake(
            "unknown trust store",
            .trustStoreNotFound,
            at: "loadBalancers[0].listeners[0].mutualAuthentication.trustStore"
        ) { $0[listener: 0].mutualAuthentication.trustStore = "client" },
        Mistake(
            "unknown trust store of a listener that does not verify",
            .trustStoreNotFound,
            at: "loadBalancers[0].listeners[1].mutualAuthentication.trustStore"
        ) { $0[listener: 1].mutualAuthentication.trustStore = "client" },
        Mistake(
            "trust store in mode off",
            .validationError,
            at: "loadBalancers[0].listeners[1].mutualAuthentication.trustStore"
        ) {
            $0[listener: 1].mutualAuthentication = DesiredMutualAuthentication(
                mode: .off,
                trustStore: "clients"
            )
        },
        Mistake(
            "expiry in passthrough",
            .validationError,
            at: "loadBalancers[0].listeners[1].mutualAuthentication.ignoreClientCertificateExpiry"
        ) { $0[listener: 1].mutualAuthentication.ignoreClientCertificateExpiry = false },
        Mistake(
            "names in passthrough",
            .validationError,
            at: "loadBalancers[0].listeners[1].mutualAuthentication.advertiseTrustStoreCaNames"
        ) { $0[listener: 1].mutualAuthentication.advertiseTrustStoreCaNames = true },
    ]

    static let actions = [
        Mistake("no action", .validationError, at: "loadBalancers[0].listeners[0].defaultActions") {
            $0[listener: 0].defaultActions = []
        },
        Mistake("two actions", .validationError, at: "loadBalancers[0].listeners[0].defaultActions") {
            $0[listener: 0].defaultActions.append(.forward(targetGroup: "app"))
        },
        Mistake(
            "unknown target group",
            .targetGroupNotFound,
            at: "loadBalancers[0].listeners[0].defaultActions[0].targetGroup"
        ) { $0[listener: 0].defaultActions = [.forward(targetGroup: "ap")] },
        Mistake("target port", .valueOutOfRange, at: "targetGroups[0].targets[1].port") {
            $0.targetGroups[0].targets.append(Target(id: .loopback, port: 0))
        },
        Mistake("target everywhere", .validationError, at: "targetGroups[0].targets[1].id") {
            $0.targetGroups[0].targets.append(Target(id: IPAddress(v4: 0), port: 80))
        },
        Mistake("interval", .valueOutOfRange, at: "targetGroups[0].healthCheck.intervalSeconds") {
            $0.targetGroups[0].healthCheck = HealthCheck().with { $0.intervalSeconds = 301 }
        },
        Mistake("thresholds", .valueOutOfRange, at: "targetGroups[0].healthCheck.healthyThresholdCount") {
            $0.targetGroups[0].healthCheck = HealthCheck().with { $0.healthyThresholdCount = 1 }
        },
        Mistake("slow check", .validationError, at: "targetGroups[0].healthCheck.timeoutSeconds") {
            $0.targetGroups[0].healthCheck = HealthCheck().with { $0.timeoutSeconds = 30 }
        },
        Mistake("no check port", .valueOutOfRange, at: "targetGroups[0].healthCheck.port") {
            $0.targetGroups[0].healthCheck = HealthCheck().with { $0.port = 0 }
        },
        Mistake("check path with a line end", .validationError, at: "targetGroups[0].healthCheck.path") {
            $0.targetGroups[0].healthCheck = HealthCheck().with { $0.path = "/ HTTP/1.1\r\nX: y" }
        },
        Mistake("target twice", .validationError, at: "targetGroups[0].targets[1]") {
            $0.targetGroups[0].targets.append($0.targetGroups[0].targets[0])
        },
    ]

    static let files = [
        Mistake("empty bundle", .invalidCaCertificatesBundle, at: "trustStores[0].caCertificatesBundle") {
            $0.trustStores[0].caCertificatesBundle.text = ""
        },
        Mistake(
            "bundle that is a key",
            .invalidCaCertificatesBundle,
            at: "trustStores[0].caCertificatesBundle"
        ) {
            $0.trustStores[0].caCertificatesBundle.text = try DeclaredCertificates.shared.get().server
                .privateKey.text
                .revealed
        },
        Mistake(
            "certificate that is none",
            .invalidCertificate,
            at: "loadBalancers[0].listeners[1].certificates[0].certificate"
        ) { $0[listener: 1].certificates[0].certificate.text = "nothing" },
        Mistake(
            "key that is none",
            .invalidPrivateKey,
            at: "loadBalancers[0].listeners[1].certificates[0].privateKey"
        ) { $0[listener: 1].certificates[0].privateKey.text = SecretText("nothing") },
        Mistake(
            "key of another certificate",
            .certificateKeyMismatch,
            at: "loadBalancers[0].listeners[1].certificates[0].privateKey"
        ) {
            $0[listener: 1].certificates[0].privateKey = try DeclaredCertificates.shared.get().otherServer
                .privateKey
        },
    ]

    static let quotas = [
        Mistake("load balancers", .quotaExceeded, at: "loadBalancers") { desired in
            desired.loadBalancers += (0..<Quotas.loadBalancers).map {
                DesiredLoadBalancer(name: "more-\($0)", address: .loopback, listeners: [])
            }
        },
        Mistake("listeners", .quotaExceeded, at: "loadBalancers[0].listeners") { desired in
            let listener = desired[listener: 2]
            desired.loadBalancers[0].listeners = (0...Quotas.listenersPerLoadBalancer).map {
                var other = listener
                other.port = UInt16(10_000 + $0)
                return other
            }
        },
        Mistake("additional certificates", .quotaExceeded, at: "loadBalancers[0].listeners") { desired in
            let quota = Quotas.additionalCertificatesPerLoadBalancer
            desired[listener: 0].certificates +=
                try (0...quota).map { _ in try DeclaredCertificates.shared.get().anotherServer() }
        },
        Mistake("trust stores", .quotaExceeded, at: "trustStores") { desired in
            let store = desired.trustStores[0]
            desired.trustStores += (0..<Quotas.trustStores).map {
                DesiredTrustStore(name: "more-\($0)", caCertificatesBundle: store.caCertificatesBundle)
            }
        },
        Mistake("target groups", .quotaExceeded, at: "targetGroups") { desired in
            desired.targetGroups += (0..<Quotas.targetGroups).map {
                DesiredTargetGroup(name: "more-\($0)", targets: [])
            }
        },
        Mistake("targets", .quotaExceeded, at: "targetGroups[0].targets") { desired in
            desired.targetGroups[0].targets = (0...Quotas.targetsPerGroup).map {
                Target(id: .loopback, port: UInt16(1 + $0))
            }
        },
    ]

    private static func second(address: IPAddress) -> DesiredLoadBalancer {
        DesiredLoadBalancer(
            name: "second",
            address: address,
            listeners: [
                DesiredListener(port: 8080, protocol: .http, defaultActions: [.forward(targetGroup: "app")])
            ]
        )
    }

    /// A decoded response has not been through its initialiser, so the check has to be made again.
    @Test("A fixed response that came over the socket is checked")
    func decodedFixedResponse() async throws {
        let gate = try await TestGate.started()
        let text = #"{"statusCode":301,"contentType":"text/plain","messageBody":""}"#
        let response = try JSON.decode(FixedResponse.self, from: text)
        let error = await #expect(throws: OperatorError.self) {
            try await gate.apply(
                try Declarations.edge().with { $0[listener: 0].defaultActions = [.fixedResponse(response)] }
            )
        }
        #expect(error?.code == .valueOutOfRange)
        #expect(error?.subject == "loadBalancers[0].listeners[0].defaultActions[0].statusCode")
    }

    @Test("A name that does not exist is answered with the nearest, and all there are")
    func suggestion() async throws {
        let gate = try await TestGate.started()
        let error = await #expect(throws: OperatorError.self) {
            try await gate.apply(
                try Declarations.edge().with { $0[listener: 0].mutualAuthentication.trustStore = "Clientz" }
            )
        }
        #expect(error?.hint == "Did you mean \"clients\"? There is clients.")
    }

    @Test("One port on two addresses, and port 0 any number of times, are accepted")
    func acceptedPorts() async throws {
        let gate = try await TestGate.started()
        _ = try await gate.apply(
            try Declarations.edge().with { desired in
                desired.loadBalancers.append(Self.second(address: IPAddress(v4: 0x7F00_0002)))
                for name in ["any-1", "any-2"] {
                    var listener = desired[listener: 2]
                    listener.port = 0
                    listener.name = name
                    desired.loadBalancers[0].listeners.append(listener)
                }
            }
        )
        #expect(try await gate.listener("any-1")?.id != gate.listener("any-2")?.id)
    }

    /// ALB's limit of two is not ours; see ``ListenerChecks``.
    @Test("Any number of listeners may verify")
    func manyVerifyListeners() async throws {
        let gate = try await TestGate.started()
        let receipt = try await gate.apply(
            try Declarations.edge().with { desired in
                for port in UInt16(9443)...9446 {
                    var listener = desired[listener: 0]
                    listener.port = port
                    desired.loadBalancers[0].listeners.append(listener)
                }
            }
        )
        #expect(receipt.generation == 1)
    }
}
