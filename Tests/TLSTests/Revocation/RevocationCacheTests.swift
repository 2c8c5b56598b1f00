import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// A remembered acceptance must not outlive what the lists say.
@Suite("Remembered verdicts and revocation lists", .ownThreads)
struct RevocationCacheTests {
    let bench: Bench
    private var pki: TestPKI { self.bench.pki }

    init() throws {
        self.bench = try Bench()
    }

    private func verdict(
        of client: IssuedCertificate,
        _ list: RevocationContent,
        _ expired: ExpiredListPolicy
    ) throws -> Verdict {
        let material = try ServerMaterial(
            self.pki.served(self.pki.verification(revocationLists: [list], expiredLists: expired)),
            listenerID: ResourceID(bits: 1),
            policyGeneration: 1
        )
        let policy = try #require(material.verification)
        let chain = try #require(Certificate(pem: client.certificatePEM))
        let stack = try #require(ChainStack([chain]))
        return PeerVerifier.judge(stack.handle, by: policy, at: self.pki.now)
    }

    @Test("It ends with nextUpdate where lists must be current, with the grace where there is one")
    func ends() throws {
        let client = try self.pki.client(serial: [9])
        let leafEnd = TestPKI.days(30, from: self.pki.now).seconds
        let listEnd = TestPKI.days(7, from: self.pki.now).seconds
        let list = try self.pki.list(self.pki.revoking([]))
        #expect(try self.verdict(of: client, list, .use).expiry == leafEnd)
        #expect(try self.verdict(of: client, list, .strict).expiry == listEnd)
        #expect(try self.verdict(of: client, list, .grace(seconds: 60)).expiry == listEnd + 60)
    }

    @Test("What relies on an expired list is not remembered, so that each handshake is counted")
    func expired() throws {
        let list = try self.pki.list(self.pki.revoking([], from: -9, until: -2))
        let verdict = try self.verdict(of: self.pki.client(serial: [9]), list, .use)
        #expect(verdict.refusal == nil)
        #expect(verdict.reliesOnExpiredLists)
        #expect(verdict.expiry == nil)
    }

    /// The worker's cache belongs to a material, and lists are part of it.
    @Test(
        "A cache filled before a list came is not asked by the material that has the list",
        arguments: Bench.versions
    )
    func listAdded(version: ClientContext.Version) throws {
        let client = try self.pki.client(serial: [9])
        let before = try self.bench.server(self.pki.verification())
        let verdicts = VerdictCache(for: before.material)
        let first = try Conversation(self.bench.client(client, version), before, verdicts: verdicts)
        #expect(first.run() == .success)
        #expect(verdicts.count == 1)
        let list = try self.pki.list(self.pki.revoking([[9]]))
        let after = try self.bench.server(self.pki.verification(revocationLists: [list]))
        // As if a worker had kept the wrong cache.
        let second = try Conversation(
            self.bench.client(client, version),
            after,
            allVerdicts: [verdicts, VerdictCache(for: after.material)]
        )
        #expect(second.run() == .refused(.crlHit))
    }
}
