import Model
import TestSupport
import Testing

@testable import Service

/// Network load balancers from declaration to snapshot, and back from the database.
@Suite("Network load balancers")
struct NetworkChecksTests {
    /// An application load balancer, and a network one with a TCP and a TLS listener.
    private static func both() throws -> DesiredConfiguration {
        let pki = try DeclaredCertificates.shared.get()
        return try Declarations.edge().with { desired in
            desired.loadBalancers.append(
                DesiredLoadBalancer(
                    name: "net",
                    type: .network,
                    address: .loopback,
                    listeners: [
                        DesiredListener(
                            port: 9443,
                            protocol: .tcp,
                            defaultActions: [.forward(targetGroup: "web")],
                            relay: DesiredRelaySettings(
                                idleTimeoutSeconds: 600,
                                acceptProxyProtocol: true,
                                sniRoutes: [
                                    DesiredSNIRoute(
                                        serverNames: ["A.test", "*.a.test"],
                                        targetGroup: "other"
                                    )
                                ]
                            )
                        ),
                        DesiredListener(
                            port: 9444,
                            protocol: .tls,
                            certificates: [pki.server],
                            mutualAuthentication: DesiredMutualAuthentication(
                                mode: .verify,
                                trustStore: "clients"
                            ),
                            defaultActions: [.forward(targetGroup: "web")]
                        ),
                    ]
                )
            )
            desired.targetGroups += [
                DesiredTargetGroup(
                    name: "web",
                    protocol: .tcp,
                    targets: [Target(id: .loopback, port: 9001)],
                    proxyProtocolV2: true
                ),
                DesiredTargetGroup(
                    name: "other",
                    protocol: .tcp,
                    targets: [Target(id: .loopback, port: 9002)]
                ),
            ]
        }
    }

    @Test("They are served with their settings, come back from the database, and flip like HTTPS listeners")
    func applied() async throws {
        let home = try TemporaryDirectory()
        let wanted = try Self.both()
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(wanted)
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try await gate.apply(wanted).plan.isEmpty)
        let running = try #require(gate.plane.running)
        let tcp = try #require(running.listeners.first { $0.name == "net-9443" })
        let relay = try #require(tcp.relay)
        #expect(tcp.tls == nil)
        #expect(tcp.loadBalancerPath.hasPrefix("net/net/"))
        #expect(relay.idleTimeout == .seconds(600))
        #expect(relay.acceptsProxyProtocol)
        #expect(relay.defaultGroup.sendsProxyProtocol)
        #expect(relay.group(for: "a.test").targets.map(\.port) == [9002])
        #expect(relay.group(for: "x.y.a.test").targets.map(\.port) == [9002])
        #expect(relay.group(for: "b.test").targets.map(\.port) == [9001])
        #expect(running.targetGroups.map(\.isUsed) == [true, true, true])
        #expect(running.targetGroups.map(\.healthCheck.protocol) == [.http, .tcp, .tcp])

