import Model
import TestSupport
import Testing

@testable import Service

/// Targets that an operator drains by hand.
@Suite("Draining by hand")
struct TargetDrainTests {
    private static let first = Endpoint(address: .loopback, port: 9_000)
    private static let second = Endpoint(address: .loopback, port: 9_001)

    private static func edge() throws -> DesiredConfiguration {
        try Declarations.edge().with {
            $0.targetGroups[0].targets.append(Target(id: .loopback, port: 9_001))
        }
    }

    private static func set(
        _ gate: TestGate,
        _ action: TargetOverride.Action,
        _ target: Endpoint = Self.first,
        of group: String = "app"
    ) async throws -> ChangeReceipt {
        try await gate.service.setTarget(
            TargetOverride(targetGroup: group, target: target, action: action),
            by: Declarations.author
        )
    }

    @Test("A drained target is nowhere to go, across a restart and an apply, until it is restored")
    func lasts() async throws {
        let home = try TemporaryDirectory()
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(Self.edge())
            let receipt = try await Self.set(gate, .drain)
            #expect(
                receipt.plan.lines.map(\.description) == [
                    "change target group app: drain target 127.0.0.1:9000"
                ]
            )
            #expect(try await gate.service.changes(limit: 1).first?.author == Declarations.author)
            #expect(try await Self.set(gate, .drain).plan.isEmpty)
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try await gate.apply(Self.edge()).plan.isEmpty)
        let drained = try #require(gate.plane.running)
        #expect(drained.targetGroups.map(\.targets) == [[Self.first, Self.second]])
        #expect(drained.targetGroups.map(\.drained) == [[Self.first]])
        #expect(drained.listeners.contains { $0.action.targets == [Self.second] })
        #expect(!drained.listeners.contains { $0.action.targets.contains(Self.first) })

        let receipt = try await Self.set(gate, .restore)
        #expect(receipt.plan.lines.first?.details == ["restore target 127.0.0.1:9000"])
        #expect(gate.plane.running?.targetGroups.map(\.drained) == [[]])
        await gate.service.stop(grace: .zero)
    }

    @Test("A drained target that leaves its group comes back as any other")
    func leaves() async throws {
        let gate = try await TestGate.started(try Self.edge())
        _ = try await Self.set(gate, .drain, Self.second)
        _ = try await gate.apply(try Declarations.edge())
        let receipt = try await gate.apply(try Self.edge())
        #expect(receipt.plan.lines.first?.details == ["add target 127.0.0.1:9001"])
        #expect(gate.plane.running?.targetGroups.map(\.drained) == [[]])
        await gate.service.stop(grace: .zero)
    }

    @Test("It can be undone as any change")
    func undone() async throws {
        let gate = try await TestGate.started(try Self.edge())
        let number = try #require(try await Self.set(gate, .drain).change?.number)
        _ = try await gate.service.undo(change: number, by: Declarations.author)
        #expect(gate.plane.running?.targetGroups.map(\.drained) == [[]])
        await gate.service.stop(grace: .zero)
    }

    @Test("A group is found by its long name and its id, and who is not there is answered with who is")
    func finding() async throws {
        let gate = try await TestGate.started(try Self.edge())
        let group = try #require(try await gate.service.view().configuration.targetGroups.first)
        #expect(try await Self.set(gate, .drain, of: ResourceARN.targetGroup(group)).generation == 2)
        #expect(try await Self.set(gate, .restore, of: group.id.description).generation == 3)
        var error = await #expect(throws: OperatorError.self) { try await Self.set(gate, .drain, of: "apq") }
        #expect(error?.code == .targetGroupNotFound)
        #expect(error?.hint?.contains("\"app\"") == true)
        let nobody = Endpoint(address: .loopback, port: 9_002)
        error = await #expect(throws: OperatorError.self) { try await Self.set(gate, .drain, nobody) }
        #expect(error?.subject == "127.0.0.1:9002")
        #expect(error?.hint?.contains("127.0.0.1:9000, 127.0.0.1:9001") == true)
        #expect(try await gate.service.view().generation == 3)
        await gate.service.stop(grace: .zero)
    }
}
