import Foundation
import Model
import TLS
import TestSupport
import Testing

@testable import Service

/// The life of a change: checked, prepared, stored, in force, or nothing of it.
@Suite("Gate service")
struct GateServiceTests {
    @Test("A declaration becomes a configuration, a snapshot, a view and an audit line")
    func apply() async throws {
        let gate = try await TestGate.started()
        let receipt = try await gate.apply(try Declarations.edge())

        #expect(receipt.generation == 1)
        #expect(
            receipt.plan.lines.map(\.description) == [
                "change gate: workers one per core -> 2",
                "create trust store clients",
                "create target group app",
                "create load balancer edge",
                "create listener edge-8080",
                "create listener inspect",
                "create listener edge-8443",
            ]
        )
        #expect(gate.plane.calls == [.prepare(1), .commit(1)])
        let running = try #require(gate.plane.running)
        #expect(running.workers == 2)
        #expect(running.listeners.map(\.name) == ["edge-8080", "inspect", "edge-8443"])
        let verify = try #require(running.listeners.last)
        guard case .verify(let verification) = verify.tls?.clientPolicy else {
            Issue.record("edge-8443 does not verify")
            return
        }
        #expect(verification.trustStoreName == "clients")
        #expect(verification.trustStoreRevision == 1)
        #expect(verification.anchors.count == 1)

