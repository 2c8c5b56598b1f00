import COpenSSL
import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Listeners that ask for certificates and resume sessions.
///
/// The tests of what is not resumed are named after the ways in which others have let somebody in. Where one
/// cache serves two materials, which the engine never does, it is to show that what holds is not one thing.
@Suite("Resumption where certificates are asked for", .ownThreads)
struct SessionResumptionTests {
    private let bench: Bench
    private let hands: TestClock
    private var pki: TestPKI { self.bench.pki }

    init() throws {
        self.bench = try Bench()
        self.hands = TestClock(self.bench.pki.now)
    }

    private func material(
        _ tls: ServedTLS,
        listener: UInt64 = 1,
        generation: UInt64 = 1,
        sessions: SessionCache? = nil
    ) throws -> ServerMaterial {
        try ServerMaterial(
            tls,
            listenerID: ResourceID(bits: listener),
            policyGeneration: generation,
            ticketKeys: [UInt8](repeating: 7, count: ServerMaterial.ticketKeyBytes),
            sessions: sessions
        )
    }

    private func material(_ policy: ClientPolicy) throws -> ServerMaterial {
        try self.material(self.pki.served(policy, resumption: SessionResumption()))
    }

    /// A worker's context of a material.
    private func context(_ material: ServerMaterial) throws -> ServerContext {
        let hands = self.hands
        return try ServerContext(material, resumption: material.resumption, clock: { hands.now })
    }

    private func talk(
        _ context: ServerContext,
        _ identity: IssuedCertificate?,
        _ version: ClientContext.Version,
        name: String? = "localhost",
        resuming session: ClientSession? = nil,
        verdicts: VerdictCache? = nil
    ) throws -> Conversation {
        let talk = try Conversation(
            // Who the server is does not matter here.
            ClientContext(
                certificateChainPEM: identity?.chainPEM,
                privateKey: identity?.privateKey,
                versions: version...version
            ),
            context,
            serverName: name,
            resuming: session,
            verdicts: verdicts
        )
        talk.run()
        // A connection that ends without it spoils its session.
        talk.server.sendCloseNotify()
        return talk
    }

    private func session(
        _ context: ServerContext,
        _ identity: IssuedCertificate?,
        _ version: ClientContext.Version,
        name: String? = "localhost"
    ) throws -> ClientSession {
        let talk = try self.talk(context, identity, version, name: name)
        try #require(talk.outcome == .success)
        #expect(!talk.server.facts().isResumed)
        return try #require(talk.client.session())
    }

    // MARK: What is resumed

    @Test("A client resumes on any worker, and is who it was", arguments: Bench.versions, [false, true])
    func resumes(version: ClientContext.Version, isRemembered: Bool) throws {
        let identity = try self.pki.client(.viaIntermediate)
        for policy in [self.pki.verification(), .passthrough] {
            let material = try self.material(policy)
            let verdicts = isRemembered && material.verifies ? VerdictCache(for: material) : nil
            let first = try self.talk(self.context(material), identity, version, verdicts: verdicts)
            let session = try #require(first.client.session())
            let talk = try self.talk(
                self.context(material),
                identity,
                version,
                resuming: session,
                verdicts: verdicts
            )
            #expect(talk.outcome == .success && talk.client.isResumed)
            let (full, resumed) = (first.server.facts(), talk.server.facts())
            #expect(resumed.isResumed)
            #expect(resumed.verification == full.verification)
            #expect(resumed.isJudged == full.isJudged)
            #expect(resumed.serverName == "localhost")
            #expect(resumed.peer?.leaf?.commonName == "viaIntermediate")
            #expect(resumed.peer?.chainPEM() == full.peer?.chainPEM())
            #expect(resumed.peer?.anchor == full.peer?.anchor)
            #expect(resumed.peer?.anchor == nil || material.verifies)
            #expect(talk.server.turningPoint == first.server.turningPoint)
            // The library keeps none itself, which it would without end (CVE-2024-2511).
            let count = SSL_CTX_ctrl(try self.context(material).handle, SSL_CTRL_SESS_NUMBER, 0, nil)
            #expect(count == 0)
        }
    }

