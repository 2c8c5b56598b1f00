import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Refusals that are remembered say what a judgement would say, and no longer than it would.
@Suite("Remembered refusals", .ownThreads)
struct RefusalMemoryTests {
    private let bench: Bench
    private let clock: TestClock

    init() throws {
        self.bench = try Bench()
        self.clock = TestClock(self.bench.pki.now)
    }

    private func context(_ policy: ClientPolicy) throws -> ServerContext {
        try self.bench.context(policy, at: self.clock)
    }

    private func connect(
        _ certificate: IssuedCertificate?,
        to context: ServerContext,
        _ cache: VerdictCache?,
        _ version: ClientContext.Version = .tls13
    ) throws -> (outcome: HandshakeOutcome?, trace: VerificationTrace?) {
        let talk = try Conversation(self.bench.client(certificate, version), context, verdicts: cache)
        talk.run()
        let trace = talk.outcome?.refusal.flatMap { talk.server.trace(of: $0, knowing: .empty) }
        return (talk.outcome, trace)
    }

    private func move(by seconds: Int64) {
        self.clock.advance(seconds)
    }

    @Test(
        "A remembered refusal has the reason and the trace of a fresh one",
        arguments: [
            TestPKI.Client.expired, .notYetValid, .unknownCA, .selfSigned, .serverOnlyEKU, .version1,
            .rsa1024,
            .ed25519, .sha1Signature, .unknownCriticalExtension, .viaExpiredIntermediate, .viaNonCA,
        ],
        Bench.versions
    )
    func same(kind: TestPKI.Client, version: ClientContext.Version) throws {
        let context = try self.context(self.bench.pki.verification())
        let cache = VerdictCache(for: context.material)
        let certificate = try self.bench.pki.client(kind)
        let fresh = try self.connect(certificate, to: context, nil, version)
        guard case .refused = fresh.outcome else { return }
        for _ in 0..<2 {
            let refused = try self.connect(certificate, to: context, cache, version)
            #expect(refused.outcome == fresh.outcome)
            #expect(refused.trace == fresh.trace)
        }
        #expect((cache.count, cache.refusalCount) == (0, 1))
        #expect(try self.connect(self.bench.pki.client(.valid), to: context, cache).outcome == .success)
    }

    @Test("Who is not valid yet is let in at the very moment of its notBefore")
    func notBefore() throws {
        let pki = self.bench.pki
        var request = pki.request(commonName: "soon")
        request.notBefore = Timestamp(seconds: pki.now.seconds + 10)
        let certificate = try pki.root.issue(request)
        let context = try self.context(pki.verification())
        let cache = VerdictCache(for: context.material)
        #expect(try self.connect(certificate, to: context, cache).outcome == .refused(.notYetValid))
        self.move(by: 9)
        #expect(try self.connect(certificate, to: context, cache).outcome == .refused(.notYetValid))
        self.move(by: 1)
        #expect(try self.connect(certificate, to: context, cache).outcome == .success)
    }

    @Test("A list that has not begun refuses until it has, and not longer")
    func lists() throws {
        let pki = self.bench.pki
        let list = try pki.list(pki.revoking([[7]], from: 1, until: 9))
        let context = try self.context(pki.verification(revocationLists: [list]))
        let cache = VerdictCache(for: context.material)
        let certificate = try pki.client(.valid)
        #expect(try self.connect(certificate, to: context, cache).outcome == .refused(.crlProcessingError))
        #expect(cache.refusalCount == 0)
        self.move(by: 86_400)
        #expect(try self.connect(certificate, to: context, cache).outcome == .success)
    }

    @Test("What one policy refused, another judges for itself")
    func otherPolicy() throws {
        let pki = self.bench.pki
        let certificate = try pki.client(.unknownCA)
        let strict = try self.context(pki.verification())
        let cache = VerdictCache(for: strict.material)
        #expect(try self.connect(certificate, to: strict, cache).outcome == .refused(.untrusted))
        let wide = try self.context(
            pki.verification(anchors: [pki.root.certificatePEM, pki.otherRoot.certificatePEM])
        )
        // The cache is handed over by mistake, and keeps silent.
        #expect(try self.connect(certificate, to: wide, cache).outcome == .success)
        #expect(try self.connect(certificate, to: wide, VerdictCache(for: wide.material)).outcome == .success)
    }

    @Test("Where clients are only observed, a remembered refusal lets through as nobody, who proves its key")
    func observed() throws {
        let pki = self.bench.pki
        let policy = pki.verification(requirements: ClientRequirements(clientCertificate: .observed))
        let context = try self.context(policy)
        let cache = VerdictCache(for: context.material)
        let certificate = try pki.client(.unknownCA)
        for _ in 0..<2 {
            let talk = try Conversation(self.bench.client(certificate, .tls13), context, verdicts: cache)
            #expect(talk.run() == .success)
            #expect(talk.server.facts().verification == .refused(.untrusted))
        }
        #expect(cache.refusalCount == 1)
        // The same certificate by somebody who has another key.
        let thief = try ClientContext(
            trustedRootPEM: pki.root.certificatePEM,
            certificateChainPEM: certificate.chainPEM,
            privateKey: certificate.privateKey
        )
        let talk = try Conversation(thief, context, verdicts: cache)
        talk.tamper = { bytes in
            var bytes = bytes
            if bytes.count > 200 { bytes[bytes.count - 60] ^= 1 }
            return bytes
        }
        #expect(talk.run() != .success)
    }

    @Test("Strangers fill their table only to its bound, and push nobody out who was accepted")
    func bound() {
        var table = RecentTable<Int>(capacity: 8)
        func digest(_ number: UInt64) -> VerdictCache.Digest { VerdictCache.Digest(bytes: (number, 0, 0, 0)) }
        for number: UInt64 in 0..<100 { table.keep(Int(number), digest(number), for: 0..<10) }
        #expect(table.count <= 8)
        #expect(table.value(digest(99), at: 9) == 99)
        #expect(table.value(digest(99), at: 10) == nil)
        #expect(table.value(digest(0), at: 1) == nil)
    }
}
