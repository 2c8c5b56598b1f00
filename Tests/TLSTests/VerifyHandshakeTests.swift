import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// A listener in `verify`: who gets through, and which reason, alert and facts the others leave behind.
@Suite("Handshakes in verify", .ownThreads)
struct VerifyHandshakeTests {
    let bench: Bench

    init() throws {
        self.bench = try Bench()
    }

    @Test(
        "A client the trust store vouches for gets through",
        arguments: [
            TestPKI.Client.valid, .noEKU, .rsa2048, .p384, .p521, .viaIntermediate,
        ],
        Bench.versions
    )
    func accepted(kind: TestPKI.Client, version: ClientContext.Version) throws {
        let certificate = try self.bench.pki.client(kind)
        let talk = try self.bench.outcome(of: certificate, version, self.bench.pki.verification())
        #expect(talk.outcome == .success)
        let facts = talk.server.facts()
        #expect(facts.peer?.leaf?.commonName == kind.rawValue)
        #expect(facts.version == (version == .tls13 ? "TLSv1.3" : "TLSv1.2"))
        #expect(facts.keyExchange == "X25519")
        #expect(facts.serverName == "localhost")
        #expect(!facts.isResumed)
    }

    /// A worker that remembers the client tells the same.
    @Test(
        "It is told which CA of the trust store vouches for a client, and its other names",
        arguments: Bench.versions
    )
    func anchor(version: ClientContext.Version) throws {
        let pki = self.bench.pki
        var request = pki.request(commonName: "named")
        request.dnsNames = ["a.test", "b.test"]
        let issuer = try pki.intermediate()
        let identity = try issuer.issue(request)
        let other = pki.otherRoot.certificatePEM
        for (anchor, subject) in [
            (pki.root.certificatePEM, "CN=Test Root,O=Umbra Works,C=DE"),
            (issuer.certificatePEM, "CN=Test Intermediate"),
        ] {
            let material = try ServerMaterial(
                pki.served(pki.verification(anchors: [other, anchor])),
                listenerID: ResourceID(bits: 1),
                policyGeneration: 1
            )
            let verdicts = VerdictCache(for: material)
            for _ in 0..<2 {
                let talk = try Conversation(
                    self.bench.client(identity, version),
                    ServerContext(material),
                    verdicts: verdicts
                )
                #expect(talk.run() == .success)
                let peer = try #require(talk.server.facts().peer)
                #expect(peer.anchor?.subject == subject)
                #expect(peer.anchor?.trustStore == "clients")
                #expect(peer.alternativeNames == ["DNS:a.test", "DNS:b.test"])
            }
            #expect(verdicts.count == 1)
        }
        let stranger = try self.bench.outcome(of: pki.client(.unknownCA), version, pki.verification())
        let peer = try #require(stranger.server.facts().peer)
        #expect(peer.anchor == nil)
    }

    /// A bundle may keep a CA that has expired; it helps nobody.
    @Test("An expired anchor vouches for nobody, root or intermediate", arguments: Bench.versions)
    func expiredAnchor(version: ClientContext.Version) throws {
        let pki = self.bench.pki
        let (from, to) = (TestPKI.days(-20, from: pki.now), TestPKI.days(-10, from: pki.now))
        let root = try CertificateAuthority(commonName: "Gone", notBefore: from, notAfter: to)
        let below = try pki.root.issueIntermediate(commonName: "Gone too", notBefore: from, notAfter: to)
        for authority in [root, below] {
            let policy = pki.verification(
                anchors: [authority.certificatePEM, pki.otherRoot.certificatePEM],
                ignoreExpiry: true
            )
            let talk = try self.bench.outcome(
                of: authority.issue(pki.request(commonName: "orphan")),
                version,
                policy
            )
            #expect(talk.outcome == .refused(.expired))
            let other = try self.bench.outcome(of: pki.client(.unknownCA), version, policy)
            #expect(other.outcome == .success)
        }
    }

