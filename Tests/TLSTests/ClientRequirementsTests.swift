import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// What `verify` may be told beyond ALB: whom it asks, whom it only watches, whom it wants.
@Suite("Client requirements", .ownThreads)
struct ClientRequirementsTests {
    let bench: Bench

    init() throws {
        self.bench = try Bench()
    }

    private var pki: TestPKI { self.bench.pki }

    private func policy(
        _ enforcement: ClientRequirements.Enforcement = .required,
        filters: [IdentityFilter] = [],
        pins: [String] = []
    ) -> ClientPolicy {
        self.pki.verification(
            requirements: ClientRequirements(
                clientCertificate: enforcement,
                identityFilters: filters,
                pinnedCertificates: pins
            )
        )
    }

    private func outcome(
        _ certificate: IssuedCertificate?,
        _ policy: ClientPolicy,
        _ version: ClientContext.Version = .tls13
    ) throws -> (outcome: HandshakeOutcome?, verification: ClientVerification) {
        let talk = try self.bench.outcome(of: certificate, version, policy)
        return (talk.outcome, talk.server.facts().verification)
    }

    private func client(
        commonName: String = "press-4",
        unit: String? = nil,
        names: CertificateRequest.Extension? = nil
    ) throws -> IssuedCertificate {
        var request = self.pki.request(commonName: commonName)
        if let unit { request.subject.append(NameAttribute("OU", unit)) }
        if let names { request.extraExtensions = [names] }
        return try self.pki.root.issue(request)
    }

    // MARK: Enforcement

    @Test(
        "Optional lets in who has no certificate, as nobody, and nobody with one that does not verify",
        arguments: Bench.versions
    )
    func optional(version: ClientContext.Version) throws {
        let policy = self.policy(.optional)
        let none = try self.outcome(nil, policy, version)
        #expect(none.outcome == .success && none.verification == .absent)
        let valid = try self.outcome(self.pki.client(.valid), policy, version)
        #expect(valid.outcome == .success && valid.verification == .verified)
        for kind in [TestPKI.Client.unknownCA, .expired, .selfSigned, .serverOnlyEKU, .rsa1024] {
            let bad = try self.outcome(self.pki.client(kind), policy, version)
            #expect(bad.outcome?.refusal != nil, "\(kind)")
            #expect(bad.verification == .none)
        }
    }

    @Test(
        "Observed lets everybody through, and says of each what it would have been refused for",
        arguments: Bench.versions
    )
    func observed(version: ClientContext.Version) throws {
        let policy = self.policy(.observed, filters: [IdentityFilter(field: .subjectCN, values: ["valid"])])
        let none = try self.outcome(nil, policy, version)
        #expect(none.outcome == .success && none.verification == .absent)
        let valid = try self.outcome(self.pki.client(.valid), policy, version)
        #expect(valid.outcome == .success && valid.verification == .verified)
        for (kind, reason) in [
            (.unknownCA, .untrusted), (.expired, .expired), (.serverOnlyEKU, .purposeInvalid),
            (.ed25519, .typeUnsupported), (.rsa2048, .rejected),
        ] as [(TestPKI.Client, RefusalReason)] {
            let bad = try self.outcome(self.pki.client(kind), policy, version)
            #expect(bad.outcome == .success, "\(kind)")
            #expect(bad.verification == .refused(reason), "\(kind)")
        }
    }

    @Test("Required is what it was: nobody without a certificate", arguments: Bench.versions)
    func required(version: ClientContext.Version) throws {
        #expect(try self.outcome(nil, self.policy(), version).outcome == .failed(.noCertificate))
        #expect(try self.outcome(self.pki.client(.valid), self.policy(), version).verification == .verified)
    }

    /// A cache belongs to one material; here it is offered to another on purpose.
    @Test("Who was let in without filters is judged again where there are some")
    func rememberedElsewhere() throws {
        func material(_ policy: ClientPolicy) throws -> ServerMaterial {
            try ServerMaterial(
                self.pki.served(policy),
                listenerID: ResourceID(bits: 1),
                policyGeneration: 1
            )
        }
        let open = try material(self.policy())
        let strict = try material(
            self.policy(filters: [IdentityFilter(field: .subjectCN, values: ["other"])])
        )
        let cache = VerdictCache(for: open)
        let context = try self.bench.client(self.pki.client(.valid), .tls13)
        #expect(try Conversation(context, ServerContext(open), verdicts: cache).run() == .success)
        #expect(cache.count == 1)
        for _ in 0..<2 {
            let talk = try Conversation(
                context,
                ServerContext(strict),
                allVerdicts: [cache, VerdictCache(for: strict)]
            )
            #expect(talk.run() == .refused(.rejected))
        }
    }

    // MARK: Filters and pins

