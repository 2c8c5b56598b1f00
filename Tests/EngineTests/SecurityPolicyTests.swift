import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// A listener's security policy and certificates as clients of the running engine meet them.
@Suite("Security policies of a running listener", .ownThreads)
struct SecurityPolicyTests {
    private let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func listener(
        _ policy: String,
        additional: [IssuedCertificate] = [],
        like other: ServedListener? = nil
    ) throws -> ServedListener {
        .test(
            id: other?.id ?? .random(),
            tls: self.pki.served(
                .off,
                sslPolicy: try #require(SecurityPolicy.named("ELBSecurityPolicy-\(policy)")),
                additional: additional
            ),
            action: try .fixed("through")
        )
    }

    @Test("Another policy is another: idle connections of the one before are closed")
    func flip() async throws {
        let engine = RunningEngine()
        let before = try self.listener("TLS-1-2-2017-01")
        try await engine.run([before])
        let client = try SecureClient(to: engine.endpoint(before), context: self.pki.context(nil))
        #expect(try client.get()?.body == "through")
        #expect(client.connection.version == "TLSv1.2")
        let after = try self.listener("TLS13-1-3-2021-06", like: before)
        try await engine.run([after])
        #expect((try? client.get()) == nil)
        let next = try SecureClient(to: engine.endpoint(after), context: self.pki.context(nil))
        #expect(try next.get()?.body == "through")
        #expect(next.connection.version == "TLSv1.3")
        await engine.stop()
    }

    @Test("Another certificate is no new policy: idle connections stay")
    func certificate() async throws {
        let engine = RunningEngine()
        let before = try self.listener("TLS13-1-2-2021-06")
        try await engine.run([before])
        let client = try SecureClient(to: engine.endpoint(before), context: self.pki.context(nil))
        #expect(try client.get()?.body == "through")
        let shop = try self.pki.server(names: ["shop.example.com"])
        let after = try self.listener("TLS13-1-2-2021-06", additional: [shop], like: before)
        try await engine.run([after])
        #expect(try client.get()?.body == "through")
        let next = try SecureClient(
            to: engine.endpoint(after),
            context: self.pki.context(nil),
            serverName: "shop.example.com"
        )
        #expect(try next.get()?.body == "through")
        await engine.stop()
    }

    /// `openssl s_client` is a client not of our making.
    @Test("openssl sees the versions of the policy and the certificate of the name")
    func openssl() async throws {
        let shop = try self.pki.server(names: ["shop.example.com"])
        let files = try TemporaryDirectory()
        let root = try files.write(self.pki.root.certificatePEM, to: "root.pem")
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener("TLS13-1-1-2021-06", additional: [shop])
        try await engine.run([listener])
        let address = try engine.endpoint(listener).description
        func client(_ name: String, _ options: String...) async throws -> ToolResult {
            try await runTool(
                "openssl",
                ["s_client", "-connect", address, "-CAfile", root, "-servername", name]
                    + ["-verify_hostname", name, "-verify_return_error", "-brief"] + options
            )
        }
        for (option, version) in [("-tls1_1", "TLSv1.1"), ("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
            for name in ["localhost", "shop.example.com"] {
                let result = try await client(name, option, "-cipher", "DEFAULT@SECLEVEL=0")
                #expect(result.standardError.contains("Protocol version: \(version)"), "\(option) \(name)")
                #expect(result.standardError.contains("Verification: OK"))
                #expect(result.standardError.contains("Verified peername: \(name)"))
            }
        }
        let refused = try await client("localhost", "-tls1", "-cipher", "DEFAULT@SECLEVEL=0")
        #expect(refused.status != 0)
        #expect(try await client("other.test", "-tls1_3").status != 0)
        await engine.stop()
    }
}
