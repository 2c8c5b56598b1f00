import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// A server's certificate and key as an operator hands them in.
@Suite("Server certificates", .ownThreads)
struct CertificateReaderTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func read(_ chain: String, _ key: SecretText) throws(OperatorError) -> CertificateFacts {
        try CertificateReader.serverCertificate(
            chain: FileContents(path: "server.pem", text: chain),
            key: SecretFileContents(path: "server.key", text: key)
        )
    }

    private func server(_ kind: KeyKind = .p256, expired: Bool = false) throws -> IssuedCertificate {
        var request = self.pki.request(commonName: "localhost")
        request.keyKind = kind
        request.extendedKeyUsage = [.serverAuth]
        if expired {
            request.notBefore = TestPKI.days(-9, from: self.pki.now)
            request.notAfter = TestPKI.days(-2, from: self.pki.now)
        }
        return try self.pki.intermediate().issue(request)
    }

    @Test(
        "A chain and its key are accepted and described",
        arguments: [
            (KeyKind.p256, "P-256"), (.p384, "P-384"), (.p521, "P-521"), (.rsa(bits: 2048), "RSA 2048"),
        ]
    )
    func accepted(kind: KeyKind, description: String) throws {
        let server = try self.server(kind)
        let facts = try self.read("explanatory text\n\n" + server.chainPEM, server.privateKey)
        #expect(facts.subject == "CN=localhost,OU=Plant B,O=Umbra Works,C=DE")
        #expect(facts.issuer == "CN=Test Intermediate")
        #expect(facts.keyDescription == description)
        #expect(facts.notAfter == TestPKI.days(30, from: self.pki.now))
    }

    @Test("An expired certificate is accepted with its dates")
    func expired() throws {
        let server = try self.server(expired: true)
        #expect(try self.read(server.chainPEM, server.privateKey).notAfter < self.pki.now)
    }

    @Test("What cannot serve is refused by file and reason, and shows nothing of the key")
    func refused() throws {
        let server = try self.server()
        let (pem, key) = (server.chainPEM, server.privateKey)
        let other = try self.server()
        let blocks = pem.components(separatedAfter: "-----END CERTIFICATE-----\n")
        let ed25519 = try self.server(.ed25519)
        let weak = try self.server(.rsa(bits: 1024))
        let cases: [(String, SecretText, OperatorError.Code, String)] = [
            (pem, other.privateKey, .certificateKeyMismatch, "server.key"),
            ("", key, .invalidCertificate, "holds no certificate"),
            (key.revealed, key, .invalidCertificate, "holds a private key"),
            (pem + key.revealed, key, .invalidCertificate, "holds a private key"),
            (blocks.reversed().joined(), key, .invalidCertificate, "did not issue"),
            (other.certificatePEM + pem, key, .invalidCertificate, "did not issue"),
            (String(pem.dropLast(40)), key, .invalidCertificate, "does not end"),
            (ed25519.chainPEM, ed25519.privateKey, .invalidCertificate, "Ed25519"),
            (weak.chainPEM, weak.privateKey, .invalidCertificate, "RSA 1024"),
            (pem, SecretText(""), .invalidPrivateKey, "no private key"),
            (pem, SecretText(pem), .invalidPrivateKey, "no private key"),
            (pem, SecretText(String(key.revealed.dropLast(60))), .invalidPrivateKey, "server.key"),
            (
                pem,
                SecretText(
                    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"
                ),
                .invalidPrivateKey, "encrypted"
            ),
            (
                pem, SecretText("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"),
                .invalidPrivateKey, "cannot be read"
            ),
        ]
        for (chain, key, code, words) in cases {
            let error = #expect(throws: OperatorError.self) { try self.read(chain, key) }
            #expect(error?.code == code, "\(words): \(error?.description ?? "")")
            #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
            #expect(error?.hint != nil)
            let body = server.privateKey.revealed.split(separator: "\n").dropFirst().first ?? ""
            #expect(error?.description.contains(body) == false)
        }
    }

    @Test(
        "SHA-256 is that of FIPS 180",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ]
    )
    func digest(text: String, digest: String) {
        #expect(CertificateReader.sha256Hex(text.utf8) == digest)
    }
}

extension String {
    /// The parts that end with a separator, each with it.
    func components(separatedAfter separator: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(self)
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.upperBound]))
            rest = rest[range.upperBound...]
        }
        return parts
    }
}
