import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// How certificates are written in logs and headers (`alb-mtls` 1.3), also those made to confuse.
@Suite("Certificate facts", .ownThreads)
struct FactsReaderTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func facts(_ request: CertificateRequest) throws -> CertificateFacts {
        let pem = try self.pki.root.issue(request).certificatePEM
        let der = try #require(try PEM.blocks(in: pem, between: .anyText).first).der
        let certificate = try #require(Certificate(der: der))
        return try #require(FactsReader.facts(of: certificate, der: der))
    }

    @Test(
        "Names are RFC 2253, 7-bit, and never cut short",
        arguments: [
            ("sensor-7", "CN=sensor-7"), ("Müller", "CN=M\\C3\\BCller"), ("a\u{0}b", "CN=a\\00b"),
            ("a,b+c\"d\\e;f<g>", "CN=a\\,b\\+c\\\"d\\\\e\\;f\\<g\\>"), (" lead", "CN=\\ lead"),
            ("line\r\nbreak", "CN=line\\0D\\0Abreak"), ("#hash", "CN=\\#hash"),
        ]
    )
    func names(commonName: String, text: String) throws {
        let request = CertificateRequest(
            commonName: commonName,
            notBefore: self.pki.now,
            notAfter: TestPKI.days(1, from: self.pki.now)
        )
        let facts = try self.facts(request)
        #expect(facts.subject == text)
        #expect(facts.issuer == "CN=Test Root,O=Umbra Works,C=DE")
        #expect(facts.subject.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    }

    @Test(
        "Serial numbers are pairs of upper-case digits",
        arguments: [
            ([0x04, 0x13], "0413"), ([0x00, 0xFE, 0xF2], "FEF2"), ([0x02], "02"), ([0x00], "00"),
            ([0xFB], "-05"),
        ] as [([UInt8], String)]
    )
    func serialNumbers(content: [UInt8], text: String) throws {
        var request = self.pki.request(commonName: "serial")
        request.serialNumber = content
        #expect(try self.facts(request).serialNumber == text)
    }

    @Test("Dates before 1970 and after 2049 are read")
    func dates() throws {
        var request = self.pki.request(commonName: "dates")
        request.notBefore = Timestamp(year: 1955, month: 2, day: 3, hour: 4, minute: 5, second: 6)
        request.notAfter = Timestamp(year: 2999, month: 12, day: 31, hour: 23, minute: 59, second: 59)
        #expect(
            try self.facts(request).validity == "NotBefore=1955-02-03T04:05:06Z;NotAfter=2999-12-31T23:59:59Z"
        )
    }

    @Test(
        "Keys are described for people",
        arguments: [
            (KeyKind.p256, "P-256"), (.p384, "P-384"), (.p521, "P-521"), (.secp256k1, "secp256k1"),
            (.rsa(bits: 1024), "RSA 1024"), (.ed25519, "Ed25519"),
        ]
    )
    func keys(kind: KeyKind, description: String) throws {
        var request = self.pki.request(commonName: "key")
        request.keyKind = kind
        #expect(try self.facts(request).keyDescription == description)
    }

    /// The program whose words everybody compares with.
    @Test("What openssl prints is what the facts say")
    func agreesWithOpenSSL() async throws {
        let certificate = try self.pki.client(.valid)
        let directory = try TemporaryDirectory()
        let paths = try directory.write(certificate, named: "client")
        let printed = try await runTool(
            "openssl",
            [
                "x509", "-in", paths.certificate, "-noout", "-subject", "-issuer", "-serial", "-fingerprint",
                "-sha256", "-nameopt", "RFC2253",
            ]
        )
        let der = try #require(try PEM.blocks(in: certificate.certificatePEM, between: .anyText).first).der
        let decoded = try #require(Certificate(der: der))
        let facts = try #require(FactsReader.facts(of: decoded, der: der))
        let lines = printed.standardOutput.split(separator: "\n").map(String.init)
        #expect(lines.contains("subject=\(facts.subject)"))
        #expect(lines.contains("issuer=\(facts.issuer)"))
        #expect(lines.contains("serial=\(facts.serialNumber)"))
        let fingerprint = lines.last?.split(separator: "=").last?.lowercased().filter { $0 != ":" }
        #expect(fingerprint == facts.fingerprint)
    }
}
