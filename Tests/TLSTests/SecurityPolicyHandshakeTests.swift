import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Real handshakes under each security policy: its versions and its suites, and no others.
@Suite("Handshakes by security policy", .ownThreads)
struct SecurityPolicyHandshakeTests {
    private let bench: Bench
    private let rsa: IssuedCertificate

    init() throws {
        self.bench = try Bench()
        self.rsa = try self.bench.pki.server(names: ["localhost"], keyKind: .rsa(bits: 2048))
    }

    static let provided = SecurityPolicy.all.filter { (try? PolicySupport.check($0)) != nil }

    private func server(_ policy: SecurityPolicy, _ clients: ClientPolicy = .off) throws -> ServerContext {
        try ServerContext(
            ServerMaterial(
                self.bench.pki.served(clients, sslPolicy: policy, additional: [self.rsa]),
                listenerID: ResourceID(bits: 1),
                policyGeneration: 1
            )
        )
    }

    private func connect(
        _ server: ServerContext,
        _ version: ClientContext.Version,
        suite: String? = nil
    ) throws -> Conversation {
        var offer = ClientContext.Offer()
        offer.tls12Suites = suite
        let talk = try Conversation(
            try ClientContext(
                trustedRootPEM: self.bench.pki.root.certificatePEM,
                versions: version...version,
                offer: offer
            ),
            server
        )
        talk.run()
        return talk
    }

    @Test("Everything without special needs can be provided")
    func support() {
        #expect(Self.provided.count >= SecurityPolicy.all.filter { $0.requirement == nil }.count)
    }

    @Test("A policy negotiates its versions and no other", arguments: Self.provided)
    func versions(policy: SecurityPolicy) throws {
        let server = try self.server(policy)
        let all: [(ClientContext.Version, SecurityPolicy.Version)] = [
            (.tls10, .tls10), (.tls11, .tls11), (.tls12, .tls12), (.tls13, .tls13),
        ]
        for (client, version) in all {
            let suite = client < .tls12 ? "ALL:@SECLEVEL=0" : nil
            let talk = try self.connect(server, client, suite: suite)
            if policy.versions.contains(version) {
                #expect(talk.outcome == .success, "\(version)")
                #expect(talk.server.facts().version == version.rawValue)
            } else {
                #expect(talk.outcome == .failed(.protocolVersion), "\(version)")
            }
        }
    }

    @Test(
        "A policy negotiates its suites and no other",
        arguments: Self.provided.filter { $0.versions.contains(.tls12) }
    )
    func suites(policy: SecurityPolicy) throws {
        let server = try self.server(policy)
        let all = SecurityPolicy.named("ELBSecurityPolicy-TLS13-1-0-2021-06")?.olderCiphers ?? []
        #expect(all.count == 18)
        for suite in all + ["ECDHE-RSA-CHACHA20-POLY1305", "CAMELLIA128-SHA"] {
            let talk = try self.connect(server, .tls12, suite: suite)
            if policy.olderCiphers.contains(suite) {
                #expect(talk.outcome == .success, "\(suite)")
                #expect(talk.server.facts().cipher == suite)
            } else {
                #expect(talk.outcome == .failed(.cipher), "\(suite)")
            }
        }
    }

    @Test(
        "What this library cannot provide is refused with the reason",
        arguments: SecurityPolicy.all.filter { policy in !Self.provided.contains(policy) }
    )
    func unsupported(policy: SecurityPolicy) throws {
        let error = #expect(throws: OperatorError.self) { try PolicySupport.check(policy) }
        #expect(error?.code == .sslPolicyNotFound)
        #expect(error?.message.contains(policy.name) == true)
        #expect(error?.message.contains(policy.requirement == .fips ? "FIPS" : "ML-KEM") == true)
        #expect(throws: OperatorError.self) { _ = try self.server(policy) }
    }

    @Test(
        "TLS 1.0 and 1.1 are not served where clients show certificates",
        arguments: Self.provided.filter(\.allowsLegacyVersions)
    )
    func legacy(policy: SecurityPolicy) throws {
        for clients in [ClientPolicy.passthrough, self.bench.pki.verification()] {
            let error = #expect(throws: OperatorError.self) { _ = try self.server(policy, clients) }
            #expect(error?.code == .invalidConfigurationRequest)
        }
    }

    @Test(
        "Clients are verified under every other policy",
        arguments: Self.provided.filter { !$0.allowsLegacyVersions }
    )
    func verify(policy: SecurityPolicy) throws {
        let server = try self.server(policy, self.bench.pki.verification())
        let version: ClientContext.Version = policy.versions.upperBound == .tls13 ? .tls13 : .tls12
        for (kind, outcome) in [
            (TestPKI.Client.valid, HandshakeOutcome.success), (.unknownCA, .refused(.untrusted)),
        ] {
            let certificate = try self.bench.pki.client(kind)
            let talk = try Conversation(try self.bench.client(certificate, version), server)
            #expect(talk.run() == outcome)
        }
    }
}