    struct Refusal: Sendable {
        let kind: TestPKI.Client
        let reason: RefusalReason
        /// RFC 8446 section 6.
        let alert: UInt8
    }

    @Test(
        "Every other client is refused with its reason and an alert, and is named in the facts",
        arguments: [
            Refusal(kind: .expired, reason: .expired, alert: 45),
            Refusal(kind: .notYetValid, reason: .notYetValid, alert: 42),
            Refusal(kind: .unknownCA, reason: .untrusted, alert: 48),
            Refusal(kind: .selfSigned, reason: .untrusted, alert: 48),
            Refusal(kind: .serverOnlyEKU, reason: .purposeInvalid, alert: 43),
            Refusal(kind: .anyEKU, reason: .purposeInvalid, alert: 43),
            Refusal(kind: .keyEnciphermentOnly, reason: .purposeInvalid, alert: 43),
            Refusal(kind: .version1, reason: .typeUnsupported, alert: 43),
            Refusal(kind: .rsa1024, reason: .typeUnsupported, alert: 43),
            Refusal(kind: .sha1Signature, reason: .incompatible, alert: 42),
            Refusal(kind: .unknownCriticalExtension, reason: .invalid, alert: 46),
            Refusal(kind: .viaExpiredIntermediate, reason: .expired, alert: 45),
            Refusal(kind: .viaNonCA, reason: .untrusted, alert: 48),
        ],
        Bench.versions
    )
    func refused(refusal: Refusal, version: ClientContext.Version) throws {
        let certificate = try self.bench.pki.client(refusal.kind)
        let talk = try self.bench.outcome(of: certificate, version, self.bench.pki.verification())
        #expect(talk.outcome == .refused(refusal.reason))
        #expect(talk.client.receivedAlert == refusal.alert)
        #expect(talk.server.facts().peer?.leaf?.commonName == refusal.kind.rawValue)
        #expect(talk.server.facts().cipher != nil)
    }

    @Test(
        "A client without a certificate fails with the alert of its TLS version",
        arguments: [(ClientContext.Version.tls12, UInt8(40)), (.tls13, 116)]
    )
    func missing(version: ClientContext.Version, alert: UInt8) throws {
        let talk = try self.bench.outcome(of: nil, version, self.bench.pki.verification())
        #expect(talk.outcome == .failed(.noCertificate))
        #expect(talk.client.receivedAlert == alert)
        #expect(talk.server.facts().peer == nil)
    }

    /// Ed25519 is not among the schemes a verify listener asks for, so a client with nothing else sends none.
    @Test("A client with an Ed25519 key only has nothing to send", arguments: Bench.versions)
    func ed25519(version: ClientContext.Version) throws {
        let certificate = try self.bench.pki.client(.ed25519)
        let talk = try self.bench.outcome(of: certificate, version, self.bench.pki.verification())
        #expect(talk.outcome == .failed(.noCertificate))
    }

    @Test("Ignoring expiry forgives the leaf and nobody above it", arguments: Bench.versions)
    func ignoredExpiry(version: ClientContext.Version) throws {
        let policy = self.bench.pki.verification(ignoreExpiry: true)
        let expected: [(TestPKI.Client, HandshakeOutcome)] = [
            (.expired, .success), (.viaExpiredIntermediate, .refused(.expired)),
            (.notYetValid, .refused(.notYetValid)), (.unknownCA, .refused(.untrusted)),
        ]
        for (kind, outcome) in expected {
            let certificate = try self.bench.pki.client(kind)
            #expect(try self.bench.outcome(of: certificate, version, policy).outcome == outcome, "\(kind)")
        }
    }

