import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Who is recognised, and everything that must not be.
@Suite("Remembered verdicts", .ownThreads)
struct VerdictCacheTests {
    /// A clock that only the test moves.
    private final class Hands: Sendable {
        private let seconds: Atomic<Int64>

        init(_ time: Timestamp) {
            self.seconds = Atomic(time.seconds)
        }

        var now: Timestamp { Timestamp(seconds: self.seconds.load(ordering: .relaxed)) }

        func turn(to time: Timestamp) {
            self.seconds.store(time.seconds, ordering: .relaxed)
        }
    }

    private let bench: Bench
    private let hands: Hands

    init() throws {
        self.bench = try Bench()
        self.hands = Hands(self.bench.pki.now)
    }

    private func context(_ policy: ClientPolicy) throws -> ServerContext {
        let material = try ServerMaterial(
            self.bench.pki.served(policy),
            listenerID: ResourceID(bits: 1),
            policyGeneration: 1
        )
        let hands = self.hands
        return try ServerContext(material, resumption: .none, clock: { hands.now })
    }

    /// One handshake; `isKnown` says whether the cache had the client's certificates before.
    private func connect(
        _ certificate: IssuedCertificate?,
        to context: ServerContext,
        _ verdicts: VerdictCache,
        version: ClientContext.Version = .tls13,
        tamper: @escaping ([UInt8]) -> [UInt8] = { $0 }
    ) throws -> (outcome: HandshakeOutcome?, isKnown: Bool, name: String?) {
        let talk = try Conversation(
            try self.bench.client(certificate, version),
            context,
            verdicts: verdicts
        )
        talk.tamper = tamper
        talk.run()
        let peer = talk.server.facts().peer
        // The mark is left on the shared object by the first handshake that reaches its end.
        let isKnown = peer?.derived != nil
        if talk.outcome == .success { peer?.derived = self.hands }
        return (talk.outcome, isKnown, peer?.leaf?.commonName)
    }

