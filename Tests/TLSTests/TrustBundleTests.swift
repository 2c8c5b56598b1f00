import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// The bundle rules of `alb-mtls` 1.7: what is accepted, and how each refusal reads.
@Suite("Trust bundles", .ownThreads)
struct TrustBundleTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func read(_ text: String) throws(OperatorError) -> [CACertificate] {
        try CertificateReader.trustBundle(FileContents(path: "clients.pem", text: text))
    }

    private func refusal(_ text: String) throws -> OperatorError {
        let error = #expect(throws: OperatorError.self) { try self.read(text) }
        return try #require(error)
    }

    @Test("Certificates with comments between them are read in order")
    func accepted() throws {
        let text =
            "# plant CAs 2026\n\(self.pki.root.certificatePEM)#old root\n\(self.pki.otherRoot.certificatePEM)"
        let certificates = try self.read(text)
        #expect(
            certificates.map(\.facts.subject) == ["CN=Test Root,O=Umbra Works,C=DE", "CN=Other Root"]
        )
        #expect(certificates.first?.pem == self.pki.root.certificatePEM)
        #expect(certificates.first?.facts.keyDescription == "P-256")
    }

    @Test("CRLF line ends and a missing last line end are accepted")
    func lineEnds() throws {
        let pem = self.pki.root.certificatePEM
        let windows = pem.split(separator: "\n").joined(separator: "\r\n")
        #expect(try self.read(windows).first?.pem == pem)
        #expect(try self.read(windows + "\r\n").count == 1)
        #expect(try self.read(String(pem.dropLast())).count == 1)
    }

    @Test("Exact duplicates count once, however many there are")
    func duplicates() throws {
        let text = String(repeating: self.pki.root.certificatePEM, count: 40)
        #expect(try self.read(text).count == 1)
    }

    @Test(
        "Text that is not allowed is refused by its line",
        arguments: [
            ("\n", "blank", 1), ("# plant-CAs\n", "hyphen", 1), ("Certificate:\n", "neither", 1),
            ("# a\n \n", "blank", 2), ("-----END CERTIFICATE-----\n", "does not begin", 1),
            ("-----BEGIN CERTIFICATE-----\n", "does not end", 1),
            ("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "not base64", 1),
            ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "cannot be read", 1),
            ("-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n", "another kind", 1),
        ]
    )
    func text(prefix: String, words: String, line: Int) throws {
        let error = try self.refusal(prefix + self.pki.root.certificatePEM)
        #expect(error.code == .invalidCaCertificatesBundle)
        #expect(error.subject == "clients.pem")
        #expect(error.message.contains(words))
        #expect(error.message.contains("line \(line)"))
        #expect(error.hint != nil)
    }

    @Test("A trailing blank line is a blank line")
    func trailingBlankLine() throws {
        #expect(try self.refusal(self.pki.root.certificatePEM + "\n").message.contains("blank"))
    }

    @Test("An empty file is told as such", arguments: ["", "\n", " \r\n"])
    func empty(text: String) throws {
        #expect(try self.refusal(text).message == "clients.pem is empty.")
    }

    @Test("A file of comments holds no certificate")
    func onlyComments() throws {
        #expect(try self.refusal("# nothing\n").message.contains("no certificate"))
    }

    @Test("A private key is told as such, and nothing of it is repeated")
    func privateKey() throws {
        let key = self.pki.server.privateKey.revealed
        for text in [key, "\n" + key, self.pki.root.certificatePEM + key] {
            let error = try self.refusal(text)
            #expect(error.message.contains("private key"))
            for line in key.split(separator: "\n").dropFirst().dropLast() {
                #expect(!error.description.contains(line))
            }
        }
    }

    @Test("One certificate that may not be an anchor refuses the bundle by name and rule")
    func contents() throws {
        let days = { TestPKI.days($0, from: self.pki.now) }
        var weak = CertificateRequest(commonName: "Weak", notBefore: days(-9), notAfter: days(9))
        weak.keyKind = .rsa(bits: 1024)
        var ed25519 = weak
        ed25519.keyKind = .ed25519
        var noSigning = self.pki.request(commonName: "No Signing")
        noSigning.isCertificateAuthority = true
        let cases: [(String, String)] = [
            (try self.pki.client(.valid).certificatePEM, "CA:TRUE"),
            (try self.pki.client(.version1).certificatePEM, "version 1"),
            (try CertificateAuthority(root: weak).certificatePEM, "RSA 1024"),
            (try CertificateAuthority(root: ed25519).certificatePEM, "Ed25519"),
            (try self.pki.root.issue(noSigning).certificatePEM, "keyCertSign"),
        ]
        for (pem, words) in cases {
            let error = try self.refusal("# first\n" + self.pki.root.certificatePEM + pem)
            #expect(error.code == .invalidCaCertificatesBundle)
            #expect(error.message.contains(words), "\(error.message)")
            #expect(error.message.contains("certificate 2 (CN="), "\(error.message)")
        }
    }

    @Test("A CA that is not valid yet, or no longer, is accepted")
    func otherDates() throws {
        let days = { TestPKI.days($0, from: self.pki.now) }
        let future = try CertificateAuthority(commonName: "Soon", notBefore: days(2), notAfter: days(9))
        let past = try CertificateAuthority(commonName: "Gone", notBefore: days(-9), notAfter: days(-2))
        #expect(try self.read(future.certificatePEM + past.certificatePEM).count == 2)
    }

    @Test("Twenty-five certificates are accepted, one more is a quota")
    func quota() throws {
        var pem = ""
        for number in 1...Quotas.certificatesPerTrustStore {
            pem += try self.pki.intermediate("CA \(number)").certificatePEM
        }
        #expect(try self.read(pem).count == 25)
        let error = try self.refusal(pem + self.pki.root.certificatePEM)
        #expect(error.code == .quotaExceeded)
        #expect(error.message.contains("26"))
    }

    @Test("A certificate over 16 KiB and names over 10,000 bytes are quotas")
    func sizes() throws {
        var big = self.pki.request(commonName: "Big")
        big.isCertificateAuthority = true
        big.keyUsage = [.keyCertSign]
        big.extraExtensions = [
            CertificateRequest.Extension(
                identifier: "1.3.6.1.4.1.55555.2",
                isCritical: false,
                der: [UInt8](repeating: 0, count: Quotas.certificateBytes)
            )
        ]
        let tooBig = try self.refusal(self.pki.root.certificatePEM + self.pki.root.issue(big).certificatePEM)
        #expect(tooBig.code == .quotaExceeded)
        #expect(tooBig.message.contains("certificate 2 (CN=Big,"))

        var pem = ""
        for number in 1...4 {
            var named = CertificateRequest(
                // A name attribute without an upper bound of its own, unlike CN.
                subject: (0..<10).map {
                    NameAttribute(
                        "1.3.6.1.4.1.55555.\($0 + 3)",
                        "\(number)" + String(repeating: "x", count: 300)
                    )
                },
                notBefore: TestPKI.days(-1, from: self.pki.now),
                notAfter: TestPKI.days(9, from: self.pki.now)
            )
            named.keyKind = .p256
            pem += try CertificateAuthority(root: named).certificatePEM
        }
        let error = try self.refusal(pem)
        #expect(error.code == .quotaExceeded)
        #expect(error.message.contains("subject names"))
    }
}
