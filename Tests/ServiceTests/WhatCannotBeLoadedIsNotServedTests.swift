import Foundation
import GRDB
import Model
import TestSupport
import Testing

@testable import Service

/// There is no substitute for a missing key or trust store; the other listeners run.
@Suite("What cannot be loaded is not served")
struct WhatCannotBeLoadedIsNotServedTests {
    @Test("A missing key fails the listeners that need it, until it is applied again")
    func missingKey() async throws {
        let home = try await Self.stopped()
        for file in try TemporaryDirectory.files(below: "\(home.path)/state/keys") {
            try FileManager.default.removeItem(atPath: file)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        let view = try await gate.service.view()
        #expect(gate.plane.running?.listeners.map(\.name) == ["edge-8080"])
        #expect(view.failedListeners.values.map(\.code) == [.fileUnreadable, .fileUnreadable])

        let receipt = try await gate.apply(try Declarations.edge())
        #expect(
            receipt.plan.lines.map(\.description)
                == ["change listener inspect: certificate", "change listener edge-8443: certificate"]
        )
        #expect(try await gate.service.view().failedListeners.isEmpty)
        #expect(gate.plane.running?.listeners.count == 3)
    }

    @Test("A trust store without certificates fails its listener and no other")
    func missingTrust() async throws {
        let home = try await Self.stopped()
        try await DatabaseQueue(path: "\(home.path)/state/gate.sqlite").write {
            try $0.execute(sql: "DELETE FROM caCertificate")
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        let view = try await gate.service.view()
        let verify = try #require(try await gate.listener("edge-8443"))
        #expect(view.failedListeners.mapValues(\.code) == [verify.id: .stateUnreadable])
        #expect(gate.plane.running?.listeners.map(\.name) == ["edge-8080", "inspect"])
    }

    @Test(
        "A port that is taken at the start fails one listener; the rest can be changed, and it be tried again"
    )
    func takenPort() async throws {
        let gate = try TestGate(home: try await Self.stopped())
        gate.plane.fail(["edge-8080": GateServiceTests.inUse])
        try await gate.service.start()
        let plain = try #require(try await gate.listener("edge-8080"))
        #expect(try await gate.service.view().failedListeners.keys.map { $0 } == [plain.id])

        // Another change does not fail for a listener it does not touch.
        #expect(try await gate.flip("edge-8443", .off).generation == 2)
        #expect(try await gate.service.view().failedListeners.count == 1)

        // To ask for nothing but another try is to ask whether it works.
        let verified = try Declarations.edge().with {
            $0[listener: 0].mutualAuthentication = DesiredMutualAuthentication(mode: .off)
        }
        #expect(
            try await gate.service.plan(verified).lines.map(\.description)
                == ["change listener edge-8080: try again (AddressInUse)"]
        )
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(verified) }
        #expect(error?.code == .addressInUse)
        #expect(error?.subject == "loadBalancers[0].listeners[2].port")

        gate.plane.fail([:])
        #expect(try await gate.apply(verified).generation == 3)
        #expect(try await gate.service.view().failedListeners.isEmpty)
        #expect(try await gate.apply(verified).plan.isEmpty)
    }

    @Test("A listener that runs is not lost to a change that does not touch it")
    func runningListener() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        gate.plane.fail(["edge-8080": GateServiceTests.inUse])
        let error = await #expect(throws: OperatorError.self) { try await gate.flip("edge-8443", .off) }
        #expect(error?.code == .addressInUse)
        #expect(error?.subject == "edge-8080")
        #expect(try await gate.service.view().generation == 1)
    }

    /// A state directory with the usual configuration, and nobody using it.
    private static func stopped() async throws -> TemporaryDirectory {
        let home = try TemporaryDirectory()
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        _ = try await gate.apply(try Declarations.edge())
        await gate.service.stop(grace: .zero)
        return home
    }
}
