import Foundation
import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// What is written down of a refusal: every reason by a handshake, in both versions of TLS.
@Suite("Verification trace", .ownThreads)
struct VerificationTraceTests {
    let bench: Bench

    init() throws {
        self.bench = try Bench()
    }

    private var pki: TestPKI { self.bench.pki }

    private func trace(
        of certificate: IssuedCertificate,
        _ version: ClientContext.Version = .tls13,
        anchors: [String]? = nil,
        knowing directory: AuthorityDirectory = .empty
    ) throws -> VerificationTrace {
        let policy = self.pki.verification(anchors: anchors)
        let talk = try self.bench.outcome(of: certificate, version, policy)
        guard case .refused(let reason) = talk.outcome else {
            throw OperatorError(.internalFailure, subject: "", message: "\(talk.outcome as Any)", hint: nil)
        }
        let trace = try #require(talk.server.trace(of: reason, knowing: directory))
        #expect(trace.refusal == reason)
        return trace
    }

    private func failed(_ trace: VerificationTrace) -> [VerificationStep.Name] {
        trace.steps.filter { $0.result == .failed }.map(\.name)
    }

    struct Case: Sendable {
        let kind: TestPKI.Client
        let failed: [VerificationStep.Name]
        let sentence: String
    }

    @Test(
        "A refusal names the certificate, what is wrong with it, and the steps that found it",
        arguments: [
            Case(kind: .expired, failed: [.validity], sentence: "CN=expired,OU=Plant B"),
            Case(kind: .notYetValid, failed: [.validity], sentence: "is valid from"),
            Case(kind: .unknownCA, failed: [.path], sentence: "The issuer CN=Other Root of CN=unknownCA"),
            Case(kind: .selfSigned, failed: [.path], sentence: "vouches for itself"),
            Case(kind: .serverOnlyEKU, failed: [.purpose], sentence: "is for serverAuth, not for clientAuth"),
            Case(kind: .anyEKU, failed: [.purpose], sentence: "is for anyExtendedKeyUsage"),
            Case(kind: .keyEnciphermentOnly, failed: [.purpose], sentence: "used for keyEncipherment"),
            Case(kind: .version1, failed: [.keyType], sentence: "X.509 version 1"),
            Case(kind: .rsa1024, failed: [.keyType], sentence: "not accepted: RSA 1024"),
            Case(kind: .sha1Signature, failed: [.signatures], sentence: "is signed with ecdsa-with-SHA1"),
            Case(kind: .unknownCriticalExtension, failed: [.encoding], sentence: "critical extension"),
            Case(kind: .viaExpiredIntermediate, failed: [.validity], sentence: "CN=Expired Intermediate"),
            Case(kind: .viaNonCA, failed: [.path], sentence: "CN=Not A CA"),
        ],
        Bench.versions
    )
    func refusals(of expected: Case, version: ClientContext.Version) throws {
        let certificate = try self.pki.client(expected.kind)
        let trace = try self.trace(of: certificate, version)
        #expect(self.failed(trace) == expected.failed, "\(trace.steps)")
        #expect(trace.sentence.contains(expected.sentence), "\(trace.sentence)")
        #expect(trace.sentence.hasSuffix(".") && trace.remedy?.hasSuffix(".") == true)
        #expect(trace.steps.map(\.name) == VerificationStep.Name.allCases)
        #expect(trace.trustStore == "clients" && trace.trustStoreRevision == 1)
        // What was presented is told of the refused as well.
        #expect(trace.presented.first?.facts?.commonName == expected.kind.rawValue)
        #expect(trace.presentedCount == trace.presented.count)
        #expect(try JSONDecoder().decode(VerificationTrace.self, from: JSONEncoder().encode(trace)) == trace)
    }

    @Test("Of two causes the trace tells both, and the reason is the one that goes first")
    func twoCauses() throws {
        var request = self.pki.request(commonName: "twice")
        request.notBefore = TestPKI.days(-20, from: self.pki.now)
        request.notAfter = TestPKI.days(-10, from: self.pki.now)
        request.extendedKeyUsage = [.serverAuth]
        let untrusted = try self.trace(of: self.pki.otherRoot.issue(request))
        #expect(untrusted.refusal == .untrusted)
        #expect(self.failed(untrusted) == [.path, .validity, .purpose])
        let expired = try self.trace(of: self.pki.root.issue(request))
        #expect(expired.refusal == .expired)
        #expect(self.failed(expired) == [.validity, .purpose])
    }

    @Test("An issuer that stands in another trust store is found there, if its key made the signature")
    func otherTrustStore() throws {
        let impostor = try CertificateAuthority(
            commonName: "Other Root",
            notBefore: TestPKI.days(-1, from: self.pki.now),
            notAfter: TestPKI.days(30, from: self.pki.now)
        )
        func store(_ name: String, _ authority: CertificateAuthority) -> ServedTrustStore {
            ServedTrustStore(id: .random(), name: name, anchors: [authority.certificatePEM])
        }
        let directory = AuthorityDirectory([
            store("staff", self.pki.root), store("namesakes", impostor),
            store("partners", self.pki.otherRoot),
        ])
        let trace = try self.trace(of: self.pki.client(.unknownCA), knowing: directory)
        #expect(trace.otherTrustStores == ["partners"])
        #expect(trace.sentence.hasSuffix("stands in trust store partners, not in clients."))
        #expect(trace.remedy?.contains("partners") == true)
    }

