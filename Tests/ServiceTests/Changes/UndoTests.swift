import Model
import TestSupport
import Testing

@testable import Service

/// Changes that somebody takes back.
@Suite("Undo")
struct UndoTests {
    private static func undo(_ number: Int64, on gate: TestGate) async throws -> ChangeReceipt {
        try await gate.service.undo(change: number, by: Declarations.author)
    }

    @Test("Undo takes back one change and leaves what came after it")
    func one() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let before = try await gate.service.view().configuration
        _ = try await gate.flip("edge-8443", .off)
        _ = try await gate.flip("inspect", .off)
        let receipt = try await Self.undo(2, on: gate)
        #expect(receipt.plan.lines.map(\.description) == ["change listener edge-8443: mode off -> verify"])
        #expect(receipt.change?.origin == .undo(change: 2))
        #expect(try await gate.listener("edge-8443") == before.listeners.last?.listener)
        #expect(try await gate.listener("inspect")?.mutualAuthentication.mode == .off)
        // And the undo can be undone.
        _ = try await Self.undo(4, on: gate)
        #expect(try await gate.listener("edge-8443")?.mutualAuthentication.mode == .off)
    }

    @Test("A whole declaration is taken back, and the next one too")
    func whole() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let before = try await gate.service.view().configuration
        let bundle = try DeclaredCertificates.shared.get().otherBundle
        _ = try await gate.apply(
            try Declarations.edge().with { desired in
                desired.workers = 1
                desired.trustStores[0].caCertificatesBundle = bundle
                desired.targetGroups[0].targets = []
                desired.loadBalancers[0].listeners.remove(at: 2)
                desired.loadBalancers[0].attributes.idleTimeoutSeconds = 7
                desired[listener: 0].port = 9443
            }
        )
        _ = try await Self.undo(2, on: gate)
        let after = try await gate.service.view().configuration
        #expect(after.loadBalancers == before.loadBalancers)
        #expect(after.targetGroups == before.targetGroups)
        #expect(after.workers == before.workers)
        #expect(
            after.trustStores.map { $0.with(revision: 0) } == before.trustStores.map { $0.with(revision: 0) }
        )
        // A revision names one bundle for ever: 1 was the first, 2 the other, and 3 is the first again.
        #expect(after.trustStores.map(\.revision) == [3])
        _ = try await Self.undo(3, on: gate)
        #expect(try await gate.service.view().configuration.trustStores.map(\.revision) == [4])
        _ = try await Self.undo(4, on: gate)

        // The very first one leaves nothing.
        _ = try await Self.undo(1, on: gate)
        #expect(try await gate.service.view().configuration == .empty)
    }

    @Test("What has changed again is not taken back over the later change's head")
    func conflict() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        _ = try await gate.flip("edge-8443", .off)
        _ = try await gate.flip("edge-8443", .passthrough)
        let before = try Observation(gate)
        let error = await #expect(throws: OperatorError.self) { _ = try await Self.undo(2, on: gate) }
        #expect(error?.code == .revisionConflict)
        #expect(error?.message.contains("listener edge-8443") == true)
        #expect(try Observation(gate) == before)
    }

    @Test("What came later and needs it holds a change")
    func needed() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let bundle = try DeclaredCertificates.shared.get().otherBundle
        let withPartners = try Declarations.edge().with {
            $0.trustStores.append(DesiredTrustStore(name: "partners", caCertificatesBundle: bundle))
        }
        _ = try await gate.apply(withPartners)
        _ = try await gate.flip("inspect", .verify, trustStore: "partners")
        let error = await #expect(throws: OperatorError.self) { _ = try await Self.undo(2, on: gate) }
        #expect(error?.message.contains("listener inspect would refer to a trust store") == true)
        _ = try await Self.undo(3, on: gate)
        _ = try await Self.undo(2, on: gate)
        #expect(try await gate.service.view().configuration.trustStores.map(\.name) == ["clients"])
    }

    @Test("A certificate whose key is gone does not come back without it")
    func key() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let other = try DeclaredCertificates.shared.get().otherServer
        _ = try await gate.apply(
            try Declarations.edge().with {
                $0[listener: 0].certificates = [other]
                $0[listener: 1].certificates = [other]
            }
        )
        let before = try Observation(gate)
        let error = await #expect(throws: OperatorError.self) { _ = try await Self.undo(2, on: gate) }
        #expect(error?.code == .invalidPrivateKey)
        #expect(try Observation(gate) == before)
    }

    @Test("There must be such a change, and it must have changed something")
    func nothing() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let unknown = await #expect(throws: OperatorError.self) { _ = try await Self.undo(7, on: gate) }
        #expect(unknown?.code == .changeNotFound)
        let flip = MutualAuthenticationChange(
            listener: "inspect",
            mode: .off,
            trial: try TrialTerms(confirmWithinSeconds: 60)
        )
        _ = try await gate.service.setMutualAuthentication(flip, by: Declarations.author)
        _ = try await gate.service.keep(change: 2, by: Declarations.author)
        let kept = await #expect(throws: OperatorError.self) { _ = try await Self.undo(3, on: gate) }
        #expect(kept?.hint == "Undo change 2.")
    }

    @Test("A change from before changes could be taken back says so")
    func old() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        try gate.run("UPDATE change SET delta = NULL")
        let error = await #expect(throws: OperatorError.self) { _ = try await Self.undo(1, on: gate) }
        #expect(error?.code == .changeNotFound)
        #expect(error?.message.contains("not stored any more") == true)
    }
}