    @Test("An intermediate in the trust store is an anchor by itself", arguments: Bench.versions)
    func intermediateAnchor(version: ClientContext.Version) throws {
        let intermediate = try self.bench.pki.intermediate()
        let policy = self.bench.pki.verification(anchors: [intermediate.certificatePEM])
        let below = try intermediate.issue(self.bench.pki.request(commonName: "below"))
        #expect(try self.bench.outcome(of: below, version, policy).outcome == .success)
        // Its root is not one by implication.
        let beside = try self.bench.pki.client(.valid)
        #expect(try self.bench.outcome(of: beside, version, policy).outcome == .refused(.untrusted))
    }

    @Test("Four certificates pass, five are too many", arguments: Bench.versions)
    func chainCount(version: ClientContext.Version) throws {
        let policy = self.bench.pki.verification()
        let four = try self.bench.outcome(of: self.bench.pki.client(below: 3), version, policy)
        #expect(four.outcome == .success)
        let five = try self.bench.outcome(of: self.bench.pki.client(below: 4), version, policy)
        #expect(five.outcome == .refused(.maxChainDepthExceeded))
        #expect(five.server.facts().peer?.count == 5)
    }

    @Test("A Certificate message over 64 KiB is refused before it is read", arguments: Bench.versions)
    func messageSize(version: ClientContext.Version) throws {
        var request = self.bench.pki.request(commonName: "huge")
        request.extraExtensions = [
            CertificateRequest.Extension(
                identifier: "1.3.6.1.4.1.55555.2",
                isCritical: false,
                der: [UInt8](repeating: 0, count: EngineLimits.certificateMessageBytes)
            )
        ]
        let certificate = try self.bench.pki.root.issue(request)
        let talk = try self.bench.outcome(of: certificate, version, self.bench.pki.verification())
        #expect(talk.outcome == .refused(.maxSizeExceeded))
        #expect(talk.server.facts().peer == nil)
    }

    @Test("The trust store's names are told only if they are to be", arguments: Bench.versions)
    func advertisedNames(version: ClientContext.Version) throws {
        let certificate = try self.bench.pki.client(.valid)
        for isAdvertised in [false, true] {
            let policy = self.bench.pki.verification(advertiseNames: isAdvertised)
            let talk = try self.bench.outcome(of: certificate, version, policy)
            #expect(talk.outcome == .success)
            #expect(talk.client.requestedIssuers.count == (isAdvertised ? 1 : 0))
        }
    }

    /// TLS 1.2 sends certificates in the clear, so the message can be damaged on its way.
    @Test("A certificate that does not parse is told as such")
    func unparsable() throws {
        let certificate = try self.bench.pki.client(.valid)
        let talk = try Conversation(
            try self.bench.client(certificate, .tls12),
            try self.bench.server(self.bench.pki.verification())
        )
        // Record header 5, handshake header 4, two lengths of 3; then the certificate's own SEQUENCE.
        talk.tamper = { bytes in
            guard bytes.count > 15, bytes[0] == 22, bytes[5] == 11 else { return bytes }
            var bytes = bytes
            bytes[15] = 0x04
            return bytes
        }
        #expect(talk.run() == .refused(.invalid))
        #expect(talk.server.facts().peer?.count == 1)
        #expect(talk.server.facts().peer?.leaf == nil)
    }

    @Test("A client that does not hold the key of its certificate is told as such")
    func badSignature() throws {
        let certificate = try self.bench.pki.client(.valid)
        let talk = try Conversation(
            try self.bench.client(certificate, .tls12),
            try self.bench.server(self.bench.pki.verification())
        )
        // CertificateVerify is type 15; the last byte of its record is the signature's.
        talk.tamper = { bytes in
            var bytes = bytes
            var offset = 0
            while offset + 5 < bytes.count {
                let end = offset + 5 + (Int(bytes[offset + 3]) << 8 | Int(bytes[offset + 4]))
                if bytes[offset] == 22, bytes[offset + 5] == 15 { bytes[end - 1] ^= 1 }
                offset = end
            }
            return bytes
        }
        #expect(talk.run() == .failed(.badSignature))
    }
}