    @Test("Who was accepted is recognised, with the same facts", arguments: Bench.versions)
    func recognised(version: ClientContext.Version) throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(.viaIntermediate)
        let first = try self.connect(certificate, to: context, verdicts, version: version)
        #expect(first == (.success, false, "viaIntermediate"))
        let second = try self.connect(certificate, to: context, verdicts, version: version)
        #expect(second == (.success, true, "viaIntermediate"))
        #expect(verdicts.count == 1)
        // Somebody else is not.
        let other = try self.bench.pki.client(.valid)
        #expect(
            try self.connect(other, to: context, verdicts, version: version) == (.success, false, "valid")
        )
        #expect(verdicts.count == 2)
    }

    @Test(
        "A refusal leaves nothing behind and is refused again",
        arguments: [
            (TestPKI.Client.expired, RefusalReason.expired), (.notYetValid, .notYetValid),
            (.unknownCA, .untrusted), (.selfSigned, .untrusted), (.serverOnlyEKU, .purposeInvalid),
            (.sha1Signature, .incompatible), (.rsa1024, .typeUnsupported), (.viaNonCA, .untrusted),
        ]
    )
    func refused(kind: TestPKI.Client, reason: RefusalReason) throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(kind)
        for _ in 0..<3 {
            #expect(try self.connect(certificate, to: context, verdicts).outcome == .refused(reason))
        }
        #expect(verdicts.count == 0)
    }

    @Test("The same leaf with another chain is another client")
    func otherChain() throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        let whole = try self.bench.pki.client(.viaIntermediate)
        #expect(try self.connect(whole, to: context, verdicts).outcome == .success)
        let alone = self.showing(whole.certificatePEM, whole)
        #expect(try self.connect(alone, to: context, verdicts).outcome == .refused(.untrusted))
        let foreign = self.showing(whole.certificatePEM + self.bench.pki.otherRoot.certificatePEM, whole)
        #expect(try self.connect(foreign, to: context, verdicts).outcome == .refused(.untrusted))
        // With more than is needed it is accepted, and judged for itself.
        let longer = self.showing(whole.chainPEM + self.bench.pki.root.certificatePEM, whole)
        #expect(try self.connect(longer, to: context, verdicts) == (.success, false, "viaIntermediate"))
    }

    private func showing(_ chain: String, _ certificate: IssuedCertificate) -> IssuedCertificate {
        IssuedCertificate(
            certificatePEM: certificate.certificatePEM,
            chainPEM: chain,
            privateKey: certificate.privateKey
        )
    }

    @Test("What one trust store has accepted, another judges for itself")
    func otherTrustStore() throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(.valid)
        #expect(try self.connect(certificate, to: context, verdicts).outcome == .success)
        let other = self.bench.pki.verification(anchors: [self.bench.pki.otherRoot.certificatePEM])
        // Handed the wrong cache, a connection finds nothing in it and puts nothing in.
        let outcome = try self.connect(certificate, to: try self.context(other), verdicts).outcome
        #expect(outcome == .refused(.untrusted))
        #expect(verdicts.count == 1)
    }

    @Test("A material made anew, as by a flip, knows nobody")
    func flip() throws {
        let policy = self.bench.pki.verification()
        let context = try self.context(policy)
        let verdicts = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(.valid)
        #expect(try self.connect(certificate, to: context, verdicts).outcome == .success)
        // The very same policy: it is the material that counts.
        let next = try self.context(policy)
        #expect(try self.connect(certificate, to: next, verdicts) == (.success, false, "valid"))
        #expect(try self.connect(certificate, to: next, verdicts) == (.success, false, "valid"))
    }

    @Test("What passthrough lets through is not remembered, and verify judges it")
    func passthrough() throws {
        let context = try self.context(.passthrough)
        let verdicts = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(.unknownCA)
        #expect(try self.connect(certificate, to: context, verdicts).outcome == .success)
        #expect(verdicts.count == 0)
        let verifying = try self.context(self.bench.pki.verification())
        #expect(try self.connect(certificate, to: verifying, verdicts).outcome == .refused(.untrusted))
    }

    @Test("An acceptance that overlooked the leaf's expiry is not remembered")
    func overlooked() throws {
        let context = try self.context(self.bench.pki.verification(ignoreExpiry: true))
        let verdicts = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(.expired)
        for _ in 0..<2 {
            #expect(try self.connect(certificate, to: context, verdicts) == (.success, false, "expired"))
        }
        #expect(verdicts.count == 0)
        let strict = try self.context(self.bench.pki.verification())
        #expect(try self.connect(certificate, to: strict, verdicts).outcome == .refused(.expired))
    }

    @Test("Who has expired meanwhile is refused, to the second")
    func expiredMeanwhile() throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        var request = self.bench.pki.request(commonName: "brief")
        request.notAfter = Timestamp(seconds: self.bench.pki.now.seconds + 60)
        let certificate = try self.bench.pki.root.issue(request)
        #expect(try self.connect(certificate, to: context, verdicts).outcome == .success)
        self.hands.turn(to: Timestamp(seconds: request.notAfter.seconds - 1))
        #expect(try self.connect(certificate, to: context, verdicts) == (.success, true, "brief"))
        self.hands.turn(to: Timestamp(seconds: request.notAfter.seconds + 1))
        #expect(try self.connect(certificate, to: context, verdicts).outcome == .refused(.expired))
        #expect(verdicts.count == 0)
    }

    @Test("An intermediate that expires ends what was accepted through it")
    func expiredIntermediate() throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        let end = Timestamp(seconds: self.bench.pki.now.seconds + 60)
        let intermediate = try self.bench.pki.root.issueIntermediate(
            commonName: "Brief Intermediate",
            notBefore: TestPKI.days(-1, from: self.bench.pki.now),
            notAfter: end
        )
        let certificate = try intermediate.issue(self.bench.pki.request(commonName: "below"))
        #expect(try self.connect(certificate, to: context, verdicts).outcome == .success)
        self.hands.turn(to: Timestamp(seconds: end.seconds + 1))
        #expect(try self.connect(certificate, to: context, verdicts).outcome == .refused(.expired))
    }

    @Test("A clock set back makes an acceptance silent")
    func clockSetBack() throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(.valid)
        #expect(try self.connect(certificate, to: context, verdicts).outcome == .success)
        self.hands.turn(to: TestPKI.days(-2, from: self.bench.pki.now))
        #expect(try self.connect(certificate, to: context, verdicts).outcome == .refused(.notYetValid))
    }

    @Test("After the maximum age everybody is judged again")
    func maximumAge() throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(.valid)
        _ = try self.connect(certificate, to: context, verdicts)
        let end = self.bench.pki.now.seconds + VerdictCache.maximumAgeSeconds
        self.hands.turn(to: Timestamp(seconds: end - 1))
        #expect(try self.connect(certificate, to: context, verdicts).isKnown)
        self.hands.turn(to: Timestamp(seconds: end))
        #expect(try self.connect(certificate, to: context, verdicts) == (.success, false, "valid"))
    }

    /// TLS 1.2, where the last byte of a CertificateVerify can be found from outside.
    @Test("A known certificate without its key gets nowhere, and an unknown one is not remembered")
    func withoutKey() throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(.valid)
        let spoil: ([UInt8]) -> [UInt8] = { bytes in
            var bytes = bytes
            var offset = 0
            while offset + 5 < bytes.count {
                let end = offset + 5 + (Int(bytes[offset + 3]) << 8 | Int(bytes[offset + 4]))
                if bytes[offset] == 22, bytes[offset + 5] == 15 { bytes[end - 1] ^= 1 }
                offset = end
            }
            return bytes
        }
        let stolen = try self.connect(certificate, to: context, verdicts, version: .tls12, tamper: spoil)
        #expect(stolen.outcome == .failed(.badSignature))
        #expect(verdicts.count == 0)
        #expect(try self.connect(certificate, to: context, verdicts, version: .tls12).outcome == .success)
        let again = try self.connect(certificate, to: context, verdicts, version: .tls12, tamper: spoil)
        #expect(again.outcome == .failed(.badSignature))
    }

    @Test("Nobody without a certificate is anybody")
    func noCertificate() throws {
        let context = try self.context(self.bench.pki.verification())
        let verdicts = VerdictCache(for: context.material)
        _ = try self.connect(try self.bench.pki.client(.valid), to: context, verdicts)
        #expect(try self.connect(nil, to: context, verdicts).outcome == .failed(.noCertificate))
    }

    @Test("The cache is bounded, and keeps those who come back")
    func bounded() throws {
        let material = try self.context(self.bench.pki.verification()).material
        let verdicts = VerdictCache(for: material)
        let message: [UInt8] = [11, 0, 0, 0, 0, 0, 4, 0, 0, 1, 0x30]
        let peer = try #require(
            message.withUnsafeBytes { CertificateMessage($0, isTLS13: false) }
                .map { PeerCertificates($0, certificate: nil) }
        )
        func digest(_ number: Int) -> VerdictCache.Digest {
            // Alike in all but the last word: what tells two apart may be anywhere.
            VerdictCache.Digest(bytes: (1, 2, 3, UInt64(number)))
        }
        for number in 0..<(3 * VerdictCache.capacity) {
            verdicts.keep(digest(number), peer, under: material, judgedAt: 100, expiry: 1_000)
            #expect(verdicts.count <= VerdictCache.capacity)
            #expect(verdicts.accepted(digest(0), under: material, at: 100) != nil)
        }
        #expect(verdicts.accepted(digest(1), under: material, at: 100) == nil)
        #expect(verdicts.accepted(digest(3 * VerdictCache.capacity - 1), under: material, at: 100) != nil)
    }
}
