import Model
import TestSupport
import Testing

@testable import Service

/// Security policies and further certificates from declaration to snapshot.
@Suite("Security policies and certificates of listeners")
struct SecurityPolicyChecksTests {
    private static let strict = "ELBSecurityPolicy-TLS13-1-3-2021-06"

    @Test("A policy is planned, served, stored, and the same the second time")
    func applied() async throws {
        let home = try TemporaryDirectory()
        let other = try DeclaredCertificates.shared.get().otherServer
        let wanted = try Declarations.edge().with {
            $0[listener: 0].sslPolicy = Self.strict
            $0[listener: 0].certificates.append(other)
        }
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(try Declarations.edge())
            let receipt = try await gate.apply(wanted)
            #expect(
                receipt.plan.lines.map(\.description) == [
                    "change listener edge-8443: additional certificates, "
                        + "sslPolicy ELBSecurityPolicy-TLS13-1-2-2021-06 -> \(Self.strict)"
                ]
            )
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        let served = try #require(gate.plane.running?.listeners.last?.tls)
        #expect(served.sslPolicy.name == Self.strict)
        #expect(served.additionalCertificates.map(\.privateKey) == [other.privateKey.text])
        #expect(try await gate.apply(wanted).plan.isEmpty)
        // A flip keeps both.
        _ = try await gate.flip("edge-8443", .off)
        let flipped = try #require(try await gate.listener("edge-8443"))
        #expect(flipped.sslPolicy?.name == Self.strict)
        #expect(flipped.additionalCertificateIDs.count == 1)
        // Taken away, certificate and key go.
        _ = try await gate.apply(try Declarations.edge())
        #expect(try await gate.service.view().configuration.certificates.count == 1)
        #expect(gate.plane.running?.listeners.last?.tls?.sslPolicy == .standard)
        await gate.service.stop(grace: .zero)
    }

    @Test(
        "A name that does not exist is refused with the nearest; what cannot be provided, with the reason",
        arguments: [
            ("ELBSecurityPolicy-TLS13-1-2-2021-6", "Did you mean \"ELBSecurityPolicy-TLS13-1-2-2021-06\"?"),
            ("ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", "FIPS"),
        ]
    )
    func refused(name: String, words: String) async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let wanted = try Declarations.edge().with { $0[listener: 0].sslPolicy = name }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.code == .sslPolicyNotFound)
        #expect(error?.subject == "loadBalancers[0].listeners[0].sslPolicy")
        #expect(error?.description.contains(words) == true)
        #expect(try await gate.service.view().generation == 1)
    }

    @Test("A flip to verify is refused where the policy allows TLS 1.0")
    func legacyFlip() async throws {
        let wanted = try Declarations.edge().with {
            $0[listener: 0].sslPolicy = "ELBSecurityPolicy-2016-08"
            $0[listener: 0].mutualAuthentication = DesiredMutualAuthentication(mode: .off)
        }
        let gate = try await TestGate.started(wanted)
        let error = await #expect(throws: OperatorError.self) {
            try await gate.service.setMutualAuthentication(
                MutualAuthenticationChange(listener: "edge-8443", mode: .verify),
                by: Declarations.author
            )
        }
        #expect(error?.code == .invalidConfigurationRequest)
        #expect(try await gate.listener("edge-8443")?.mutualAuthentication.mode == .off)
    }
}
