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

    private func standings(
        _ before: ServedTLS,
        _ after: ServedTLS,
        for names: [String?] = [nil, nil, nil],
        isTunnel: Bool = false
    ) -> [PolicySuccession.Standing]? {
        PolicySuccession(from: 1, of: before, to: after).map { succession in
            names.enumerated().map { succession.standing(ofPolicy: $0, for: $1, isTunnel: isTunnel) }
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

    @Test("What was agreed on and what targets are told must be the same")
    func others() throws {
        let (verify, lax) = (self.pki.verification(), self.pki.verification(ignoreExpiry: true))
        let before = self.tls(verify)
        let strict = try #require(SecurityPolicy.all.first { $0 != .standard })
        #expect(self.standings(before, self.tls(lax, sslPolicy: strict)) == nil)
        #expect(self.standings(before, self.tls(lax, http2: false)) == nil)
        #expect(
            self.standings(before, self.tls(lax, headers: IdentityHeaderSettings(sendsVerdict: true))) == nil
        )
    }

    @Test("A name that goes over to another policy ends those that came for it, and no other")
    func movedNames() {
        let verify = self.pki.verification()
        let open = self.tls(
            .off,
            names: [("a.test", verify), ("b.test", verify), ("*.w.test", .passthrough)]
        )
        let names: [String?] = ["x.test", "a.test", "z.w.test"]
        // b.test is asked of nobody: who came for a.test stays, and so does everybody else.
        let flipped = self.tls(
            .off,
            names: [("a.test", verify), ("*.w.test", .passthrough), ("b.test", .off)]
        )
        #expect(self.standings(open, flipped, for: names) == [.same, .same, .same])
        #expect(
            self.standings(open, flipped, for: ["x.test", "b.test", "z.w.test"]) == [.same, .ended, .same]
        )
        // A name that had no policy: whoever came for it without being asked ends, spelt however.
        let taken = self.tls(
            .off,
            names: [("a.test", verify), ("*.w.test", .passthrough), ("x.test", verify)]
        )
        let before = self.tls(.off, names: [("a.test", verify), ("*.w.test", .passthrough)])
        for name in ["x.test", "X.Test."] {
            #expect(self.standings(before, taken, for: [name, "a.test", "z.w.test"])?.first == .ended)
        }
        #expect(
            self.standings(before, taken, for: ["y.test", "a.test", "z.w.test"]) == [.same, .same, .same]
        )
        // One name of a wildcard.
        let carved = self.tls(
            .off,
            names: [("a.test", verify), ("*.w.test", .passthrough), ("z.w.test", verify)]
        )
        #expect(self.standings(before, carved, for: names) == [.same, .same, .ended])
        #expect(self.standings(before, carved, for: ["x.test", "a.test", "q.w.test"])?.last == .same)
    }

    /// What a tunnel carries is for a host that is asked about once, and may be another than the client's.
    @Test("A tunnel ends with any name that leaves its policy")
    func tunnels() {
        let verify = self.pki.verification()
        let before = self.tls(.off, names: [("a.test", verify)])
        let after = self.tls(.off, names: [("a.test", verify), ("x.test", verify)])
        let names: [String?] = ["y.test", "a.test"]
        #expect(self.standings(before, after, for: names) == [.same, .same])
        #expect(self.standings(before, after, for: names, isTunnel: true) == [.ended, .same])
    }

    @Test("Policies that change places end whoever came for their names")
    func exchanged() {
        let (verify, lax) = (self.pki.verification(), self.pki.verification(ignoreExpiry: true))
        let two = self.tls(.off, names: [("a.test", verify), ("b.test", lax)])
        let names: [String?] = [nil, "a.test", "b.test"]
        let exchanged = self.tls(.off, names: [("a.test", lax), ("b.test", verify)])
        #expect(self.standings(two, exchanged, for: names) == [.same, .judgedAgain, .judgedAgain])
        let reordered = self.tls(.off, names: [("b.test", lax), ("a.test", verify)])
        #expect(self.standings(two, reordered, for: names) == [.same, .ended, .ended])
        // Two that become one: who had the second place has none.
        let one = self.tls(.off, names: [("a.test", lax), ("b.test", lax)])
        #expect(self.standings(two, one, for: names) == [.same, .judgedAgain, .ended])
    }
}
