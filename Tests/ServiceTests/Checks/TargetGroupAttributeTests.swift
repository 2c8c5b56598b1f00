import Glibc
import Model
import TestSupport
import Testing

@testable import Service

/// Target group attributes from declaration to snapshot, and back from the database.
@Suite("Attributes of target groups in the service")
struct TargetGroupAttributeTests {
    private static func edge(
        _ change: (inout TargetGroupAttributes) -> Void
    ) throws -> DesiredConfiguration {
        var attributes = TargetGroupAttributes()
        change(&attributes)
        return try Declarations.edge().with { $0.targetGroups[0].attributes = attributes }
    }

    @Test("They are served as declared, also after a restart, and a change of them is told")
    func applied() async throws {
        let home = try TemporaryDirectory()
        let wanted = try Self.edge {
            $0.deregistrationDelaySeconds = 20
            $0.stickiness.isEnabled = true
            $0.minimumHealthyPercentage = 50
        }
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(Declarations.edge())
            let receipt = try await gate.apply(wanted)
            #expect(
                receipt.plan.lines.map(\.description) == [
                    "change target group app: deregistration_delay.timeout_seconds 300 -> 20, "
                        + "stickiness.enabled false -> true, target_group_health.unhealthy_state_routing."
                        + "minimum_healthy_targets.percentage off -> 50"
                ]
            )
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try await gate.apply(wanted).plan.isEmpty)
        let running = try #require(gate.plane.running)
        #expect(running.targetGroups.map(\.attributes) == wanted.targetGroups.map(\.attributes))
        await gate.service.stop(grace: .zero)
    }

    @Test("What cannot be is refused at its place, and changes nothing")
    func refused() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let wanted = try Self.edge { $0.mitigatesAnomalies = true }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.subject == "targetGroups[0].attributes.load_balancing.algorithm.anomaly_mitigation")
        #expect(try await gate.service.view().generation == 1)
        await gate.service.stop(grace: .zero)
    }

    /// A state that was stored before an attribute existed must still be read.
    @Test("What is not stored has its standard value")
    func partial() throws {
        let attributes: TargetGroupAttributes = try StoredJSON.value(#"{"slowStartSeconds":30}"#)
        var expected = TargetGroupAttributes()
        expected.slowStartSeconds = 30
        #expect(attributes == expected)
        #expect(try StoredJSON.value(StoredJSON.text(expected)) == expected)
    }

    /// Cookies that were given before a restart must still be read after it.
    @Test("The key of cookies is made once, for its owner's eyes only, and made anew when it is damaged")
    func cookieKey() async throws {
        let home = try TemporaryDirectory()
        func key() async throws -> CookieKey? {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(Declarations.edge())
            _ = try await gate.apply(Self.edge { $0.deregistrationDelaySeconds = .random(in: 1...3_600) })
            let key = gate.plane.running?.cookieKey
            await gate.service.stop(grace: .zero)
            return key
        }
        let first = try #require(try await key())
        #expect(try await key() == first)
        let path = "\(home.path)/state/cookies.key"
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect("\(first) \(first.digits)" == "<secret> <secret>")
        let file = try #require(fopen(path, "w"))
        fputs("no key", file)
        fclose(file)
        let second = try #require(try await key())
        #expect(second != first)
        #expect(try await key() == second)
    }
}
