import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Which lists are accepted, what is read of them, and how each refusal reads (`alb-mtls` 1.8).
@Suite("Revocation lists", .ownThreads)
struct RevocationListReaderTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func read(_ text: String) throws(OperatorError) -> ReadRevocationList {
        try RevocationListReader.read(Array(text.utf8), path: "ca.crl")
    }

    private func refusal(_ text: String) throws -> OperatorError {
        let error = try #require(#expect(throws: OperatorError.self) { try self.read(text) })
        #expect(error.code == .invalidRevocationContent)
        #expect(error.subject == "ca.crl")
        #expect(error.message.hasPrefix("ca.crl "))
        #expect(error.hint != nil)
        return error
    }

    private func contains(_ list: ReadRevocationList, _ serial: [UInt8]) -> Bool {
        serial.withUnsafeBytes { list.content.serials.contains($0) }
    }

    @Test("Issuer, number, dates and serial numbers are read, with text around the block and CRLF too")
    func accepted() throws {
        let long: [UInt8] = [UInt8](1...20)
        let request = self.pki.revoking([[0x04, 0x13], long, [0], [0x00, 0xFF], [0xFF]], number: 4_096)
        let pem = try self.pki.root.revocationListPEM(request)
        for text in [
            pem, "Certificate Revocation List:\n - any text\n\n" + pem + "\n# end", String(pem.dropLast()),
        ] {
            let list = try self.read(text)
            #expect(list.facts.issuer == "CN=Test Root,O=Umbra Works,C=DE")
            #expect(list.facts.number == "4096")
            #expect(list.facts.entries == 5)
            #expect(list.facts.thisUpdate == TestPKI.days(-1, from: self.pki.now))
            #expect(list.facts.nextUpdate == TestPKI.days(7, from: self.pki.now))
            #expect(list.facts.fingerprint == CertificateReader.sha256Hex(list.der))
            // -1 cannot be revoked, and is not 255.
            #expect(list.content.serials.count == 4)
            for serial: [UInt8] in [[0x04, 0x13], long, [0], [0xFF]] { #expect(self.contains(list, serial)) }
            #expect(!self.contains(list, [1]))
        }
        let windows = pem.split(separator: "\n").joined(separator: "\r\n")
        #expect(try self.read(windows).facts.entries == 5)
    }

    @Test("A list may lack entries, number and nextUpdate; a date may lie beyond 2049")
    func sparse() throws {
        var request = self.pki.revoking([], until: nil, number: nil)
        request.hasKeyIdentifier = false
        let first = try self.read(self.pki.root.revocationListPEM(request))
        #expect((first.facts.number, first.facts.nextUpdate, first.facts.entries) == (nil, nil, 0))
        #expect(first.content.keyIdentifier == nil)
        request.nextUpdate = Timestamp(year: 2061, month: 2, day: 28, hour: 1, minute: 2, second: 3)
        let second = try self.read(self.pki.root.revocationListPEM(request))
        #expect(second.facts.nextUpdate?.iso8601 == "2061-02-28T01:02:03Z")
    }

    @Test("Every accepted algorithm verifies, and only with the key that signed")
    func algorithms() throws {
        for kind in [KeyKind.p256, .p384, .p521, .rsa(bits: 2048)] {
            var root = self.pki.request(commonName: "Signer")
            root.keyKind = kind
            let authority = try CertificateAuthority(root: root)
            let twin = try CertificateAuthority(root: root)
            let certificate = try #require(Certificate(pem: authority.certificatePEM))
            let other = try #require(Certificate(pem: twin.certificatePEM))
            for digest in [SignatureDigest.sha256, .sha384, .sha512] {
                var request = self.pki.revoking([[1]])
                request.signatureDigest = digest
                let list = try self.pki.list(request, by: authority)
                #expect(RevocationSigner.relation(of: certificate, to: list) == .signer)
                // Another key under the same name, which the list's key identifier tells apart.
                #expect(RevocationSigner.relation(of: other, to: list) == .none)
                request.hasKeyIdentifier = false
                let vague = try self.pki.list(request, by: authority)
                #expect(RevocationSigner.relation(of: other, to: vague) == .other)
            }
        }
    }

    @Test("The bundle's CA must have signed a list in its name, and must be allowed to")
    func signers() throws {
        let root = try CertificateReader.trustBundle(
            FileContents(path: "ca.pem", text: self.pki.root.certificatePEM)
        )
        let list = try self.read(self.pki.root.revocationListPEM(self.pki.revoking([[1]])))
        let fingerprint = try #require(root.first?.facts.fingerprint)
        #expect(try RevocationListReader.checkedSigners(of: list, in: root, path: "ca.crl") == [fingerprint])
        // A list of somebody who is not there waits.
        let foreign = try self.read(self.pki.otherRoot.revocationListPEM(self.pki.revoking([[1]])))
        #expect(try RevocationListReader.checkedSigners(of: foreign, in: root, path: "ca.crl") == [])

        var forged = list.der
        forged[forged.count - 1] ^= 1
        let damaged = try RevocationListReader.decode(forged, path: "ca.crl")
        let error = #expect(throws: OperatorError.self) {
            try RevocationListReader.checkedSigners(of: damaged, in: root, path: "ca.crl")
        }
        #expect(error?.message.contains("is not signed by its key") == true)

        var request = self.pki.request(commonName: "Mute")
        request.isCertificateAuthority = true
        request.extendedKeyUsage = []
        request.keyUsage = [.keyCertSign]
        let mute = try self.pki.root.issueIntermediate(request)
        let bundle = try CertificateReader.trustBundle(
            FileContents(path: "ca.pem", text: mute.certificatePEM)
        )
        let unsigned = try self.read(mute.revocationListPEM(self.pki.revoking([[1]])))
        let forbidden = #expect(throws: OperatorError.self) {
            try RevocationListReader.checkedSigners(of: unsigned, in: bundle, path: "ca.crl")
        }
        #expect(forbidden?.message.contains("cRLSign") == true)
    }

    @Test("Delta, indirect and partitioned lists are refused by name, and what is not understood as such")
    func kinds() throws {
        func list(_ identifier: String, _ value: [UInt8], critical: Bool = true) throws -> String {
            var request = self.pki.revoking([[1]])
            request.extraExtensions = [
                CertificateRequest.Extension(identifier: identifier, isCritical: critical, der: value)
            ]
            return try self.pki.root.revocationListPEM(request)
        }
        func entry(_ number: UInt8, _ value: [UInt8], critical: Bool) throws -> String {
            var request = self.pki.revoking([[1]])
            request.entries[0].extensions = [RevocationListBuilder.idCE(number, isCritical: critical, value)]
            return try self.pki.root.revocationListPEM(request)
        }
        let cases: [(String, String)] = [
            (try list("2.5.29.27", [0x02, 0x01, 0x01]), "delta list"),
            (try list("2.5.29.28", [0x30, 0x00]), "partitioned list"),
            (try list("2.5.29.28", [0x30, 0x03, 0x84, 0x01, 0xFF]), "indirect list"),
            (try list("1.3.6.1.4.1.55555.1", [0x05, 0x00]), "critical extension"),
            (try entry(29, [0x30, 0x00], critical: true), "indirect list"),
            (try entry(21, [0x0A, 0x01, 0x08], critical: false), "removeFromCRL"),
            (try entry(99, [0x05, 0x00], critical: true), "not understood"),
        ]
        for (text, words) in cases { #expect(try self.refusal(text).message.contains(words)) }
        // Reasons and hints change nothing.
        #expect(try self.read(entry(21, [0x0A, 0x01, 0x06], critical: false)).content.serials.count == 1)
        #expect(try self.read(list("1.3.6.1.4.1.55555.1", [5, 0], critical: false)).facts.entries == 1)
        var weak = self.pki.revoking([[1]])
        weak.signatureDigest = .sha1
        #expect(try self.refusal(self.pki.root.revocationListPEM(weak)).message.contains("SHA-256"))
    }

    @Test("A file that is not one PEM list is told what it is")
    func files() throws {
        let pem = try self.pki.root.revocationListPEM(self.pki.revoking([[1]]))
        let cases: [(String, String)] = [
            ("", "begin no X509 CRL block"), ("nothing\n", "begin no X509 CRL block"),
            (pem + pem, "begins a second block"),
            (pem + self.pki.root.certificatePEM, "begins a CERTIFICATE block"),
            (self.pki.server.privateKey.revealed, "begins a PRIVATE KEY block"),
            (String(pem.dropLast(30)), "does not end"),
            (pem.replacing("\n-----END", with: "!\n-----END"), "is not base64"),
            (pem.replacing("\n-----END", with: "A\n-----END"), "is not base64"),
            ("-----BEGIN X509 CRL-----\n-----END X509 CRL-----\n", "is not base64"),
            ("-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n", "cannot be read"),
            ("0\u{2}", "is DER"),
        ]
        for (text, words) in cases {
            #expect(try self.refusal(text).message.contains(words), "\(words)")
        }
        let tooLarge = [UInt8](repeating: 0x41, count: Quotas.revocationFileBytes + 1)
        let error = #expect(throws: OperatorError.self) {
            try RevocationListReader.read(tooLarge, path: "ca.crl")
        }
        #expect(error?.message == "ca.crl is larger than 50 MB.")
    }
}