    @Test("Nothing is kept for clients unless a listener asks for it", arguments: Bench.versions)
    func byDefault(version: ClientContext.Version) throws {
        for policy in [self.pki.verification(), .passthrough] {
            let context = try self.context(self.material(self.pki.served(policy)))
            #expect(context.material.sessions == nil)
            let talk = try self.talk(context, self.pki.client(.valid), version)
            #expect(talk.outcome == .success)
            #expect(talk.client.session() == nil)
        }
    }

    @Test("Whoever is nobody is nobody again", arguments: Bench.versions)
    func nobody(version: ClientContext.Version) throws {
        let stranger = try self.pki.client(.unknownCA)
        for (enforcement, identity, verification) in [
            (.optional, nil, .absent), (.observed, nil, .absent), (.observed, stranger, .refused(.untrusted)),
        ] as [(ClientRequirements.Enforcement, IssuedCertificate?, ClientVerification)] {
            let requirements = ClientRequirements(clientCertificate: enforcement)
            let context = try self.context(self.material(self.pki.verification(requirements: requirements)))
            let session = try self.session(context, identity, version)
            let talk = try self.talk(context, identity, version, resuming: session)
            #expect(talk.outcome == .success)
            let facts = talk.server.facts()
            #expect(facts.isResumed)
            #expect(facts.verification == verification)
            #expect((facts.peer == nil) == (identity == nil))
        }
    }

    // MARK: What is not

    /// CVE-2025-23419 (nginx): a session of one server was taken by another that asked for more.
    ///
    /// Two of the names have the very same policy: that is no reason either.
    @Test(
        "A session made under another server name is not resumed",
        arguments: Bench.versions,
        [("special.test", "localhost"), ("localhost", "special.test"), ("a.test", "b.test"), (nil, "a.test")]
    )
    func anotherName(version: ClientContext.Version, names: (String?, String)) throws {
        let tls = self.pki.served(
            self.pki.verification(),
            namePolicies: [ServedNamePolicy(names: ["special.test"], policy: .passthrough)],
            resumption: SessionResumption()
        )
        let materials = try tls.policies.map {
            try ServerMaterial(
                tls,
                policy: $0 == tls.clientPolicy ? nil : $0,
                listenerID: ResourceID(bits: 7),
                policyGeneration: 1
            )
        }
        let context = try ServerContext(
            materials[0],
            others: Array(materials.dropFirst()),
            policies: tls.policyTable
        )
        let identity = try self.pki.client(.valid)
        let session = try self.session(context, identity, version, name: names.0)
        let again = try self.talk(context, identity, version, name: names.0?.uppercased(), resuming: session)
        #expect(again.server.facts().isResumed)
        let talk = try self.talk(context, identity, version, name: names.1, resuming: session)
        #expect(talk.outcome == .success)
        #expect(!talk.server.facts().isResumed)
        let without = try self.talk(context, nil, version, name: names.1, resuming: session)
        #expect(!without.server.facts().isResumed)
        #expect(without.outcome == (names.1 == "special.test" ? .success : .failed(.noCertificate)))
    }

