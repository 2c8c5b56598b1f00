import COpenSSL
import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// RFC 5280 holds: for chains that try each of its rules the judge says what `openssl verify` says.
@Suite("Rules of paths", .ownThreads)
struct PathRulesTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func authority(
        _ name: String,
        under parent: CertificateAuthority? = nil,
        pathLength: Int? = nil,
        _ extensions: [CertificateRequest.Extension] = [],
        change: (inout CertificateRequest) -> Void = { _ in }
    ) throws -> CertificateAuthority {
        var request = self.pki.request(commonName: name)
        request.isCertificateAuthority = true
        request.pathLength = pathLength
        request.extendedKeyUsage = []
        request.keyUsage = [.keyCertSign, .cRLSign]
        request.extraExtensions = extensions
        change(&request)
        return try (parent ?? self.pki.root).issueIntermediate(request)
    }

    private func client(
        of authority: CertificateAuthority,
        _ extensions: [CertificateRequest.Extension] = [],
        dnsNames: [String] = []
    ) throws -> IssuedCertificate {
        var request = self.pki.request(commonName: "below")
        request.dnsNames = dnsNames
        request.extraExtensions = extensions
        return try authority.issue(request)
    }

    private static func constraints(
        permitted: [[UInt8]] = [],
        excluded: [[UInt8]] = []
    )
        -> CertificateRequest.Extension
    {
        func subtrees(_ tag: UInt8, _ names: [[UInt8]]) -> [UInt8] {
            names.isEmpty ? [] : GeneralNames.tagged(tag, names.flatMap { GeneralNames.tagged(0x30, $0) })
        }
        return CertificateRequest.Extension(
            identifier: "2.5.29.30",
            isCritical: true,
            der: GeneralNames.tagged(0x30, subtrees(0xA0, permitted) + subtrees(0xA1, excluded))
        )
    }

    /// requireExplicitPolicy, from this certificate on.
    private static let explicitPolicy = CertificateRequest.Extension(
        identifier: "2.5.29.36",
        isCritical: true,
        der: [0x30, 0x03, 0x80, 0x01, 0x00]
    )

    private static func policy(_ last: UInt8) -> CertificateRequest.Extension {
        let identifier = GeneralNames.tagged(0x06, [0x2B, 0x06, 0x01, 0x04, 0x01, 0x83, 0xB2, 0x03, last])
        return CertificateRequest.Extension(
            identifier: "2.5.29.32",
            isCritical: false,
            der: GeneralNames.tagged(0x30, GeneralNames.tagged(0x30, identifier))
        )
    }

    /// Chains by what they try, and whether RFC 5280 lets them pass.
    private func chains() throws -> [(what: String, client: IssuedCertificate, passes: Bool)] {
        let short = try self.authority("No CA Below", pathLength: 0)
        let long = try self.authority("One CA Below", pathLength: 1)
        let inner = try self.authority("Inner", under: long)
        let dns = Self.constraints(permitted: [GeneralNames.dns("a.test")])
        let named = try self.authority("Only a.test", [dns])
        let barred = try self.authority(
            "Not b.test",
            [Self.constraints(excluded: [GeneralNames.dns("b.test"), GeneralNames.uri("b.test")])]
        )
        let strict = try self.authority("Explicit", [Self.explicitPolicy, Self.policy(1)])
        let serverOnly = try self.authority("Servers") { $0.extendedKeyUsage = [.serverAuth] }
        let signsNothing = try self.authority("Signs Nothing") { $0.keyUsage = [.digitalSignature] }
        let noCA = try self.authority("No CA") { $0.isCertificateAuthority = false }
        let odd = try self.authority(
            "Odd",
            [CertificateRequest.Extension(identifier: "1.3.6.1.4.1.55555.1", isCritical: true, der: [5, 0])]
        )
        let byURI = GeneralNames.alternativeName(GeneralNames.uri("https://b.test/x"))
        return [
            ("path length 0", try self.client(of: short), true),
            ("path length 0, CA below", try self.client(of: self.authority("Low", under: short)), false),
            ("path length 1, CA below", try self.client(of: inner), true),
            ("path length 1, two below", try self.client(of: self.authority("Low", under: inner)), false),
            ("permitted name", try self.client(of: named, dnsNames: ["x.a.test"]), true),
            ("other name", try self.client(of: named, dnsNames: ["x.a.test", "b.test"]), false),
            (
                "constraint of a CA above",
                try self.client(of: self.authority("L", under: named), dnsNames: ["b"]), false
            ),
            ("excluded name", try self.client(of: barred, dnsNames: ["x.b.test"]), false),
            ("name that is not excluded", try self.client(of: barred, dnsNames: ["a.test"]), true),
            ("excluded URI", try self.client(of: barred, [byURI]), false),
            ("policy that is asked for", try self.client(of: strict, [Self.policy(1)]), true),
            ("another policy", try self.client(of: strict, [Self.policy(2)]), false),
            ("no policy", try self.client(of: strict), false),
            ("CA for servers", try self.client(of: serverOnly), false),
            ("CA that may not sign", try self.client(of: signsNothing), false),
            ("no CA", try self.client(of: noCA), false),
            ("CA with an unknown critical extension", try self.client(of: odd), false),
        ]
    }

    @Test("The judge and openssl verify agree on every chain")
    func agreement() async throws {
        let files = try TemporaryDirectory()
        let anchors = try files.write(self.pki.root.certificatePEM, to: "anchors.pem")
        guard case .verify(let verification) = self.pki.verification() else { return }
        for (what, client, passes) in try self.chains() {
            let trace = try ChainJudge(verification).trace(
                of: ChainJudge.certificates(in: FileContents(path: what, text: client.chainPEM)),
                at: self.pki.now,
                knowing: .empty
            )
            let leaf = try files.write(client.certificatePEM, to: "leaf.pem")
            let chain = try files.write(client.chainPEM, to: "chain.pem")
            let verified = try await runTool(
                "openssl",
                [
                    "verify", "-purpose", "sslclient", "-partial_chain", "-policy_check", "-policy",
                    "2.5.29.32.0", "-no-CApath",
                    "-no-CAstore", "-CAfile", anchors, "-untrusted", chain, leaf,
                ]
            )
            #expect(trace.isAccepted == passes, "\(what): \(trace.sentence)")
            #expect((verified.status == 0) == passes, "\(what): \(verified.standardError)")
        }
    }

    @Test("Thousands of name constraints end in a refusal, not in a search")
    func manyConstraints() throws {
        let names = (0..<2_000).map { GeneralNames.dns("n\($0).test") }
        let authority = try self.authority("Many", [Self.constraints(permitted: names)])
        let many = try self.client(of: authority, dnsNames: (0..<600).map { "x.n\($0).test" })
        guard case .verify(let verification) = self.pki.verification() else { return }
        let trace = try ChainJudge(verification).trace(
            of: ChainJudge.certificates(in: FileContents(path: "", text: many.chainPEM)),
            at: self.pki.now,
            knowing: .empty
        )
        // 2,000 by 600 is more comparisons than the library makes for one certificate (2^20).
        #expect(trace.refusal == .untrusted)
    }

    // MARK: Odd certificates

    private func judge(_ certificates: [Certificate]) throws -> Verdict {
        let stack = try #require(copenssl_x509_stack_new())
        defer { copenssl_x509_stack_free(stack) }
        for certificate in certificates { copenssl_x509_stack_push(stack, certificate.handle) }
        guard case .verify(let verification) = self.pki.verification() else {
            throw OperatorError(.internalFailure, subject: "", message: "", hint: nil)
        }
        let policy = try PeerVerifier.Policy(verification)
        return withExtendedLifetime(certificates) { PeerVerifier.judge(stack, by: policy, at: self.pki.now) }
    }

    private func certificate(_ pem: String) throws -> Certificate {
        let block = try #require(try PEM.blocks(in: pem, between: .anyText).first)
        return try #require(Certificate(der: block.der))
    }

    /// The certificate with another key in it, which spoils its issuer's signature.
    private func exchangeKey(_ pem: String, _ key: OpaquePointer?) throws -> Certificate {
        let certificate = try self.certificate(pem)
        try #require(X509_set_pubkey(certificate.handle, key) == 1)
        // The library writes what it has read, unless it is told to write anew.
        try #require(i2d_re_X509_tbs(certificate.handle, nil) > 0)
        return try #require(Certificate(der: certificate.der))
    }

    /// A public key of so many bits that nobody has the other half of.
    private func hugeKey(bits: Int) throws -> OpaquePointer {
        let modulus = [0x00, 0xC1] + (2..<bits / 8).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) } + [0x01]
        let pair = GeneralNames.tagged(0x02, modulus) + [0x02, 0x03, 0x01, 0x00, 0x01]
        let algorithm: [UInt8] = [
            0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
        ]
        let bitString = GeneralNames.tagged(0x03, [0x00] + GeneralNames.tagged(0x30, pair))
        let der = GeneralNames.tagged(0x30, algorithm + bitString)
        let key = der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_PUBKEY(nil, &cursor, buffer.count)
        }
        return try #require(key)
    }

    @Test("A key of 16,384 bits is refused before anything is checked with it, in a leaf and in a CA")
    func hugeKeys() throws {
        let key = try self.hugeKey(bits: 16_384)
        defer { EVP_PKEY_free(key) }
        let leaf = try self.exchangeKey(self.pki.client(.valid).certificatePEM, key)
        let verdict = try self.judge([leaf])
        #expect(verdict.refusal == .typeUnsupported)
        #expect(verdict.path.isEmpty)

        let authority = try self.pki.intermediate()
        let client = try self.certificate(authority.issue(self.pki.request(commonName: "a")).certificatePEM)
        let huge = try self.exchangeKey(authority.certificatePEM, key)
        let refused = try self.judge([client, huge])
        #expect(refused.refusal == .incompatible)
        // Had its signature been looked at, this would have been found.
        #expect(!refused.findings.contains { $0.code == X509_V_ERR_CERT_SIGNATURE_FAILURE })
    }

    @Test("A curve that is spelt out is refused, though it be a named one")
    func explicitParameters() throws {
        let key = try #require(copenssl_generate_ec("P-256"))
        defer { EVP_PKEY_free(key) }
        try #require(EVP_PKEY_set_utf8_string_param(key, "encoding", "explicit") == 1)
        let leaf = try self.exchangeKey(self.pki.client(.valid).certificatePEM, key)
        #expect(try self.judge([leaf]).refusal == .typeUnsupported)
    }

    @Test("Serial numbers of 20 bytes, 0 and below are names like any other")
    func serialNumbers() throws {
        for (content, text) in [
            ([UInt8](repeating: 0x7F, count: 20), String(repeating: "7F", count: 20)), ([0x00], "00"),
            ([0xFF], "-01"), ([0x80, 0x00], "-8000"),
        ] as [([UInt8], String)] {
            var request = self.pki.request(commonName: "numbered")
            request.serialNumber = content
            let client = try self.certificate(self.pki.root.issue(request).certificatePEM)
            #expect(try self.judge([client]).refusal == nil)
            #expect(FactsReader.facts(of: client, der: client.der)?.serialNumber == text)
        }
    }

    @Test("Of hundreds of cross-signed CAs not one signature is checked")
    func crossSigned() throws {
        let authority = try self.pki.intermediate()
        let client = try self.certificate(authority.issue(self.pki.request(commonName: "a")).certificatePEM)
        let copy = try self.certificate(authority.certificatePEM)
        let verdict = try self.judge([client] + [Certificate](repeating: copy, count: 300))
        #expect(verdict.refusal == .maxChainDepthExceeded)
        #expect(verdict.findings.count == 1 && verdict.path.isEmpty)
    }
}