        let receipt = try await gate.flip("net-9444", .passthrough)
        #expect(
            receipt.plan.lines.map(\.description) == ["change listener net-9444: mode verify -> passthrough"]
        )
        let tls = gate.plane.running?.listeners.first { $0.name == "net-9444" }
        #expect(tls?.tls?.clientPolicy == .passthrough)
        #expect(tls?.relay != nil)
        let error = await #expect(throws: OperatorError.self) { try await gate.flip("net-9443", .off) }
        #expect(error?.code == .unsupportedProtocol)
        await gate.service.stop(grace: .zero)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let field: String
        let change: @Sendable (inout DesiredConfiguration) throws -> Void

        init(_ field: String, _ change: @escaping @Sendable (inout DesiredConfiguration) throws -> Void) {
            self.field = field
            self.change = change
        }

        var testDescription: String { self.field }
    }

    private static let tcp = "loadBalancers[1].listeners[0]"
    private static let tls = "loadBalancers[1].listeners[1]"

    static let mistakes: [Mistake] = [
        Mistake("\(tcp).protocol") { $0[network: 0].protocol = .https },
        Mistake("loadBalancers[0].listeners[2].protocol") { $0[listener: 2].protocol = .tcp },
        Mistake("loadBalancers[0].listeners[2]") { $0[listener: 2].relay = DesiredRelaySettings() },
        Mistake("loadBalancers[0].listeners[2].defaultActions[0].targetGroup") {
            $0[listener: 2].defaultActions = [.forward(targetGroup: "web")]
        },
        Mistake("\(tcp).defaultActions[0].targetGroup") {
            $0[network: 0].defaultActions = [.forward(targetGroup: "app")]
        },
        Mistake("\(tcp).defaultActions[0]") {
            $0[network: 0].defaultActions = [.fixedResponse(try Declarations.hello())]
        },
        Mistake("\(tcp).defaultActions[0]") {
            $0[network: 0].defaultActions = [
                .weightedForward(
                    DesiredWeightedForward(groups: [.init(targetGroup: "web", weight: 1)])
                )
            ]
        },
        Mistake("\(tcp).rules") {
            $0[network: 0].rules = [
                DesiredRule(priority: 1, conditions: [], actions: [.forward(targetGroup: "web")])
            ]
        },
        Mistake("\(tcp).certificates") { $0[network: 0].certificates = $0[network: 1].certificates },
        Mistake("\(tcp).sslPolicy") { $0[network: 0].sslPolicy = SecurityPolicy.standard.name },
        Mistake("\(tcp).mutualAuthentication.mode") {
            $0[network: 0].mutualAuthentication = DesiredMutualAuthentication(mode: .passthrough)
        },
        Mistake("\(tcp).idleTimeoutSeconds") { $0[network: 0].relay?.idleTimeoutSeconds = 59 },
        Mistake("\(tcp).sniRoutes[0].serverNames[1]") {
            $0[network: 0].relay?.sniRoutes[0].serverNames = ["a.test", "a.TEST"]
        },
        Mistake("\(tcp).sniRoutes[0].serverNames[0]") {
            $0[network: 0].relay?.sniRoutes[0].serverNames = ["a b"]
        },
        Mistake("\(tcp).sniRoutes[0].serverNames[0]") {
            $0[network: 0].relay?.sniRoutes[0].serverNames = ["\u{212A}.test"]
        },
        Mistake("\(tcp).sniRoutes[0].serverNames") { $0[network: 0].relay?.sniRoutes[0].serverNames = [] },
        Mistake("\(tcp).sniRoutes[0].targetGroup") { $0[network: 0].relay?.sniRoutes[0].targetGroup = "app" },
        Mistake("\(tcp).sniRoutes[0].targetGroup") { $0[network: 0].relay?.sniRoutes[0].targetGroup = "no" },
        Mistake("\(tls).certificates") { $0[network: 1].certificates = [] },
        Mistake("\(tls).idleTimeoutSeconds") {
            $0[network: 1].relay = DesiredRelaySettings(idleTimeoutSeconds: 60)
        },
        Mistake("\(tls).sniRoutes") {
            $0[network: 1].relay = DesiredRelaySettings(
                sniRoutes: [DesiredSNIRoute(serverNames: ["a.test"], targetGroup: "other")]
            )
        },
        Mistake("\(tls).namePolicies") {
            $0[network: 1].namePolicies = [
                DesiredNamePolicy(
                    names: ["a.test"],
                    mutualAuthentication: DesiredMutualAuthentication(mode: .off)
                )
            ]
        },
        Mistake("\(tls).mutualAuthentication.trustStore") {
            $0[network: 1].mutualAuthentication.trustStore = "gone"
        },
        Mistake("targetGroups[0].proxyProtocolV2") { $0.targetGroups[0].proxyProtocolV2 = true },
    ]

    @Test("What is wrong is told with its field, and changes nothing", arguments: mistakes)
    func refused(mistake: Mistake) async throws {
        let gate = try await TestGate.started(try Self.both())
        let wanted = try Self.both().with(mistake.change)
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.subject == mistake.field)
        #expect(error?.hint != nil)
        #expect(try await gate.service.view().generation == 1)
        await gate.service.stop(grace: .zero)
    }
}

extension DesiredConfiguration {
    /// A listener of the second load balancer.
    fileprivate subscript(network index: Int) -> DesiredListener {
        get { self.loadBalancers[1].listeners[index] }
        set { self.loadBalancers[1].listeners[index] = newValue }
    }
}