    /// CVE-2025-23048 (Apache httpd): a session let a client of one CA in where another CA was asked for; and
    /// what others forget when settings change under a running server.
    @Test(
        "A session made under another trust store, mode, list, filter or pin is not resumed",
        arguments: Bench.versions,
        [false, true]
    )
    func anotherPolicy(version: ClientContext.Version, isCacheShared: Bool) throws {
        let identity = try self.pki.client(serial: [9])
        let stranger = try self.pki.client(.unknownCA)
        let revoking = try self.pki.list(self.pki.revoking([[9]]))
        let filter = IdentityFilter(field: .subjectCN, values: ["somebody-else"])
        let standard = self.pki.verification()
        let changes: [(IssuedCertificate?, ClientPolicy, ClientPolicy, HandshakeOutcome)] = [
            (
                identity, standard, self.pki.verification(anchors: [self.pki.otherRoot.certificatePEM]),
                .refused(.untrusted)
            ),
            (identity, standard, self.pki.verification(revocationLists: [revoking]), .refused(.crlHit)),
            (
                identity, standard,
                self.pki.verification(requirements: ClientRequirements(identityFilters: [filter])),
                .refused(.rejected)
            ),
            (
                identity, standard,
                self.pki.verification(
                    requirements: ClientRequirements(
                        pinnedCertificates: [String(repeating: "ab", count: 32)]
                    )
                ),
                .refused(.rejected)
            ),
            (stranger, .passthrough, standard, .refused(.untrusted)),
            (nil, .passthrough, standard, .failed(.noCertificate)),
            (
                nil, self.pki.verification(requirements: ClientRequirements(clientCertificate: .optional)),
                standard, .failed(.noCertificate)
            ),
            (
                stranger,
                self.pki.verification(requirements: ClientRequirements(clientCertificate: .observed)),
                self.pki.verification(requirements: ClientRequirements(clientCertificate: .optional)),
                .refused(.untrusted)
            ),
        ]
        for (identity, before, after, outcome) in changes {
            let former = try self.material(before)
            let session = try self.session(self.context(former), identity, version)
            let present = try self.material(
                self.pki.served(after, resumption: SessionResumption()),
                generation: isCacheShared ? 1 : 2,
                sessions: isCacheShared ? former.sessions : nil
            )
            let talk = try self.talk(self.context(present), identity, version, resuming: session)
            #expect(talk.outcome == outcome)
            #expect(!talk.server.facts().isResumed)
            #expect(talk.server.write([1]) == false)
        }
    }

    @Test("A session of another listener or policy generation is not resumed", arguments: Bench.versions)
    func anotherListener(version: ClientContext.Version) throws {
        let identity = try self.pki.client(.valid)
        let tls = self.pki.served(self.pki.verification(), resumption: SessionResumption())
        let former = try self.material(tls)
        let session = try self.session(self.context(former), identity, version)
        for (listener, generation) in [(2, 1), (1, 2)] as [(UInt64, UInt64)] {
            for sessions in [nil, former.sessions] {
                let other = try self.material(
                    tls,
                    listener: listener,
                    generation: generation,
                    sessions: sessions
                )
                let talk = try self.talk(self.context(other), identity, version, resuming: session)
                #expect(talk.outcome == .success)
                #expect(!talk.server.facts().isResumed)
            }
        }
    }

    @Test("A session shown another server certificate for is not resumed", arguments: Bench.versions)
    func anotherCertificate(version: ClientContext.Version) throws {
        let identity = try self.pki.client(.valid)
        let session = try self.session(
            self.context(self.material(self.pki.verification())),
            identity,
            version
        )
        let other = try self.pki.server(names: ["localhost"])
        let tls = ServedTLS(
            certificateChain: other.chainPEM,
            privateKey: other.privateKey,
            clientPolicy: self.pki.verification(),
            sessionResumption: SessionResumption()
        )
        // A new certificate alone makes no new policy generation.
        let talk = try self.talk(self.context(self.material(tls)), identity, version, resuming: session)
        #expect(talk.outcome == .success)
        #expect(!talk.server.facts().isResumed)
    }

    /// Go's CVE-2025-68121, and every server that judges only where it sees a certificate.
    @Test(
        "A client whose certificate has expired meanwhile is asked for it, and refused",
        arguments: Bench.versions
    )
    func expiredMeanwhile(version: ClientContext.Version) throws {
        var request = self.pki.request(commonName: "short")
        request.notAfter = Timestamp(seconds: self.pki.now.seconds + 60)
        let identity = try self.pki.root.issue(request)
        let material = try self.material(self.pki.verification())
        let (context, verdicts) = (try self.context(material), VerdictCache(for: material))
        let session = try self.session(context, identity, version)
        self.hands.advance(59)
        let early = try self.talk(context, identity, version, resuming: session, verdicts: verdicts)
        #expect(early.outcome == .success && early.server.facts().isResumed)
        self.hands.advance(2)
        let late = try self.talk(context, identity, version, resuming: session, verdicts: verdicts)
        #expect(late.outcome == .refused(.expired))
        #expect(!late.server.facts().isResumed)
        #expect(late.server.facts().peer?.leaf?.commonName == "short")
        // It is not offered a second chance either.
        #expect(try self.talk(context, nil, version, resuming: session).outcome == .failed(.noCertificate))
    }