    @Test(
        "One filter that matches is enough; none is ClientCertRejected, after trust and dates",
        arguments: Bench.versions
    )
    func filters(version: ClientContext.Version) throws {
        let filters = [
            IdentityFilter(field: .subjectCN, values: ["press-*", "lathe-1"]),
            IdentityFilter(field: .dnsName, values: ["*.plant.test"]),
        ]
        let policy = self.policy(filters: filters)
        let byName = try self.client(commonName: "press-4")
        let byDNS = try self.client(
            commonName: "x",
            names: GeneralNames.alternativeName(GeneralNames.dns("a.plant.test"))
        )
        let stranger = try self.client(commonName: "mill-1")
        #expect(try self.outcome(byName, policy, version).outcome == .success)
        #expect(try self.outcome(byDNS, policy, version).outcome == .success)
        #expect(try self.outcome(stranger, policy, version).outcome == .refused(.rejected))
        #expect(try self.outcome(self.pki.client(.expired), policy, version).outcome == .refused(.expired))
        #expect(
            try self.outcome(self.pki.client(.unknownCA), policy, version).outcome == .refused(.untrusted)
        )
    }

    @Test("A name matches by its own kind only, byte for byte, and never up to a NUL")
    func kinds() throws {
        let text = "admin.plant.test"
        func accepted(_ filter: IdentityFilter, _ certificate: IssuedCertificate) throws -> Bool {
            try self.outcome(certificate, self.policy(filters: [filter])).outcome == .success
        }
        let byKind: [(IdentityFilter.Field, IssuedCertificate)] = [
            (.subjectCN, try self.client(commonName: text)),
            (.subjectOU, try self.client(unit: text)),
            (.dnsName, try self.client(names: GeneralNames.alternativeName(GeneralNames.dns(text)))),
            (.uri, try self.client(names: GeneralNames.alternativeName(GeneralNames.uri(text)))),
        ]
        for (field, _) in byKind {
            for (kind, certificate) in byKind {
                let filter = IdentityFilter(field: field, values: [text])
                #expect(try accepted(filter, certificate) == (field == kind), "\(field) \(kind)")
            }
        }
        let other = try self.client(names: GeneralNames.alternativeName(GeneralNames.other(text)))
        for hostile in [
            try self.client(commonName: text + "\u{0}.evil.test"), other,
            try self.client(commonName: text.uppercased()),
            try self.client(names: GeneralNames.alternativeName(GeneralNames.dns(text + "\u{0}.evil.test"))),
            try self.client(names: GeneralNames.alternativeName(GeneralNames.uri(text + "\u{0}"))),
            try self.client(names: GeneralNames.alternativeName(GeneralNames.other(text + "\u{0}"))),
        ] {
            for field in [IdentityFilter.Field.subjectCN, .dnsName, .uri] {
                let exact = IdentityFilter(field: field, values: [text])
                #expect(try !accepted(exact, hostile))
            }
            // Not even a wildcard swallows a NUL.
            let open = IdentityFilter(field: .dnsName, values: ["admin.*"])
            #expect(try !accepted(open, hostile))
        }
    }

    @Test("A SPIFFE id is the only URI there is")
    func spiffe() throws {
        let id = "spiffe://plant.test/press/4"
        let policy = self.policy(
            filters: [IdentityFilter(field: .spiffeID, values: ["spiffe://plant.test/press/*"])]
        )
        func outcome(_ names: [UInt8]...) throws -> HandshakeOutcome? {
            let names = GeneralNames.alternativeName(names.flatMap { $0 })
            return try self.outcome(self.client(names: names), policy).outcome
        }
        #expect(try outcome(GeneralNames.uri(id)) == .success)
        #expect(try outcome(GeneralNames.uri(id), GeneralNames.dns("a.test")) == .success)
        #expect(
            try outcome(GeneralNames.uri(id), GeneralNames.uri("spiffe://plant.test/root"))
                == .refused(.rejected)
        )
        #expect(try outcome(GeneralNames.uri(id), GeneralNames.uri("\u{0}")) == .refused(.rejected))
        #expect(try outcome(GeneralNames.dns(id)) == .refused(.rejected))
        #expect(try outcome(GeneralNames.uri("https://plant.test/press/4")) == .refused(.rejected))
    }

    @Test("Only pinned leaves get in, and a pin does not stand in for trust", arguments: Bench.versions)
    func pins(version: ClientContext.Version) throws {
        func pin(_ certificate: IssuedCertificate) throws -> String {
            let block = try #require(try PEM.blocks(in: certificate.certificatePEM, between: .anyText).first)
            return CertificateReader.sha256Hex(block.der)
        }
        let one = try self.pki.client(.valid)
        let other = try self.pki.client(.valid)
        let stranger = try self.pki.client(.unknownCA)
        let policy = self.policy(pins: [try pin(one), try pin(stranger)])
        #expect(try self.outcome(one, policy, version).outcome == .success)
        #expect(try self.outcome(other, policy, version).outcome == .refused(.rejected))
        #expect(try self.outcome(stranger, policy, version).outcome == .refused(.untrusted))
        // Both are asked where both are set.
        let both = self.policy(
            filters: [IdentityFilter(field: .subjectCN, values: ["nobody"])],
            pins: [try pin(one)]
        )
        #expect(try self.outcome(one, both, version).outcome == .refused(.rejected))
    }
}
