import Foundation
import Model
import TestSupport
import Testing

@testable import Service

/// Changes that undo themselves unless somebody keeps them.
@Suite("Trials")
struct TrialTests {
    private static let minute: Int64 = 60_000

    /// A gate with `edge-8443` flipped to passthrough for a minute.
    private static func tried(
        home: TemporaryDirectory? = nil
    ) async throws -> (gate: TestGate, change: Int64) {
        let gate = try TestGate(home: home)
        try await gate.service.start()
        _ = try await gate.apply(try Declarations.edge())
        let change = try #require(try await Self.tryOut(gate, "edge-8443", .passthrough).change)
        return (gate, change.number)
    }

    private static func tryOut(
        _ gate: TestGate,
        _ listener: String,
        _ mode: MutualAuthentication.Mode,
        seconds: Int = 60
    ) async throws -> ChangeReceipt {
        try await gate.service.setMutualAuthentication(
            MutualAuthenticationChange(
                listener: listener,
                mode: mode,
                trial: try TrialTerms(confirmWithinSeconds: seconds)
            ),
            by: Declarations.author
        )
    }

    private static func mode(_ gate: TestGate) async throws -> MutualAuthentication.Mode? {
        try await gate.listener("edge-8443")?.mutualAuthentication.mode
    }

    @Test("A change on trial is in force, shown, and undone when its time is over")
    func deadline() async throws {
        let (gate, change) = try await Self.tried()
        #expect(try await Self.mode(gate) == .passthrough)
        let trial = try #require(try await gate.service.view().trials?.first)
        #expect(trial.change == change)
        #expect(trial.deadline.seconds - trial.startedAt.seconds == 60)

        await gate.service.endDueTrials()
        #expect(try await Self.mode(gate) == .passthrough)

        gate.time.advance(milliseconds: Self.minute)
        await gate.service.endDueTrials()
        #expect(try await Self.mode(gate) == .verify)
        #expect(gate.plane.running?.listeners.last?.tls?.clientPolicy.mode == .verify)
        let view = try await gate.service.view()
        #expect(view.trials == nil)
        #expect(view.generation == 3)
        #expect(view.recentChanges.first?.origin == .rollback(change: change, cause: .deadline))
        #expect(
            view.recentChanges.first?.lines.map(\.description) == [
                "change listener edge-8443: mode passthrough -> verify"
            ]
        )
    }

    @Test("The gate acts by itself, without anybody looking")
    func timer() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        _ = try await Self.tryOut(gate, "edge-8443", .passthrough, seconds: 5)
        // The clock on the wall stands still here: what counts is the one nobody can set.
        while try await Self.mode(gate) != .verify { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await gate.service.view().trials == nil)
    }

    @Test("A trial that is kept stays, also over a restart")
    func keep() async throws {
        let home = try TemporaryDirectory()
        do {
            let (gate, change) = try await Self.tried(home: home)
            let receipt = try await gate.service.keep(change: change, by: Declarations.author)
            #expect(receipt.change?.origin == .keep(change: change))
            #expect(receipt.generation == 2)
            gate.time.advance(milliseconds: 2 * Self.minute)
            await gate.service.endDueTrials()
            #expect(try await Self.mode(gate) == .passthrough)
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        gate.time.advance(milliseconds: 2 * Self.minute)
        try await gate.service.start()
        #expect(try await Self.mode(gate) == .passthrough)
        #expect(try await gate.service.view().trials == nil)
    }

    @Test("A trial whose time passed while no gate ran is undone before anything is served")
    func missed() async throws {
        let home = try TemporaryDirectory()
        let change: Int64
        do {
            let (gate, number) = try await Self.tried(home: home)
            change = number
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        gate.time.advance(milliseconds: Self.minute)
        try await gate.service.start()
        // One snapshot only: the one before the trial.
        #expect(gate.plane.calls == [.prepare(3), .commit(3)])
        #expect(try await Self.mode(gate) == .verify)
        let last = try #require(try await gate.service.view().recentChanges.first)
        #expect(last.origin == .rollback(change: change, cause: .start))
    }

    @Test("A trial that still runs goes on after a restart, to the same deadline")
    func resumed() async throws {
        let home = try TemporaryDirectory()
        do {
            let (gate, _) = try await Self.tried(home: home)
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        gate.time.advance(milliseconds: Self.minute / 2)
        try await gate.service.start()
        #expect(try await Self.mode(gate) == .passthrough)
        gate.time.advance(milliseconds: Self.minute / 2)
        await gate.service.endDueTrials()
        #expect(try await Self.mode(gate) == .verify)
    }

    @Test("A killed gate takes the trial with it into the next start")
    func killed() async throws {
        let (gate, change) = try await Self.tried()
        let copy = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: gate.directory.path, toPath: "\(copy.path)/state")
        let revived = try TestGate(home: copy)
        revived.time.advance(milliseconds: Self.minute)
        try await revived.service.start()
        #expect(try await Self.mode(revived) == .verify)
        #expect(
            try await revived.service.changes(limit: 1).first?.origin
                == .rollback(change: change, cause: .start)
        )
    }

    @Test("Undoing a change on trial ends the trial")
    func undo() async throws {
        let (gate, change) = try await Self.tried()
        let receipt = try await gate.service.undo(change: change, by: Declarations.author)
        #expect(receipt.change?.origin == .undo(change: change))
        #expect(try await Self.mode(gate) == .verify)
        #expect(try await gate.service.view().trials == nil)
        gate.time.advance(milliseconds: Self.minute)
        await gate.service.endDueTrials()
        #expect(try await gate.service.view().generation == 3)
    }

    @Test("Nothing may be changed that the way back needs")
    func protected() async throws {
        let (gate, change) = try await Self.tried()
        let before = try Observation(gate)
        for attempt in [
            try Declarations.edge().with {
                $0[listener: 0].mutualAuthentication = DesiredMutualAuthentication(mode: .off)
            },
            // The store is what the trial goes back to.
            try Declarations.edge().with { desired in
                desired[listener: 0].mutualAuthentication = DesiredMutualAuthentication(mode: .passthrough)
                desired.trustStores = []
            },
            DesiredConfiguration(),
        ] {
            let error = await #expect(throws: OperatorError.self) { _ = try await gate.apply(attempt) }
            #expect(error?.code == .revisionConflict)
            #expect(error?.hint?.contains("sekisho keep \(change)") == true)
        }
        #expect(try Observation(gate) == before)

        // What has nothing to do with it changes freely, and stays when the trial ends.
        _ = try await gate.flip("inspect", .off)
        gate.time.advance(milliseconds: Self.minute)
        await gate.service.endDueTrials()
        #expect(try await Self.mode(gate) == .verify)
        #expect(try await gate.listener("inspect")?.mutualAuthentication.mode == .off)
    }

    @Test("Two trials end each by itself")
    func two() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        _ = try await Self.tryOut(gate, "edge-8443", .off, seconds: 120)
        _ = try await Self.tryOut(gate, "inspect", .off, seconds: 60)
        #expect(try await gate.service.view().trials?.map(\.change) == [3, 2])
        gate.time.advance(milliseconds: Self.minute)
        await gate.service.endDueTrials()
        #expect(try await Self.mode(gate) == .off)
        #expect(try await gate.listener("inspect")?.mutualAuthentication.mode == .passthrough)
        gate.time.advance(milliseconds: Self.minute)
        await gate.service.endDueTrials()
        #expect(try await Self.mode(gate) == .verify)
    }

    @Test("The key of a certificate that a trial replaces is kept as long as it may come back")
    func keys() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let other = try DeclaredCertificates.shared.get().otherServer
        let wanted = try Declarations.edge().with {
            $0[listener: 0].certificates = [other]
            $0[listener: 1].certificates = [other]
        }
        let terms = try TrialTerms(confirmWithinSeconds: 60)
        let receipt = try await gate.service.apply(wanted, trial: terms, by: Declarations.author)
        #expect(try TemporaryDirectory.files(below: gate.directory.keysPath).count == 2)
        gate.time.advance(milliseconds: Self.minute)
        await gate.service.endDueTrials()
        let server = try DeclaredCertificates.shared.get().server
        #expect(gate.plane.running?.listeners.last?.tls?.privateKey == server.privateKey.text)
        #expect(try TemporaryDirectory.files(below: gate.directory.keysPath).count == 1)

        // The certificate that was tried is gone with its key, and the way back to it is refused.
        let number = try #require(receipt.change?.number)
        let error = await #expect(throws: OperatorError.self) {
            _ = try await gate.service.undo(change: number + 1, by: Declarations.author)
        }
        #expect(error?.code == .invalidPrivateKey)
    }

    @Test("A trial that cannot be undone says so, and is tried again")
    func problem() async throws {
        let (gate, _) = try await Self.tried()
        gate.plane.fail([
            "edge-8443": OperatorError(.addressInUse, subject: "x", message: "Taken.", hint: nil)
        ])
        gate.time.advance(milliseconds: Self.minute)
        await gate.service.endDueTrials()
        #expect(try await gate.service.view().trials?.first?.problem?.code == .addressInUse)
        #expect(try await Self.mode(gate) == .passthrough)
        gate.plane.fail([:])
        await gate.service.endDueTrials()
        #expect(try await Self.mode(gate) == .verify)
        #expect(try await gate.service.view().trials == nil)
    }

    @Test("Terms outside their range are refused, in whatever form they come", arguments: [-1, 0, 4, 86_401])
    func terms(seconds: Int) {
        #expect(throws: OperatorError.self) { try TrialTerms(confirmWithinSeconds: seconds) }
        #expect(throws: (any Error).self) {
            try JSON.decode(TrialTerms.self, from: #"{"confirmWithinSeconds":\#(seconds)}"#)
        }
    }

    @Test("What is on trial can be kept, and nothing else")
    func keepNothing() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let unknown = await #expect(throws: OperatorError.self) {
            _ = try await gate.service.keep(change: 99, by: Declarations.author)
        }
        #expect(unknown?.code == .changeNotFound)
        let settled = await #expect(throws: OperatorError.self) {
            _ = try await gate.service.keep(change: 1, by: Declarations.author)
        }
        #expect(settled?.code == .validationError)
    }
}
