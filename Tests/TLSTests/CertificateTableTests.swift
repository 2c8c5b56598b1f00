import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Which certificate a server name is answered with.
@Suite("Certificates by server name", .ownThreads)
struct CertificateTableTests {
    private let bench: Bench
    private let others: [IssuedCertificate]

    /// Positions: 0 localhost, 1 shop, 2 any of example.com, 3 shop with RSA, 4 shop once more.
    init() throws {
        self.bench = try Bench()
        let pki = self.bench.pki
        self.others = [
            try pki.server(names: ["shop.example.com"]),
            try pki.server(names: ["*.Example.com", "example.com"]),
            try pki.server(names: ["shop.example.com"], keyKind: .rsa(bits: 2048)),
            try pki.server(names: ["shop.example.com"]),
        ]
    }

    private func context(_ policy: ClientPolicy = .off) throws -> ServerContext {
        try ServerContext(
            ServerMaterial(
                self.bench.pki.served(policy, additional: self.others),
                listenerID: ResourceID(bits: 1),
                policyGeneration: 1
            )
        )
    }

    struct Asked: Sendable {
        let name: String?
        let certificate: Int
        let isMatch: Bool

        init(_ name: String?, _ certificate: Int, _ isMatch: Bool) {
            self.name = name
            self.certificate = certificate
            self.isMatch = isMatch
        }
    }

    @Test(
        "The very name comes before a wildcard, a wildcard before the default",
        arguments: [
            Asked(nil, 0, false), Asked("localhost", 0, true), Asked("shop.example.com", 1, true),
            Asked("SHOP.Example.COM", 1, true), Asked("shop.example.com.", 1, true),
            Asked("blog.example.com", 2, true), Asked("example.com", 2, true),
            Asked("a.blog.example.com", 0, false), Asked(".example.com", 0, false), Asked("com", 0, false),
            Asked("*.example.com", 2, true), Asked("other.test", 0, false),
            Asked("shop.example.org", 0, false),
            Asked("xshop.example.com", 2, true), Asked("example.com.example.org", 0, false),
        ],
        Bench.versions
    )
    func choice(asked: Asked, version: ClientContext.Version) throws {
        let client = try ClientContext(versions: version...version)
        let talk = try Conversation(client, try self.context(), serverName: asked.name)
        #expect(talk.run() == .success)
        #expect(talk.server.facts().certificate == asked.certificate)
        #expect(talk.server.facts().isNameMatched == asked.isMatch)
    }

    @Test("A client that checks names is content", arguments: Bench.versions)
    func checkedByClient(version: ClientContext.Version) throws {
        let client = try self.bench.client(nil, version)
        for name in ["localhost", "shop.example.com", "blog.example.com"] {
            let talk = try Conversation(client, try self.context(), serverName: name)
            #expect(talk.run() == .success, "\(name)")
        }
        let talk = try Conversation(client, try self.context(), serverName: "other.test")
        #expect(talk.run() != .success)
    }

    @Test("Of ECDSA and RSA for one name the client gets what it can use")
    func kinds() throws {
        for (suite, position) in [("ECDHE-ECDSA-AES128-GCM-SHA256", 1), ("ECDHE-RSA-AES128-GCM-SHA256", 3)] {
            var offer = ClientContext.Offer()
            offer.tls12Suites = suite
            let talk = try Conversation(
                try self.bench.client(nil, .tls12, offer: offer),
                try self.context(),
                serverName: "shop.example.com"
            )
            #expect(talk.run() == .success)
            #expect(talk.server.facts().certificate == position)
        }
        // For a name that only an ECDSA certificate carries, RSA is not borrowed from elsewhere.
        var offer = ClientContext.Offer()
        offer.tls12Suites = "ECDHE-RSA-AES128-GCM-SHA256"
        let client = try self.bench.client(nil, .tls12, offer: offer)
        let talk = try Conversation(client, try self.context(), serverName: "blog.example.com")
        #expect(talk.run() == .failed(.cipher))
    }

    /// The name chooses a certificate of the server, never how clients are judged.
    @Test(
        "Whatever the name, clients are judged by the listener's policy",
        arguments: ["localhost", "shop.example.com", "blog.example.com", "other.test"],
        Bench.versions
    )
    func judged(name: String, version: ClientContext.Version) throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        func outcome(_ kind: TestPKI.Client?) throws -> HandshakeOutcome? {
            let certificate = try kind.map { try self.bench.pki.client($0) }
            let client = try ClientContext(
                certificateChainPEM: certificate?.chainPEM,
                privateKey: certificate?.privateKey,
                versions: version...version
            )
            return try Conversation(client, context, serverName: name, verdicts: verdicts).run()
        }
        #expect(try outcome(.valid) == .success)
        #expect(try outcome(.unknownCA) == .refused(.untrusted))
        #expect(try outcome(.expired) == .refused(.expired))
        #expect(try outcome(nil) == .failed(.noCertificate))
    }

    @Test("Names are those of the alternative names, in lower case")
    func names() throws {
        let certificate = try self.bench.pki.server(names: ["B.example.com", "*.example.com"])
        let file = FileContents(path: "server.pem", text: certificate.chainPEM)
        #expect(CertificateReader.serverNames(file) == ["b.example.com", "*.example.com"])
        let nameless = try self.bench.pki.client(.valid)
        let other = FileContents(path: "nameless.pem", text: nameless.chainPEM)
        #expect(CertificateReader.serverNames(other) == [])
    }
}