    @Test("A CA that was renewed under its name is told from the one that signed")
    func renewedAuthority() throws {
        var request = CertificateRequest(
            subject: [
                NameAttribute("C", "DE"), NameAttribute("O", "Umbra Works"), NameAttribute("CN", "Test Root"),
            ],
            notBefore: TestPKI.days(-1, from: self.pki.now),
            notAfter: TestPKI.days(30, from: self.pki.now)
        )
        request.keyKind = .p384
        let renewed = try CertificateAuthority(root: request)
        let trace = try self.trace(of: self.pki.client(.valid), anchors: [renewed.certificatePEM])
        #expect(trace.refusal == .untrusted)
        let candidate = try #require(trace.candidates.first)
        #expect(candidate.hasIssuerName && candidate.hasIssuerKeyIdentifier == false)
        #expect(candidate.place == .trustStore)
        #expect(trace.sentence.contains("another key"), "\(trace.sentence)")
    }

    @Test("A missing intermediate is called by its name")
    func missingIntermediate() throws {
        let client = try self.pki.client(.viaIntermediate)
        let alone = IssuedCertificate(
            certificatePEM: client.certificatePEM,
            chainPEM: client.certificatePEM,
            privateKey: client.privateKey
        )
        let trace = try self.trace(of: alone)
        #expect(trace.sentence.hasPrefix("The issuer CN=Test Intermediate of CN=viaIntermediate"))
        #expect(trace.path.count == 1)
    }

    @Test("Too many certificates, too large ones and damaged ones are told without being judged")
    func unjudged() throws {
        let deep = try self.trace(of: self.pki.client(below: 4))
        #expect(deep.refusal == .maxChainDepthExceeded)
        #expect(deep.sentence == "The client sent 5 certificates; 4 are accepted.")
        #expect(deep.steps.filter { $0.result == .skipped }.map(\.name).first == .encoding)
        #expect(deep.path.isEmpty)

        var large = self.pki.request(commonName: "large")
        large.extraExtensions = [
            CertificateRequest.Extension(
                identifier: "1.3.6.1.4.1.55555.2",
                isCritical: false,
                der: [0x04, 0x83, 0x01, 0x00, 0x00] + [UInt8](repeating: 0, count: 65_536)
            )
        ]
        let huge = try self.trace(of: self.pki.root.issue(large))
        #expect(huge.refusal == .maxSizeExceeded)
        #expect(huge.presentedCount == 0)
        #expect(self.failed(huge) == [.messageSize])
    }

    @Test("An acceptance can be traced when somebody asks, by the judge of handshakes")
    func acceptance() throws {
        guard case .verify(let verification) = self.pki.verification() else { return }
        func judge(_ pem: String, at time: Timestamp) throws -> VerificationTrace {
            try ChainJudge(verification).trace(
                of: ChainJudge.certificates(in: FileContents(path: "client.pem", text: pem)),
                at: time,
                knowing: .empty
            )
        }
        let chain = try self.pki.client(.viaIntermediate).chainPEM
        let trace = try judge(chain, at: self.pki.now)
        #expect(trace.isAccepted && trace.remedy == nil)
        #expect(trace.path.count == 3)
        #expect(self.failed(trace).isEmpty)
        #expect(trace.steps.first { $0.name == .path }?.finding.contains("CN=Test Root") == true)
        #expect(try judge(chain, at: TestPKI.days(60, from: self.pki.now)).refusal == .expired)
        #expect(
            try judge(self.pki.client(below: 4).chainPEM, at: self.pki.now).refusal == .maxChainDepthExceeded
        )
        #expect(throws: OperatorError.self) {
            try ChainJudge.certificates(in: FileContents(path: "key.pem", text: "no certificate"))
        }
    }

    @Test("An expiry that the listener overlooks is told as overlooked")
    func overlooked() throws {
        guard case .verify(let verification) = self.pki.verification(ignoreExpiry: true) else { return }
        let trace = try ChainJudge(verification).trace(
            of: ChainJudge.certificates(in: FileContents(path: "", text: self.pki.client(.expired).chainPEM)),
            at: self.pki.now,
            knowing: .empty
        )
        #expect(trace.isAccepted)
        #expect(trace.steps.first { $0.name == .validity }?.result == .overlooked)
    }

    @Test("What a stranger writes into a certificate stays printable and bounded")
    func hostileNames() throws {
        var request = self.pki.request(commonName: "evil\u{1B}[2J\r\n\u{0}.test")
        request.subject.append(NameAttribute("1.3.6.1.4.1.55555.3", String(repeating: "x", count: 900)))
        request.dnsNames = (0..<40).map { "n\($0).test" }
        let trace = try self.trace(of: self.pki.otherRoot.issue(request))
        let texts =
            [trace.sentence, trace.remedy ?? ""] + trace.path + trace.steps.map(\.finding)
            + trace.presented.flatMap { $0.alternativeNames + [$0.facts?.subject ?? ""] }
        #expect(texts.allSatisfy { $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
        #expect(trace.sentence.utf8.count < 700)
        #expect(trace.presented[0].alternativeNames.count == PresentedCertificate.alternativeNameLimit)
    }
}