    @Test("However often a session is renewed, it ends with its lifetime", arguments: Bench.versions)
    func renewedForEver(version: ClientContext.Version) throws {
        let identity = try self.pki.client(.valid)
        let context = try self.context(self.material(self.pki.verification()))
        var session = try self.session(context, identity, version)
        for seconds in [100, 100, 99] as [Int64] {
            self.hands.advance(seconds)
            let talk = try self.talk(context, identity, version, resuming: session)
            #expect(talk.server.facts().isResumed)
            session = try #require(talk.client.session())
        }
        self.hands.advance(1)
        let talk = try self.talk(context, identity, version, resuming: session)
        #expect(talk.outcome == .success)
        #expect(!talk.server.facts().isResumed)
    }

    @Test("A ticket that holds everything itself is not resumed, by whatever key", arguments: Bench.versions)
    func ticket(version: ClientContext.Version) throws {
        // The same ticket keys and the same session context.
        let off = try self.context(self.material(self.pki.served(.off)))
        let session = try self.session(off, nil, version)
        for policy in [self.pki.verification(), .passthrough] {
            let talk = try self.talk(self.context(self.material(policy)), nil, version, resuming: session)
            #expect(talk.outcome == (policy == .passthrough ? .success : .failed(.noCertificate)))
            #expect(!talk.server.facts().isResumed)
        }
    }

    /// Ids of TLS 1.2 are there for everybody on the wire to read.
    @Test("The name of a session without its secret gets nobody in", arguments: Bench.versions)
    func stolenName(version: ClientContext.Version) throws {
        let context = try self.context(self.material(self.pki.verification()))
        let session = try self.session(context, self.pki.client(.valid), version)
        let count = SSL_SESSION_get_master_key(session.handle, nil, 0)
        let forged = [UInt8](repeating: 1, count: count)
        try #require(SSL_SESSION_set1_master_key(session.handle, forged, count) == 1)
        let talk = try self.talk(context, nil, version, resuming: session)
        #expect(talk.outcome?.isSuccess != true)
        #expect(talk.server.facts().verification == .none)
        #expect(talk.server.write([1]) == false)
    }

    @Test("A session whose connection ended without a goodbye is not resumed", arguments: Bench.versions)
    func unclean(version: ClientContext.Version) throws {
        let context = try self.context(self.material(self.pki.verification()))
        let identity = try self.pki.client(.valid)
        let client = try ClientContext(
            certificateChainPEM: identity.chainPEM,
            privateKey: identity.privateKey,
            versions: version...version
        )
        func session() throws -> ClientSession? {
            let talk = try Conversation(client, context)
            talk.run()
            return talk.client.session()
        }
        let left = try #require(try session())
        let talk = try self.talk(context, identity, version, resuming: left)
        #expect(talk.outcome == .success)
        #expect(!talk.server.facts().isResumed)
    }

    @Test("A listener that is gone takes its sessions with it", arguments: Bench.versions)
    func gone(version: ClientContext.Version) throws {
        var material: ServerMaterial? = try self.material(self.pki.verification())
        let cache = try #require(material?.sessions)
        _ = try self.session(self.context(try #require(material)), self.pki.client(.valid), version)
        #expect(cache.count == 1)
        material = nil
        #expect(cache.count == 0)
    }

    @Test("A handshake that fails leaves no session", arguments: Bench.versions)
    func failed(version: ClientContext.Version) throws {
        let material = try self.material(self.pki.verification())
        let talk = try self.talk(self.context(material), self.pki.client(.unknownCA), version)
        #expect(talk.outcome == .refused(.untrusted))
        #expect(material.sessions?.count == 0)
    }
}
