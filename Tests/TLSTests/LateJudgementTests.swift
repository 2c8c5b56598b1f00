import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// A client that has passed is judged again by what its connection remembers.
@Suite("Late judgements", .ownThreads)
struct LateJudgementTests {
    private let bench: Bench
    private let clock: TestClock

    init() throws {
        self.bench = try Bench()
        self.clock = TestClock(self.bench.pki.now)
    }

    private func context(_ policy: ClientPolicy) throws -> ServerContext {
        try self.bench.context(policy, at: self.clock)
    }

    /// A connection whose caller has let go of the client's certificates.
    private func connected(
        _ certificate: IssuedCertificate,
        to context: ServerContext,
        _ version: ClientContext.Version,
        _ verdicts: VerdictCache? = nil
    ) throws -> ServerConnection {
        let talk = try Conversation(
            self.bench.client(certificate, version),
            context,
            verdicts: verdicts
        )
        #expect(talk.run() == .success)
        talk.server.releasePeer()
        return talk.server
    }

    @Test("Lists, filters and trust stores that came later decide", arguments: Bench.versions)
    func changedPolicies(version: ClientContext.Version) throws {
        let pki = self.bench.pki
        let before = try self.context(pki.verification())
        let cache = VerdictCache(for: before.material)
        let authority = try pki.intermediate(serial: [5])
        // The second of them finds the first's chain in the cache.
        let client = try pki.client(serial: [9], by: authority)
        let connections = try (0..<2).map { _ in try self.connected(client, to: before, version, cache) }
        let press = IdentityFilter(field: .subjectCN, values: ["press-*"])
        let policies: [(ClientPolicy, RefusalReason?)] = [
            (pki.verification(), nil),
            (pki.verification(revocationLists: [try pki.list(pki.revoking([[8]]))]), nil),
            (pki.verification(revocationLists: [try pki.list(pki.revoking([[5]]))]), .crlHit),
            (pki.verification(anchors: [pki.otherRoot.certificatePEM]), .untrusted),
            (pki.verification(requirements: ClientRequirements(identityFilters: [press])), .rejected),
            (pki.verification(), nil),
        ]
        for connection in connections {
            for (policy, reason) in policies {
                #expect(connection.goOn(under: try self.context(policy)))
                let refusal = connection.judgeAgain(knowing: .empty)
                #expect(refusal?.reason == reason)
                guard let refusal else { continue }
                #expect(refusal.trace?.refusal == reason)
                #expect(refusal.trace?.presentedCount == 2)
                #expect(refusal.leaf?.commonName == "numbered")
                #expect(refusal.chain.count == 2)
            }
        }
    }

    @Test("A policy of another mode takes nobody over", arguments: [ClientPolicy.off, .passthrough])
    func otherModes(policy: ClientPolicy) throws {
        let pki = self.bench.pki
        let verified = try self.connected(pki.client(.valid), to: self.context(pki.verification()), .tls13)
        #expect(!verified.goOn(under: try self.context(policy)))
        let other = try self.connected(pki.client(.valid), to: self.context(policy), .tls13)
        #expect(!other.goOn(under: try self.context(pki.verification())))
        #expect(other.goOn(under: try self.context(policy)))
        // Asked of a client that nobody has judged, the answer is no.
        #expect(other.judgeAgain(knowing: .empty)?.reason == .untrusted)
    }

    @Test("A client passes until the first date of its path, and is expired from then on")
    func notAfter() throws {
        let pki = self.bench.pki
        var request = pki.request(commonName: "short")
        request.notAfter = Timestamp(seconds: pki.now.seconds + 60)
        let context = try self.context(pki.verification())
        let connection = try self.connected(pki.root.issue(request), to: context, .tls13)
        #expect(connection.turningPoint == pki.now.seconds + 60)
        self.clock.set(pki.now.seconds + 59)
        #expect(connection.judgeAgain(knowing: .empty) == nil)
        self.clock.set(pki.now.seconds + 60)
        #expect(connection.judgeAgain(knowing: .empty)?.reason == .expired)
    }

    @Test("Where a leaf's expiry is ignored, the date of its CA is the one that counts")
    func ignoredExpiry() throws {
        let pki = self.bench.pki
        let authority = try pki.intermediate()
        var request = pki.request(commonName: "short")
        request.notAfter = Timestamp(seconds: pki.now.seconds + 60)
        let context = try self.context(pki.verification(ignoreExpiry: true))
        let connection = try self.connected(authority.issue(request), to: context, .tls13)
        self.clock.set(pki.now.seconds + 61)
        #expect(connection.judgeAgain(knowing: .empty) == nil)
        let end = TestPKI.days(30, from: pki.now).seconds
        #expect(connection.turningPoint == end)
        self.clock.set(end)
        #expect(connection.judgeAgain(knowing: .empty)?.reason == .expired)
    }

    @Test("A strict list's nextUpdate is a date of the path too")
    func nextUpdate() throws {
        let pki = self.bench.pki
        let list = try pki.list(pki.revoking([[8]], until: 2))
        let context = try self.context(pki.verification(revocationLists: [list], expiredLists: .strict))
        let connection = try self.connected(pki.client(.valid), to: context, .tls12)
        let end = TestPKI.days(2, from: pki.now).seconds
        #expect(connection.turningPoint == end)
        self.clock.set(end)
        #expect(connection.judgeAgain(knowing: .empty)?.reason == .crlProcessingError)
    }

    @Test("Clients below one issuer share its bytes, and the number of issuers is bounded")
    func sharedIssuers() throws {
        let cache = VerdictCache(for: try self.context(self.bench.pki.verification()).material)
        func address(_ bytes: [UInt8]) -> Int { bytes.withUnsafeBytes { Int(bitPattern: $0.baseAddress) } }
        let first = cache.shared([1, 2, 3])
        #expect(address(cache.shared([1, 2, 3])) == address(first))
        for number in 0..<VerdictCache.sharedIssuers { _ = cache.shared([9, UInt8(number)]) }
        #expect(address(cache.shared([1, 2, 3])) != address(first))
    }
}
