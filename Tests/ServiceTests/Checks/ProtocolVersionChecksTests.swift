import Model
import TestSupport
import Testing

@testable import Service

/// HTTP/2 in declarations, on both sides of the gate.
@Suite("HTTP versions")
struct ProtocolVersionChecksTests {
    /// One group of gRPC behind an HTTPS listener, HTTP/2 switched off for clients of the other balancer.
    private static func versions() throws -> DesiredConfiguration {
        let pki = try DeclaredCertificates.shared.get()
        return try Declarations.edge().with { desired in
            desired.loadBalancers[0].listeners[1].defaultActions = [.forward(targetGroup: "calls")]
            desired.loadBalancers.append(
                DesiredLoadBalancer(
                    name: "plain",
                    address: .loopback,
                    listeners: [
                        DesiredListener(
                            port: 9443,
                            protocol: .https,
                            certificates: [pki.server],
                            defaultActions: [.forward(targetGroup: "app")]
                        )
                    ],
                    http2: false
                )
            )
            desired.targetGroups.append(
                DesiredTargetGroup(
                    name: "calls",
                    targets: [Target(id: .loopback, port: 9001)],
                    protocolVersion: .grpc
                )
            )
        }
    }

    @Test("They are served as declared, and come back from the database")
    func applied() async throws {
        let home = try TemporaryDirectory()
        let wanted = try Self.versions()
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
        let offering = running.listeners.filter { $0.tls?.offersHTTP2 == true }
        #expect(Set(offering.map(\.name)) == ["edge-8443", "inspect"])
        let groups = running.targetGroups.sorted { $0.targets[0].port < $1.targets[0].port }
        #expect(groups.map(\.protocolVersion) == [.http1, .grpc])
        #expect(groups.map(\.healthCheck.path) == ["/", "/AWS.ALB/healthcheck"])
        #expect(groups.map(\.healthCheck.matcher) == [.ok, .unimplemented])

        let changed = wanted.with { desired in
            desired.loadBalancers[1].http2 = true
            desired.targetGroups[1].protocolVersion = .http2
        }
        let lines = try await gate.apply(changed).plan.lines.map(\.description)
        #expect(lines.contains { $0.contains("http2 false -> true") }, "\(lines)")
        #expect(lines.contains { $0.contains("protocolVersion GRPC -> HTTP2") }, "\(lines)")
        await gate.service.stop(grace: .zero)
    }

    @Test("A group of HTTP/2 behind a listener that takes none is refused, and changes nothing")
    func behindHTTP() async throws {
        let gate = try await TestGate.started(try Self.versions())
        let wanted = try Self.versions().with { desired in
            desired.loadBalancers[0].listeners[2].defaultActions = [.forward(targetGroup: "calls")]
        }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.subject == "loadBalancers[0].listeners[2].defaultActions[0].targetGroup")
        #expect(error?.hint?.contains("HTTPS") == true)
        #expect(try await gate.service.view().generation == 1)
        await gate.service.stop(grace: .zero)
    }

    @Test("A TCP group has no version of HTTP")
    func ofTCP() async throws {
        let gate = try await TestGate.started(try Self.versions())
        let wanted = try Self.versions().with { desired in
            desired.targetGroups.append(
                DesiredTargetGroup(name: "tcp", protocol: .tcp, targets: [], protocolVersion: .http2)
            )
        }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.subject == "targetGroups[2].protocolVersion")
        await gate.service.stop(grace: .zero)
    }
}
