import Model
import TestSupport
import Testing

@testable import Service

/// Load balancer attributes from declaration to snapshot, and back from the database.
@Suite("Load balancer attributes")
struct AttributeChecksTests {
    private static func edge(
        _ change: (inout LoadBalancerAttributes) -> Void
    ) throws -> DesiredConfiguration {
        try Declarations.edge().with { change(&$0.loadBalancers[0].attributes) }
    }

    @Test("Every listener has those of its load balancer, also after a restart, and a change of them is told")
    func applied() async throws {
        let home = try TemporaryDirectory()
        let wanted = try Self.edge {
            $0.idleTimeoutSeconds = 120
            $0.desyncMitigationMode = .strictest
            $0.forwardedFor = .remove
        }
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(Declarations.edge())
            let receipt = try await gate.apply(wanted)
            #expect(
                receipt.plan.lines.map(\.description) == [
                    "change load balancer edge: idle_timeout.timeout_seconds 60 -> 120, "
                        + "routing.http.desync_mitigation_mode defensive -> strictest, "
                        + "routing.http.xff_header_processing.mode append -> remove"
                ]
            )
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try await gate.apply(wanted).plan.isEmpty)
        let running = try #require(gate.plane.running)
        #expect(running.listeners.count == 3)
        #expect(running.listeners.allSatisfy { $0.attributes == wanted.loadBalancers[0].attributes })
        await gate.service.stop(grace: .zero)
    }

    @Test(
        "A number outside its range is refused by its name",
        arguments: [(0, 3_600), (60, 59), (4_001, 60)]
    )
    func ranges(idle: Int, keepAlive: Int) async throws {
        let gate = try TestGate(home: TemporaryDirectory())
        try await gate.service.start()
        let wanted = try Self.edge {
            $0.idleTimeoutSeconds = idle
            $0.clientKeepAliveSeconds = keepAlive
        }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.code == .valueOutOfRange)
        #expect(error?.subject.hasPrefix("loadBalancers[0].attributes.") == true)
        await gate.service.stop(grace: .zero)
    }

    @Test("A network load balancer has none")
    func network() async throws {
        let gate = try TestGate(home: TemporaryDirectory())
        try await gate.service.start()
        let wanted = try Declarations.edge().with { desired in
            var attributes = LoadBalancerAttributes()
            attributes.preservesHostHeader = true
            desired.loadBalancers.append(
                DesiredLoadBalancer(
                    name: "net",
                    type: .network,
                    address: .loopback,
                    listeners: [],
                    attributes: attributes
                )
            )
        }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.subject == "loadBalancers[1].attributes")
        await gate.service.stop(grace: .zero)
    }

    @Test("Proxies that are believed are kept and told, and have to be named")
    func proxies() async throws {
        let home = try TemporaryDirectory()
        func edge(_ sources: [String], listener: Int = 0) throws -> DesiredConfiguration {
            try Declarations.edge().with {
                $0.loadBalancers[0].listeners[listener].proxyProtocolSources = try sources.map {
                    try #require(AddressRange($0))
                }
            }
        }
        let wanted = try edge(["10.0.0.0/8", "2001:db8::/32"])
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(Declarations.edge())
            let lines = try await gate.apply(wanted).plan.lines.map(\.description)
            #expect(
                lines == [
                    "change listener edge-8443: proxyProtocolSources none -> 10.0.0.0/8 2001:db8::/32"
                ]
            )
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try await gate.apply(wanted).plan.isEmpty)
        let served = gate.plane.running?.listeners.first { $0.name == "edge-8443" }
        #expect(served?.proxyProtocolSources.map(\.description) == ["10.0.0.0/8", "2001:db8::/32"])
        for wrong in ["0.0.0.0/0", "::/0", "10.0.0.1/8"] {
            let error = await #expect(throws: OperatorError.self) { try await gate.apply(edge([wrong])) }
            #expect(error?.subject == "loadBalancers[0].listeners[0].proxyProtocolSources[0]")
        }
        let many = (0..<33).map { "10.0.0.\($0)/32" }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(edge(many)) }
        #expect(error?.code == .quotaExceeded)
        await gate.service.stop(grace: .zero)
    }

    /// A state that was stored before an attribute existed must still be read.
    @Test("What is not stored has its standard value")
    func partial() throws {
        let attributes: LoadBalancerAttributes = try StoredJSON.value(#"{"idleTimeoutSeconds":7}"#)
        var expected = LoadBalancerAttributes()
        expected.idleTimeoutSeconds = 7
        #expect(attributes == expected)
        #expect(try StoredJSON.value(StoredJSON.text(expected)) == expected)
    }
}