        let view = try await gate.service.view()
        #expect(view.generation == 1)
        #expect(view.workers == 2)
        #expect(view.failedListeners.isEmpty)
        #expect(view.recentChanges.map(\.author) == [Declarations.author])
        #expect(try await gate.service.changes(limit: 10) == view.recentChanges)
    }

    @Test("The same declaration a second time changes nothing")
    func applyTwice() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        #expect(try await gate.service.plan(try Declarations.edge()).isEmpty)
        let receipt = try await gate.apply(try Declarations.edge())
        #expect(receipt.plan.isEmpty)
        #expect(receipt.generation == 1)
        #expect(gate.plane.calls == [.prepare(1), .commit(1)])
        #expect(try await gate.service.changes(limit: 10).count == 1)
    }

    @Test("An expired CA is accepted, and every plan and receipt warns of it")
    func expiredAuthority() async throws {
        let gate = try await TestGate.started()
        let bundle = try DeclaredCertificates.shared.get().expiredBundle
        let desired = try Declarations.edge().with { $0.trustStores[0].caCertificatesBundle = bundle }
        let receipt = try await gate.apply(desired)
        let warning = try #require(receipt.plan.warnings.first)
        #expect(warning.hasPrefix("Trust store clients: the CA CN=Expired CA expired at "))
        #expect(try await gate.apply(desired).plan == Plan(lines: [], warnings: [warning]))
        #expect(try await gate.apply(try Declarations.edge()).plan.warnings.isEmpty)
    }

    @Test("A plan tells what would change and changes nothing")
    func plan() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let pki = try DeclaredCertificates.shared.get()
        let wanted = try Declarations.edge().with { desired in
            desired.workers = 4
            desired.trustStores[0].caCertificatesBundle = pki.otherBundle
            desired.targetGroups[0].targets.append(Target(id: .loopback, port: 9001))
            desired[listener: 0].certificates = [pki.otherServer]
            desired[listener: 0].mutualAuthentication.ignoreClientCertificateExpiry = true
            desired[listener: 1].mutualAuthentication = DesiredMutualAuthentication(mode: .off)
            desired[listener: 1].defaultActions = [.forward(targetGroup: "app")]
            desired.loadBalancers[0].listeners.remove(at: 2)
            desired.loadBalancers[0].address = IPAddress(v4: 0x7F00_0002)
        }
        let plan = try await gate.service.plan(wanted)
        let added = try CertificateReader.trustBundle(pki.otherBundle)[0].facts.subject
        let removed = try CertificateReader.trustBundle(pki.bundle)[0].facts.subject
        #expect(
            plan.lines.map(\.description) == [
                "change gate: workers 2 -> 4 (when the gate is next started)",
                "change trust store clients: bundle revision 1 -> 2, add CA \(added), remove CA \(removed)",
                "change target group app: add target 127.0.0.1:9001",
                "change load balancer edge: address 127.0.0.1 -> 127.0.0.2",
                "change listener inspect: mode passthrough -> off, action fixed-response 200 -> forward app",
                "change listener edge-8443: certificate, ignoreClientCertificateExpiry false -> true",
                "delete listener edge-8080",
            ]
        )
        #expect(gate.plane.calls == [.prepare(1), .commit(1)])
        #expect(try await gate.service.view().generation == 1)
    }

    @Test("What a declaration leaves out is deleted")
    func deletion() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let receipt = try await gate.apply(DesiredConfiguration())
        #expect(
            receipt.plan.lines.map(\.description) == [
                "change gate: workers 2 -> one per core (when the gate is next started)",
                "delete listener edge-8080",
                "delete listener inspect",
                "delete listener edge-8443",
                "delete load balancer edge",
                "delete target group app",
                "delete trust store clients",
            ]
        )
        #expect(try TemporaryDirectory.files(below: gate.directory.keysPath).isEmpty)
        #expect(gate.plane.running?.listeners.isEmpty == true)
    }

    @Test("Identifiers stay with names and ports")
    func identifiersStay() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let before = try await gate.service.view().configuration
        let other = try DeclaredCertificates.shared.get().otherBundle
        _ = try await gate.apply(
            try Declarations.edge().with {
                $0[listener: 0].name = "partners"
                $0.trustStores[0].caCertificatesBundle = other
            }
        )
        let after = try await gate.service.view().configuration
        #expect(after.listeners.map(\.listener.id) == before.listeners.map(\.listener.id))
        #expect(after.trustStores.map(\.id) == before.trustStores.map(\.id))
        #expect(after.trustStores.map(\.revision) == [2])
        #expect(after.certificates == before.certificates)
        #expect(try await gate.listener("partners") != nil)
    }

    @Test("Two listeners may swap their names")
    func swappedNames() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let receipt = try await gate.apply(
            try Declarations.edge().with {
                $0[listener: 0].name = "inspect"
                $0[listener: 1].name = "edge-8443"
            }
        )
        #expect(receipt.generation == 2)
        #expect(try await gate.listener("inspect")?.port == 8443)
    }

    @Test("An engine that cannot serve a listener refuses the change whole")
    func prepareFails() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let before = try Observation(gate)
        let view = try await gate.service.view()
        gate.plane.fail(["edge-8444": Self.inUse])

        let error = await #expect(throws: OperatorError.self) {
            try await gate.apply(
                try Declarations.edge().with { desired in
                    var listener = desired[listener: 0]
                    listener.port = 8444
                    listener.certificates = [try DeclaredCertificates.shared.get().otherServer]
                    desired.loadBalancers[0].listeners.append(listener)
                }
            )
        }
        #expect(error?.code == .addressInUse)
        #expect(error?.subject == "loadBalancers[0].listeners[3].port")
        #expect(gate.plane.calls.suffix(2) == [.prepare(2), .discard(2)])
        #expect(try Observation(gate) == before)
        #expect(try await gate.service.view() == view)
    }

    @Test("A store that cannot be written leaves everything as it was")
    func storeFails() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let files = try TemporaryDirectory.files(below: gate.directory.keysPath)
        // Whoever holds the write lock keeps ours out; here a trigger stands for a full disk.
        try gate.run("CREATE TRIGGER full BEFORE INSERT ON change BEGIN SELECT RAISE(ABORT, 'full'); END")
        let error = await #expect(throws: OperatorError.self) {
            try await gate.apply(
                try Declarations.edge().with {
                    $0[listener: 0].certificates = [try DeclaredCertificates.shared.get().otherServer]
                }
            )
        }
        #expect(error?.subject == gate.directory.databasePath)
        #expect(gate.plane.calls.suffix(2) == [.prepare(2), .discard(2)])
        #expect(try await gate.service.view().generation == 1)
        #expect(try TemporaryDirectory.files(below: gate.directory.keysPath) == files)

        try gate.run("DROP TRIGGER full")
        #expect(try await gate.apply(DesiredConfiguration()).generation == 2)
    }

    @Test("Changes asked for at once run one after another")
    func concurrentChanges() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        // Every change gives way in the middle, which is where another could slip in.
        gate.plane.beforePrepare { for _ in 0..<20 { await Task.yield() } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for port in UInt16(1)...12 {
                group.addTask {
                    _ = try await gate.apply(
                        try Declarations.edge().with {
                            $0.targetGroups[0].targets = [Target(id: .loopback, port: port)]
                        }
                    )
                }
            }
            try await group.waitForAll()
        }
        let expected: [FakeDataPlane.Call] = (1...13).flatMap { [.prepare($0), .commit($0)] }
        #expect(gate.plane.calls == expected)
        #expect(try await gate.service.changes(limit: 100).map(\.generation) == Array((1...13).reversed()))
    }

    @Test("A change goes through though its author has gone")
    func cancelledAuthor() async throws {
        let gate = try await TestGate.started()
        let change = Task { try await gate.apply(try Declarations.edge()) }
        gate.plane.beforePrepare { change.cancel() }
        _ = try await change.value
        #expect(try await gate.service.view().generation == 1)
        #expect(gate.plane.calls == [.prepare(1), .commit(1)])
    }

    @Test("Before the start and after the stop nothing is changed")
    func notRunning() async throws {
        let gate = try TestGate()
        let early = await #expect(throws: OperatorError.self) {
            try await gate.apply(try Declarations.edge())
        }
        #expect(early?.code == .gateUnreachable)
        try await gate.service.start()
        await gate.service.stop(grace: .zero)
        let late = await #expect(throws: OperatorError.self) { try await gate.apply(try Declarations.edge()) }
        #expect(late?.code == .gateUnreachable)
        #expect(gate.plane.calls == [.stop])
    }

    @Test("A gate with nothing to serve leaves the number of workers open")
    func emptyStart() async throws {
        let gate = try await TestGate.started()
        #expect(gate.plane.calls.isEmpty)
        _ = try await gate.apply(try Declarations.edge().with { $0.workers = 7 })
        #expect(gate.plane.running?.workers == 7)
        // Fixed by the first snapshot; the view says what runs.
        _ = try await gate.apply(try Declarations.edge().with { $0.workers = 3 })
        #expect(gate.plane.running?.workers == 7)
        #expect(try await gate.service.view().workers == 7)
    }

    static let inUse = OperatorError(
        .addressInUse,
        subject: "8444",
        message: "Port 8444 is in use.",
        hint: "Choose another port."
    )
}
