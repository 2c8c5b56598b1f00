import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Which changes leave connections standing, and which end them.
@Suite("Successions of policies", .ownThreads)
struct PolicySuccessionTests {
    private let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func tls(
        _ policy: ClientPolicy,
        names: [(String, ClientPolicy)] = [],
        sslPolicy: SecurityPolicy = .standard,
        http2: Bool = true,
        headers: IdentityHeaderSettings = .standard
    ) -> ServedTLS {
        ServedTLS(
            certificateChain: self.pki.server.chainPEM,
            privateKey: self.pki.server.privateKey,
            clientPolicy: policy,
            sslPolicy: sslPolicy,
            namePolicies: names.map { ServedNamePolicy(names: [$0], policy: $1) },
            offersHTTP2: http2,
            identityHeaders: headers
        )
    }

    private func standings(_ before: ServedTLS, _ after: ServedTLS) -> [PolicySuccession.Standing]? {
        PolicySuccession(from: 1, of: before, to: after).map { succession in
            (0..<3).map { succession.standing(ofPolicy: $0) }
        }
    }

    @Test("Verify after verify judges again; any other change of mode ends what was")
    func modes() {
        let (verify, lax) = (self.pki.verification(), self.pki.verification(ignoreExpiry: true))
        let named = self.tls(.off, names: [("a.test", verify)])
        #expect(self.standings(self.tls(verify), self.tls(lax)) == [.judgedAgain, .ended, .ended])
        #expect(
            self.standings(named, self.tls(.off, names: [("a.test", lax)])) == [.same, .judgedAgain, .ended]
        )
        #expect(
            self.standings(named, self.tls(.passthrough, names: [("a.test", verify)])) == [
                .ended, .same, .ended,
            ]
        )
        for (before, after) in [
            (ClientPolicy.off, verify), (.passthrough, verify), (verify, .off), (verify, .passthrough),
        ] {
            #expect(self.standings(self.tls(before), self.tls(after)) == [.ended, .ended, .ended])
        }
    }

    @Test("What was agreed on, what targets are told and whose names are whose must be the same")
    func others() throws {
        let (verify, lax) = (self.pki.verification(), self.pki.verification(ignoreExpiry: true))
        let before = self.tls(verify)
        let strict = try #require(SecurityPolicy.all.first { $0 != .standard })
        #expect(self.standings(before, self.tls(lax, sslPolicy: strict)) == nil)
        #expect(self.standings(before, self.tls(lax, http2: false)) == nil)
        #expect(
            self.standings(before, self.tls(lax, headers: IdentityHeaderSettings(sendsVerdict: true))) == nil
        )
        #expect(self.standings(before, self.tls(lax, names: [("a.test", .off)])) == nil)
        let two = self.tls(.off, names: [("a.test", verify), ("b.test", lax)])
        #expect(self.standings(two, self.tls(.off, names: [("b.test", verify), ("a.test", lax)])) == nil)
        // Two names' policies that become one are counted otherwise than before.
        #expect(self.standings(two, self.tls(.off, names: [("a.test", lax), ("b.test", lax)])) == nil)
    }
}
