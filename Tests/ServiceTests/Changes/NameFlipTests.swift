import Model
import Testing

@testable import Service

/// The flip of one name: which policy it gets, what stays, what is refused, and the way back.
@Suite("Flip of a name")
struct NameFlipTests {
    private static func gate() async throws -> TestGate {
        try await TestGate.started(
            try Declarations.edge().with {
                $0[listener: 1].namePolicies = [
                    DesiredNamePolicy(
                        names: ["a.test", "b.test"],
                        mutualAuthentication: DesiredMutualAuthentication(
                            mode: .verify,
                            trustStore: "clients"
                        )
                    )
                ]
            }
        )
    }

    private static func flip(
        _ gate: TestGate,
        _ name: String,
        _ mode: MutualAuthentication.Mode,
        on listener: String = "inspect",
        seen: UInt64? = nil,
        _ change: (inout MutualAuthenticationChange) -> Void = { _ in }
    ) async throws -> ChangeReceipt {
        var wanted = MutualAuthenticationChange(
            listener: listener,
            serverName: name,
            mode: mode,
            seenGeneration: seen
        )
        change(&wanted)
        return try await gate.service.setMutualAuthentication(wanted, by: Declarations.author)
    }

    /// What the engine would judge a name by.
    private static func mode(_ gate: TestGate, _ name: String?) throws -> MutualAuthentication.Mode {
        let tls = try #require(gate.plane.running?.listeners.first { $0.name == "inspect" }?.tls)
        return tls.policies[tls.policyTable.policy(for: name)].mode
    }

    @Test("The name alone is flipped, planned and recorded; an undo brings it back")
    func flip() async throws {
        let gate = try await Self.gate()
        let before = try await gate.listener("inspect")
        let receipt = try await Self.flip(gate, "A.test.", .off)
        #expect(
            receipt.plan.lines.map(\.description) == [
                "change listener inspect: names (a.test b.test verify clients) -> "
                    + "(b.test verify clients; a.test off clients)"
            ]
        )
        #expect(
            try ["a.test", "b.test", "x.test", nil].map { try Self.mode(gate, $0) } == [
                .off, .verify, .passthrough, .passthrough,
            ]
        )
        #expect(try await gate.service.changes(limit: 1).first?.lines == receipt.plan.lines)
        #expect(try await Self.flip(gate, "a.test", .off).plan.isEmpty)
        // It remembers its trust store, as a listener does.
        _ = try await Self.flip(gate, "a.test", .verify)
        #expect(try Self.mode(gate, "a.test") == .verify)
        _ = try await gate.service.undo(change: 3, by: Declarations.author)
        _ = try await gate.service.undo(change: 2, by: Declarations.author)
        #expect(try await gate.listener("inspect") == before)
    }

    @Test("A name without a policy gets one, and begins with what judged it")
    func newName() async throws {
        let gate = try await Self.gate()
        let receipt = try await Self.flip(gate, "*.new.test", .verify) {
            $0.clientCertificate = .optional
        }
        #expect(receipt.plan.lines.count == 1)
        #expect(try Self.mode(gate, "x.new.test") == .verify)
        #expect(try Self.mode(gate, "new.test") == .passthrough)
        let pinned = try await Self.flip(gate, "y.new.test", .verify) { $0.pinnedCertificates = [] }
        #expect(!pinned.plan.isEmpty)
        let policies = try await gate.listener("inspect")?.namePolicies
        let requirements = policies?.last?.mutualAuthentication.requirements
        #expect(policies?.last?.names == ["*.new.test", "y.new.test"])
        #expect(requirements?.clientCertificate == .optional)
    }

    @Test("What the listener itself is flipped to does not concern its names")
    func listener() async throws {
        let gate = try await Self.gate()
        _ = try await gate.flip("inspect", .off)
        #expect(try Self.mode(gate, "a.test") == .verify)
        #expect(try Self.mode(gate, "x.test") == .off)
    }

    @Test("What cannot be is refused, and nothing is changed", arguments: 0..<6)
    func refusals(index: Int) async throws {
        let gate = try await Self.gate()
        let before = try Observation(gate)
        let error = await #expect(throws: OperatorError.self) {
            switch index {
            case 0: _ = try await Self.flip(gate, "a.test", .off, on: "edge-8080")
            case 1: _ = try await Self.flip(gate, "no name", .off)
            case 2: _ = try await Self.flip(gate, "a.test", .verify) { $0.sessionLifetimeSeconds = 300 }
            case 3: _ = try await Self.flip(gate, "a.test", .verify) { $0.trustStore = "nobody" }
            case 4: _ = try await Self.flip(gate, "a.test", .off) { $0.clientCertificate = .optional }
            default:
                _ = try await gate.flip("inspect", .off)
                _ = try await Self.flip(gate, "a.test", .off, seen: 1)
            }
        }
        let codes: [OperatorError.Code] = [
            .unsupportedProtocol, .validationError, .validationError, .trustStoreNotFound, .validationError,
            .revisionConflict,
        ]
        #expect(error?.code == codes[index])
        if index < 5 { #expect(try Observation(gate) == before) }
    }

    @Test("A listener has no more policies than it may")
    func quota() async throws {
        let gate = try await Self.gate()
        for number in 1..<Quotas.namePoliciesPerListener {
            _ = try await Self.flip(gate, "n\(number).test", .verify) {
                $0.identityFilters = [IdentityFilter(field: .subjectCN, values: ["c\(number)"])]
            }
        }
        let error = await #expect(throws: OperatorError.self) {
            _ = try await Self.flip(gate, "last.test", .verify) { $0.clientCertificate = .optional }
        }
        #expect(error?.code == .valueOutOfRange && error?.subject == "last.test")
    }

    @Test("On trial, it is taken back when its time is over")
    func trial() async throws {
        let gate = try await Self.gate()
        _ = try await Self.flip(gate, "a.test", .off) {
            $0.trial = try? TrialTerms(confirmWithinSeconds: 60)
        }
        #expect(try Self.mode(gate, "a.test") == .off)
        _ = try await gate.service.undo(change: 2, by: Declarations.author)
        #expect(try Self.mode(gate, "a.test") == .verify)
        #expect(try await gate.service.view().trials == nil)
    }
}
