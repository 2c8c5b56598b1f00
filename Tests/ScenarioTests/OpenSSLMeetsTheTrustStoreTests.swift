import Foundation
import Model
import TLS
import TestSupport
import TestTraits
import Testing

/// What a trust store's settings look like to `openssl s_client`, in both versions of TLS.
@Suite("openssl s_client and the trust store", .ownThreads)
struct OpenSSLMeetsTheTrustStoreTests {
    let pki: TestPKI
    let files: TemporaryDirectory

    init() throws {
        self.pki = try TestPKI()
        self.files = try TemporaryDirectory()
    }

    /// One connection to a listener with a policy, with a request when the handshake was enough.
    private func connect(
        _ version: String,
        to policy: ClientPolicy,
        as client: IssuedCertificate
    ) async throws -> ToolResult {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(policy), action: try .fixed("through"))
        try await engine.run([listener])
        try self.files.write(client, named: "client")
        let result = try await runTool(
            "openssl",
            [
                "s_client", "-connect", "\(try engine.endpoint(listener))", version, "-ign_eof",
                "-cert_chain", self.files.file("client_cert.pem"),
                "-cert", self.files.file("client_cert.pem"), "-key", self.files.file("client_key.pem"),
            ],
            standardInput: "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        await engine.stop()
        return result
    }

    @Test(
        "The CertificateRequest names every CA of the bundle, or none",
        arguments: ["-tls1_2", "-tls1_3"]
    )
    func advertisedNames(version: String) async throws {
        let intermediate = try self.pki.intermediate("Plant B")
        let anchors = [self.pki.root.certificatePEM, intermediate.certificatePEM]
        let client = try self.pki.client(.valid)
        let named = try await self.connect(
            version,
            to: self.pki.verification(anchors: anchors, advertiseNames: true),
            as: client
        ).standardOutput
        let list = try #require(named.firstRange(of: "Acceptable client certificate CA names\n"))
        let lines = named[list.upperBound...].split(separator: "\n").prefix(2)
        #expect(lines == ["C = DE, O = Umbra Works, CN = Test Root", "CN = Plant B"])
        #expect(named.contains("through"))

        let unnamed = try await self.connect(
            version,
            to: self.pki.verification(anchors: anchors),
            as: client
        ).standardOutput
        #expect(unnamed.contains("No client certificate CA names sent"))
        #expect(unnamed.contains("through"))
    }

    @Test(
        "An expired leaf passes where its expiry is ignored, and only there",
        arguments: ["-tls1_2", "-tls1_3"]
    )
    func ignoredExpiry(version: String) async throws {
        let expired = try self.pki.client(.expired)
        let ignoring = self.pki.verification(ignoreExpiry: true)
        let overlooked = try await self.connect(version, to: ignoring, as: expired)
        #expect(overlooked.standardOutput.contains("through"), Comment(rawValue: overlooked.standardError))
        // certificate_expired (RFC 8446 6.2)
        let refused = try await self.connect(version, to: self.pki.verification(), as: expired)
        #expect(refused.standardError.contains("alert number 45"), Comment(rawValue: refused.standardError))
        // Neither an expired CA above a good leaf nor a leaf before its time is overlooked.
        let above = try await self.connect(
            version,
            to: ignoring,
            as: self.pki.client(.viaExpiredIntermediate)
        )
        #expect(above.standardError.contains("alert number 45"), Comment(rawValue: above.standardError))
        let early = try await self.connect(version, to: ignoring, as: self.pki.client(.notYetValid))
        #expect(early.standardError.contains("alert number 42"), Comment(rawValue: early.standardError))
    }

    @Test("An intermediate alone is an anchor", arguments: ["-tls1_2", "-tls1_3"])
    func intermediateAnchor(version: String) async throws {
        let intermediate = try self.pki.intermediate("Plant B")
        let policy = self.pki.verification(anchors: [intermediate.certificatePEM])
        let client = try intermediate.issue(self.pki.request(commonName: "sensor-7"))
        let admitted = try await self.connect(version, to: policy, as: client)
        #expect(admitted.standardOutput.contains("through"), Comment(rawValue: admitted.standardError))
        let other = try await self.connect(version, to: policy, as: self.pki.client(.valid))
        #expect(other.standardError.contains("alert number 48"), Comment(rawValue: other.standardError))
    }
}
