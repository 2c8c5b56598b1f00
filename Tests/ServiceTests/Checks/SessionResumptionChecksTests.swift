import Model
import TestSupport
import Testing

@testable import Service

/// Resumption where certificates are asked for, from declaration to snapshot and back.
@Suite("Session resumption settings")
struct SessionResumptionChecksTests {
    private static func wanted(_ seconds: Int?) throws -> DesiredConfiguration {
        try Declarations.edge().with { desired in
            desired[listener: 0].mutualAuthentication.sessionResumption = seconds.map {
                SessionResumption(lifetimeSeconds: $0)
            }
        }
    }

    private func served(_ gate: TestGate) throws -> SessionResumption? {
        try #require(gate.plane.running?.listeners.first { $0.name == "edge-8443" }?.tls).sessionResumption
    }

    private func flip(
        _ gate: TestGate,
        _ mode: MutualAuthentication.Mode,
        _ seconds: Int?
    ) async throws -> ChangeReceipt {
        var change = MutualAuthenticationChange(listener: "edge-8443", mode: mode)
        change.sessionLifetimeSeconds = seconds
        return try await gate.service.setMutualAuthentication(change, by: Declarations.author)
    }

    @Test("It is off, told when it is turned on, and kept through flips and a restart")
    func applied() async throws {
        let home = try TemporaryDirectory()
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(Declarations.edge())
            #expect(try self.served(gate) == nil)
            let told = try await gate.apply(Self.wanted(600)).plan.lines.map(\.description)
            #expect(told == ["change listener edge-8443: sessionResumption off -> 600 s"])
            #expect(try self.served(gate)?.lifetimeSeconds == 600)
            _ = try await self.flip(gate, .off, nil)
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        _ = try await self.flip(gate, .passthrough, nil)
        #expect(try self.served(gate)?.lifetimeSeconds == 600)
        _ = try await self.flip(gate, .verify, 60)
        #expect(try self.served(gate)?.lifetimeSeconds == 60)
        _ = try await self.flip(gate, .verify, 0)
        #expect(try self.served(gate) == nil)
        await gate.service.stop(grace: .zero)
    }

    @Test("A declaration that says nothing of it turns it off")
    func silent() async throws {
        let gate = try await TestGate.started(try Self.wanted(600))
        #expect(try self.served(gate) != nil)
        _ = try await gate.apply(Self.wanted(nil))
        #expect(try self.served(gate) == nil)
    }

    @Test("What cannot be is refused with its field, and changes nothing")
    func refused() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        for seconds in [-1, 1, 9, 86_401] {
            let error = await #expect(throws: OperatorError.self) {
                try await gate.apply(Self.wanted(seconds))
            }
            #expect(
                error?.subject.hasSuffix("mutualAuthentication.sessionResumption.lifetimeSeconds") == true
            )
            await #expect(throws: OperatorError.self) { try await self.flip(gate, .verify, seconds) }
        }
        await #expect(throws: OperatorError.self) { try await self.flip(gate, .off, 300) }
        let off = try Declarations.edge().with { desired in
            desired[listener: 0].mutualAuthentication = DesiredMutualAuthentication(
                mode: .off,
                sessionResumption: SessionResumption()
            )
        }
        let named = try Declarations.edge().with { desired in
            desired[listener: 0].namePolicies = [
                DesiredNamePolicy(
                    names: ["a.test"],
                    mutualAuthentication: DesiredMutualAuthentication(
                        mode: .passthrough,
                        sessionResumption: SessionResumption()
                    )
                )
            ]
        }
        for desired in [off, named] {
            let error = await #expect(throws: OperatorError.self) { try await gate.apply(desired) }
            #expect(error?.subject.hasSuffix("mutualAuthentication.sessionResumption") == true)
        }
        #expect(try self.served(gate) == nil)
    }
}
