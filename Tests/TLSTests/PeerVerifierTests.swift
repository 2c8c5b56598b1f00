import COpenSSL
import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// The judge by itself: a chain, a policy and a time in, a verdict out.
@Suite("Judging a chain", .ownThreads)
struct PeerVerifierTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func certificates(_ pem: String) throws -> [Certificate] {
        try PEM.blocks(in: pem, between: .anyText).map { try #require(Certificate(der: $0.der)) }
    }

    private func judge(
        _ chain: String,
        anchors: String? = nil,
        ignoringExpiry: Bool = false,
        at time: Timestamp? = nil
    ) throws -> Verdict {
        let stack = try #require(copenssl_x509_stack_new())
        defer { copenssl_x509_stack_free(stack) }
        let chain = try self.certificates(chain)
        for certificate in chain { copenssl_x509_stack_push(stack, certificate.handle) }
        let policy = PeerVerifier.Policy(
            trustStoreID: ResourceID(bits: 1),
            trustStoreName: "clients",
            trustStoreRevision: 1,
            anchors: try AnchorStore(
                try self.certificates(anchors ?? self.pki.root.certificatePEM),
                of: "clients"
            ),
            ignoresLeafExpiry: ignoringExpiry
        )
        return withExtendedLifetime(chain) { PeerVerifier.judge(stack, by: policy, at: time ?? self.pki.now) }
    }

    @Test("The time decides, not the clock")
    func time() throws {
        let chain = try self.pki.client(.valid).chainPEM
        #expect(try self.judge(chain).refusal == nil)
        #expect(try self.judge(chain, at: TestPKI.days(31, from: self.pki.now)).refusal == .expired)
        #expect(try self.judge(chain, at: TestPKI.days(-2, from: self.pki.now)).refusal == .notYetValid)
        // The root's time is over too, and that is not forgiven.
        let late = TestPKI.days(400, from: self.pki.now)
        #expect(try self.judge(chain, ignoringExpiry: true, at: late).refusal == .expired)
    }

    @Test("Of several faults the one that outranks the others is told")
    func precedence() throws {
        func client(_ change: (inout CertificateRequest) -> Void) throws -> CertificateRequest {
            var request = self.pki.request(commonName: "faulty")
            change(&request)
            return request
        }
        let gone = TestPKI.days(-5, from: self.pki.now)
        let start = TestPKI.days(-9, from: self.pki.now)
        let expire = { (request: inout CertificateRequest) in
            request.notBefore = start
            request.notAfter = gone
        }
        let critical = CertificateRequest.Extension(
            identifier: "1.3.6.1.4.1.55555.1",
            isCritical: true,
            der: [5, 0]
        )
        let cases: [(IssuedCertificate, RefusalReason)] = [
            (try self.pki.otherRoot.issue(client(expire)), .untrusted),
            (
                try self.pki.root.issue(
                    client {
                        expire(&$0); $0.extendedKeyUsage = [.serverAuth]
                    }
                ), .expired
            ),
            (
                try self.pki.otherRoot.issue(
                    client {
                        expire(&$0); $0.extraExtensions = [critical]
                    }
                ),
                .invalid
            ),
            (
                try self.pki.otherRoot.issue(
                    client {
                        expire(&$0); $0.keyKind = .ed25519
                    }
                ), .typeUnsupported
            ),
            (
                try self.pki.otherRoot.issue(
                    client {
                        expire(&$0); $0.signatureDigest = .sha1
                    }
                ), .incompatible
            ),
            (try self.pki.client(.viaNonCA), .untrusted),
        ]
        for (certificate, reason) in cases {
            let verdict = try self.judge(certificate.chainPEM)
            #expect(verdict.refusal == reason, "\(verdict.findings)")
        }
    }

    @Test(
        "Keys outside the rules are of an unsupported type",
        arguments: [KeyKind.ed25519, .secp256k1, .rsa(bits: 1024), .rsa(bits: 2047)]
    )
    func keys(kind: KeyKind) throws {
        var request = self.pki.request(commonName: "key")
        request.keyKind = kind
        #expect(try self.judge(self.pki.root.issue(request).chainPEM).refusal == .typeUnsupported)
    }

    @Test("A CA on the path must keep the rules for keys and signatures as well")
    func intermediates() throws {
        var weak = self.pki.request(commonName: "Weak Intermediate")
        weak.isCertificateAuthority = true
        weak.extendedKeyUsage = []
        weak.keyUsage = [.keyCertSign]
        weak.keyKind = .rsa(bits: 1024)
        var sha1 = weak
        sha1.keyKind = .p256
        sha1.signatureDigest = .sha1
        for request in [weak, sha1] {
            let client = try self.pki.root.issueIntermediate(request)
                .issue(self.pki.request(commonName: "below"))
            #expect(try self.judge(client.chainPEM).refusal == .incompatible)
        }
    }

    @Test("A missing intermediate is untrusted, in whatever company")
    func missingIntermediate() throws {
        let client = try self.pki.client(.viaIntermediate)
        #expect(try self.judge(client.certificatePEM).refusal == .untrusted)
        #expect(
            try self.judge(client.certificatePEM + self.pki.intermediate().certificatePEM).refusal
                == .untrusted
        )
        #expect(try self.judge(client.chainPEM).refusal == nil)
    }

    @Test("A name constraint that excludes the leaf is untrusted")
    func nameConstraint() throws {
        var limited = self.pki.request(commonName: "Limited")
        limited.isCertificateAuthority = true
        limited.extendedKeyUsage = []
        limited.keyUsage = [.keyCertSign]
        // permittedSubtrees { dNSName "a.test" }
        let name = Array("a.test".utf8)
        let general = [0x82, UInt8(name.count)] + name
        let subtree = [0x30, UInt8(general.count)] + general
        let permitted = [0xA0, UInt8(subtree.count)] + subtree
        limited.extraExtensions = [
            CertificateRequest.Extension(
                identifier: "2.5.29.30",
                isCritical: true,
                der: [0x30, UInt8(permitted.count)] + permitted
            )
        ]
        let authority = try self.pki.root.issueIntermediate(limited)
        for (host, refusal) in [("x.a.test", nil), ("b.test", RefusalReason.untrusted)] {
            var request = self.pki.request(commonName: "named")
            request.dnsNames = [host]
            #expect(try self.judge(authority.issue(request).chainPEM).refusal == refusal)
        }
    }

    /// Facts of longer names are cut, and a cut name must never become an identity.
    @Test("A leaf with names or a serial number too long to show whole is refused")
    func longNames() throws {
        var named = self.pki.request(commonName: "long")
        named.subject += (0..<20).map { _ in
            NameAttribute("1.3.6.1.4.1.55555.3", String(repeating: "x", count: 250))
        }
        #expect(try self.judge(self.pki.root.issue(named).chainPEM).refusal == .invalid)
        var numbered = self.pki.request(commonName: "long")
        numbered.serialNumber = [UInt8](repeating: 0x41, count: FactsReader.serialBytes + 1)
        #expect(try self.judge(self.pki.root.issue(numbered).chainPEM).refusal == .invalid)
        numbered.serialNumber = [UInt8](repeating: 0x41, count: FactsReader.serialBytes)
        #expect(try self.judge(self.pki.root.issue(numbered).chainPEM).refusal == nil)
    }
}
