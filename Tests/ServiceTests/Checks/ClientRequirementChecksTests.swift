import Model
import TestSupport
import Testing

@testable import Service

/// What `verify` asks beyond ALB, and how targets are told, from declaration to snapshot and back.
@Suite("Client requirements and identity headers")
struct ClientRequirementChecksTests {
    private static let requirements = ClientRequirements(
        clientCertificate: .observed,
        identityFilters: [IdentityFilter(field: .dnsName, values: ["*.plant.test", "a.test"])],
        pinnedCertificates: [String(repeating: "ab", count: 32)]
    )
    private static let headers = IdentityHeaderSettings(
        forms: [.xfcc],
        sendsVerdict: true,
        names: [.tlsVersion: "X-Tls"]
    )

    private static func wanted() throws -> DesiredConfiguration {
        try Declarations.edge().with { desired in
            desired[listener: 0].mutualAuthentication.requirements = Self.requirements
            desired[listener: 0].identityHeaders = Self.headers
        }
    }

    @Test("They are told, served and kept, through flips and a restart")
    func applied() async throws {
        let home = try TemporaryDirectory()
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(Declarations.edge())
            let told = try await gate.apply(Self.wanted()).plan.lines.map(\.description)
            #expect(
                told == [
                    "change listener edge-8443: clientCertificate required -> observed, "
                        + "identityFilters (san-dns *.plant.test or a.test), pinnedCertificates 0 -> 1, "
                        + "identityHeaders alb -> xfcc, verdict, X-Amzn-Tls-Version as X-Tls"
                ]
            )
            // Forgetting them would let everybody in when the listener verifies again.
            _ = try await gate.flip("edge-8443", .off)
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        _ = try await gate.flip("edge-8443", .verify)
        let tls = try #require(gate.plane.running?.listeners.first { $0.name == "edge-8443" }?.tls)
        guard case .verify(let verification) = tls.clientPolicy else {
            Issue.record("the listener does not verify")
            return
        }
        #expect(verification.requirements == Self.requirements)
        #expect(tls.identityHeaders == Self.headers)
        #expect(try await gate.apply(Self.wanted()).plan.isEmpty)

        var change = MutualAuthenticationChange(listener: "edge-8443", mode: .verify)
        change.clientCertificate = .required
        change.identityFilters = []
        _ = try await gate.service.setMutualAuthentication(change, by: Declarations.author)
        let flipped = try await gate.listener("edge-8443")?.mutualAuthentication
        #expect(flipped?.requirements.clientCertificate == .required)
        #expect(flipped?.requirements.identityFilters == [])
        #expect(flipped?.requirements.pinnedCertificates == Self.requirements.pinnedCertificates)
        await gate.service.stop(grace: .zero)
    }

    @Test("What cannot be is refused with its field, and changes nothing")
    func refused() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        func subject(_ change: (inout DesiredListener) -> Void) async throws -> String? {
            let desired = try Declarations.edge().with { change(&$0[listener: 0]) }
            let error = await #expect(throws: OperatorError.self) { try await gate.apply(desired) }
            return error?.subject.replacing("loadBalancers[0].listeners[0].", with: "")
        }
        let filter = IdentityFilter(field: .spiffeID, values: ["plant.test/*"])
        #expect(
            try await subject {
                $0.mutualAuthentication.requirements = ClientRequirements(identityFilters: [filter])
            }
                == "mutualAuthentication.identityFilters[0].values[0]"
        )
        #expect(
            try await subject {
                $0.mutualAuthentication.requirements = ClientRequirements(pinnedCertificates: ["ab"])
            } == "mutualAuthentication.pinnedCertificates[0]"
        )
        #expect(
            try await subject {
                $0.mutualAuthentication = DesiredMutualAuthentication(
                    mode: .passthrough,
                    requirements: .standard
                )
            } == "mutualAuthentication.clientCertificate"
        )
        #expect(
            try await subject { $0.identityHeaders = IdentityHeaderSettings(names: [.leaf: "Host"]) }
                == "attributes.\(NamedHeader.leaf.rawValue)"
        )
        var change = MutualAuthenticationChange(listener: "edge-8443", mode: .passthrough)
        change.clientCertificate = .optional
        let flip = change
        await #expect(throws: OperatorError.self) {
            try await gate.service.setMutualAuthentication(flip, by: Declarations.author)
        }
        #expect(try await gate.listener("edge-8443")?.mutualAuthentication.requirements == .standard)
    }
}
