import Model
import Testing

@testable import Service

/// The flip of one listener: what it finds, what it remembers, what it refuses.
@Suite("Flip")
struct FlipTests {
    @Test("A flip changes the listener's mutual TLS and nothing beside it")
    func nothingElse() async throws {
        let gate = try await TestGate.started(
            try Declarations.edge().with { desired in
                desired.loadBalancers[0].attributes.idleTimeoutSeconds = 120
                desired.loadBalancers[0].http2 = false
            }
        )
        let before = try await gate.service.view().configuration.loadBalancers[0]
        _ = try await gate.flip("edge-8443", .passthrough)
        let after = try await gate.service.view().configuration.loadBalancers[0]
        #expect(after.with([]) == before.with([]))
        #expect(gate.plane.running?.listeners.allSatisfy { $0.attributes == before.attributes } == true)
        #expect(try await gate.flip("edge-8443", .verify).plan.lines.count == 1)
    }

    @Test("A flip is planned, served and recorded")
    func flip() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let receipt = try await gate.flip("edge-8443", .passthrough)
        #expect(receipt.generation == 2)
        #expect(
            receipt.plan.lines.map(\.description) == ["change listener edge-8443: mode verify -> passthrough"]
        )
        #expect(gate.plane.running?.listeners.last?.tls?.clientPolicy == .passthrough)
        #expect(try await gate.service.changes(limit: 1).first?.lines == receipt.plan.lines)
    }

    @Test("The same flip twice changes nothing the second time")
    func twice() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        _ = try await gate.flip("edge-8443", .off, seen: 1)
        let again = try await gate.flip("edge-8443", .off, seen: 1)
        #expect(again.plan.isEmpty)
        #expect(again.generation == 2)
    }

    @Test(
        "A listener is found by name, long name, identifier and port",
        arguments: ["name", "arn", "id", "port"]
    )
    func finding(by way: String) async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let configuration = try await gate.service.view().configuration
        let (balancer, listener) = try #require(configuration.listeners.last)
        let text =
            switch way {
            case "arn": ResourceARN.listener(listener, of: balancer)
            case "id": listener.id.description
            case "port": "8443"
            default: listener.name
            }
        #expect(try await gate.flip(text, .off).generation == 2)
        #expect(try await gate.listener("edge-8443")?.mutualAuthentication.mode == .off)
    }

    @Test("A port that several listeners have names them all")
    func ambiguousPort() async throws {
        let gate = try await TestGate.started(
            try Declarations.edge().with { desired in
                var second = desired.loadBalancers[0]
                second.name = "other"
                second.address = IPAddress(v4: 0x7F00_0002)
                second.listeners = [second.listeners[0]]
                desired.loadBalancers.append(second)
            }
        )
        let error = await #expect(throws: OperatorError.self) { try await gate.flip("8443", .off) }
        #expect(error?.code == .listenerNotFound)
        #expect(error?.message.contains("edge-8443, other-8443") == true)
    }

    @Test("A listener that does not exist is answered with the nearest")
    func unknownListener() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let error = await #expect(throws: OperatorError.self) { try await gate.flip("edge-8444", .off) }
        #expect(error?.code == .listenerNotFound)
        #expect(error?.subject == "edge-8444")
        #expect(error?.hint?.contains("\"edge-8443\"") == true)
    }

    /// A flip there and back must not change how a listener verifies.
    @Test("A listener remembers how it verified", arguments: [MutualAuthentication.Mode.off, .passthrough])
    func memory(mode: MutualAuthentication.Mode) async throws {
        let gate = try await TestGate.started(
            try Declarations.edge().with { desired in
                let other = try DeclaredCertificates.shared.get().otherBundle
                desired.trustStores.append(DesiredTrustStore(name: "partners", caCertificatesBundle: other))
                desired[listener: 0].mutualAuthentication.trustStore = "partners"
                desired[listener: 0].mutualAuthentication.ignoreClientCertificateExpiry = true
            }
        )
        let before = try await gate.listener("edge-8443")
        _ = try await gate.flip("edge-8443", mode)
        #expect(try await gate.listener("edge-8443")?.mutualAuthentication.trustStoreID != nil)
        _ = try await gate.flip("edge-8443", .verify)
        #expect(try await gate.listener("edge-8443") == before)
    }

    @Test("Without memory the only trust store is taken; of several one must be named")
    func firstTrustStore() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let receipt = try await gate.flip("inspect", .verify)
        #expect(
            receipt.plan.lines.map(\.description)
                == ["change listener inspect: mode passthrough -> verify, trust store none -> clients"]
        )

        let two = try await TestGate.started(
            try Declarations.edge().with { desired in
                let other = try DeclaredCertificates.shared.get().otherBundle
                desired.trustStores.append(DesiredTrustStore(name: "partners", caCertificatesBundle: other))
            }
        )
        let error = await #expect(throws: OperatorError.self) { try await two.flip("inspect", .verify) }
        #expect(error?.code == .validationError)
        #expect(error?.hint == "There are clients, partners.")
        #expect(try await two.flip("inspect", .verify, trustStore: "partners").generation == 2)
    }

    @Test("Applying a declaration keeps what a listener remembers, and forgets a store that is gone")
    func memoryAndApply() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let off = try Declarations.edge().with {
            $0[listener: 0].mutualAuthentication = DesiredMutualAuthentication(mode: .off)
        }
        _ = try await gate.apply(off)
        #expect(try await gate.listener("edge-8443")?.mutualAuthentication.trustStoreID != nil)
        #expect(try await gate.apply(off).plan.isEmpty)

        let receipt = try await gate.apply(off.with { $0.trustStores = [] })
        #expect(receipt.plan.lines.map(\.description) == ["delete trust store clients"])
        #expect(try await gate.listener("edge-8443")?.mutualAuthentication == .off)
    }

    @Test(
        "A setting that the mode has no use for is refused",
        arguments: [
            (MutualAuthentication.Mode.off, "clients", nil), (.off, nil, true), (.passthrough, nil, false),
        ]
            as [(MutualAuthentication.Mode, String?, Bool?)]
    )
    func uselessSettings(mode: MutualAuthentication.Mode, store: String?, ignoresExpiry: Bool?) async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let error = await #expect(throws: OperatorError.self) {
            try await gate.flip("edge-8443", mode, trustStore: store, ignoresExpiry: ignoresExpiry)
        }
        #expect(error?.code == .validationError)
        #expect(
            error?.message.hasPrefix("Mutual Authentication mode \(mode.rawValue) does not support") == true
        )
        #expect(try await gate.service.view().generation == 1)
    }

    @Test("A listener that speaks HTTP has no mutual TLS to flip")
    func plainListener() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let error = await #expect(throws: OperatorError.self) {
            try await gate.flip("edge-8080", .passthrough)
        }
        #expect(error?.code == .unsupportedProtocol)
    }

    @Test("Who has not seen the newest listener is refused; who has is not")
    func conflictOnListener() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        _ = try await gate.flip("edge-8443", .passthrough)
        let error = await #expect(throws: OperatorError.self) {
            try await gate.flip("edge-8443", .off, seen: 1)
        }
        #expect(error?.code == .revisionConflict)
        #expect(error?.message.contains("generation 2") == true)
        // Another listener has not changed since.
        #expect(try await gate.flip("inspect", .off, seen: 1).generation == 3)
        #expect(try await gate.flip("edge-8443", .off, seen: 3).generation == 4)
        #expect(try await gate.flip("edge-8443", .passthrough).generation == 5)
    }

    @Test("Who has not seen the newest bundle of the trust store is refused, after a restart too")
    func conflictOnTrustStore() async throws {
        let gate = try await TestGate.started(
            try Declarations.edge().with {
                $0[listener: 1].mutualAuthentication.trustStore = "clients"
            }
        )
        let other = try DeclaredCertificates.shared.get().otherBundle
        _ = try await gate.apply(
            try Declarations.edge().with {
                $0[listener: 1].mutualAuthentication.trustStore = "clients"
                $0.trustStores[0].caCertificatesBundle = other
            }
        )
        let error = await #expect(throws: OperatorError.self) {
            try await gate.flip("inspect", .verify, seen: 1)
        }
        #expect(error?.code == .revisionConflict)

        let state = try Store(path: gate.directory.databasePath).load()
        let change = MutualAuthenticationChange(listener: "inspect", mode: .verify, seenGeneration: 1)
        let later = #expect(throws: OperatorError.self) { try Flip(state: state).apply(change) }
        #expect(later?.code == .revisionConflict)
    }
}
