import Model
import TestSupport
import Testing

@testable import Service

/// Policies of names from declaration to snapshot, and back from the database.
@Suite("Policies by name of listeners")
struct NamePolicyChecksTests {
    private static func policy(
        _ names: String...,
        mode: MutualAuthentication.Mode,
        trustStore: String? = nil
    ) -> DesiredNamePolicy {
        DesiredNamePolicy(
            names: names,
            mutualAuthentication: DesiredMutualAuthentication(mode: mode, trustStore: trustStore)
        )
    }

    @Test("They are planned, served, stored, kept by a flip, and the same the second time")
    func applied() async throws {
        let home = try TemporaryDirectory()
        let wanted = try Declarations.edge().with {
            $0[listener: 1].namePolicies = [
                Self.policy("secure.test", "*.secure.test", mode: .verify, trustStore: "clients"),
                Self.policy("open.test", mode: .off),
            ]
        }
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(try Declarations.edge())
            let lines = try await gate.apply(wanted).plan.lines.map(\.description)
            #expect(
                lines == [
                    "change listener inspect: names none -> "
                        + "(secure.test *.secure.test verify clients; open.test off)"
                ]
            )
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try await gate.apply(wanted).plan.isEmpty)
        _ = try await gate.flip("inspect", .off)
        let tls = try #require(gate.plane.running?.listeners.first { $0.name == "inspect" }?.tls)
        #expect(tls.clientPolicy == .off)
        #expect(tls.namePolicies.map(\.names) == [["secure.test", "*.secure.test"], ["open.test"]])
        #expect(tls.namePolicies.map(\.policy.mode) == [.verify, .off])
        // The open name has what the listener now has itself.
        #expect(tls.policies.count == 2)
        await gate.service.stop(grace: .zero)
    }

    struct Mistake: Sendable {
        let listener: Int
        let policies: [DesiredNamePolicy]
        let field: String
        var sslPolicy: String?
    }

    @Test(
        "What is wrong is told with its field, and changes nothing",
        arguments: [
            Mistake(listener: 2, policies: [policy("a.test", mode: .off)], field: ""),
            Mistake(listener: 1, policies: [policy("A.test", mode: .off)], field: "[0].names[0]"),
            Mistake(listener: 1, policies: [policy(mode: .off)], field: "[0].names"),
            Mistake(
                listener: 1,
                policies: [policy("a.test", mode: .off), policy("a.test", mode: .passthrough)],
                field: "[1].names[0]"
            ),
            Mistake(
                listener: 1,
                policies: [policy("a.test", mode: .verify)],
                field: "[0].mutualAuthentication.trustStore"
            ),
            Mistake(
                listener: 1,
                policies: [policy("a.test", mode: .verify, trustStore: "gone")],
                field: "[0].mutualAuthentication.trustStore"
            ),
            Mistake(
                listener: 1,
                policies: [policy("a.test", mode: .off, trustStore: "clients")],
                field: "[0].mutualAuthentication.trustStore"
            ),
            Mistake(
                listener: 1,
                policies: [policy("a.test", mode: .verify, trustStore: "clients")],
                field: "[0].mutualAuthentication.mode",
                sslPolicy: "ELBSecurityPolicy-TLS13-1-0-2021-06"
            ),
        ]
    )
    func refused(mistake: Mistake) async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let wanted = try Declarations.edge().with {
            $0[listener: mistake.listener].namePolicies = mistake.policies
            if let policy = mistake.sslPolicy {
                $0[listener: mistake.listener].sslPolicy = policy
                $0[listener: mistake.listener].mutualAuthentication.mode = .off
            }
        }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(
            error?.subject
                == "loadBalancers[0].listeners[\(mistake.listener)].namePolicies\(mistake.field)"
        )
        #expect(try await gate.service.view().generation == 1)
        await gate.service.stop(grace: .zero)
    }
}
