import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Who gets through a verify listener whose trust store has revocation lists, in real handshakes.
@Suite("Handshakes with revocation lists", .ownThreads)
struct RevocationHandshakeTests {
    private typealias Version = ClientContext.Version

    let bench: Bench
    private var pki: TestPKI { self.bench.pki }
    private let revoked: [UInt8] = [0x04, 0x13]

    init() throws {
        self.bench = try Bench()
    }

    private func outcome(
        of client: IssuedCertificate,
        _ version: Version,
        _ lists: [RevocationContent],
        expired: ExpiredListPolicy = .use,
        anchors: [String]? = nil
    ) throws -> HandshakeOutcome? {
        let policy = self.pki.verification(anchors: anchors, revocationLists: lists, expiredLists: expired)
        return try self.bench.outcome(of: client, version, policy).outcome
    }

    @Test(
        "A revoked leaf is refused with its reason and alert, and its neighbour is not",
        arguments: Bench.versions
    )
    func leaf(version: ClientContext.Version) throws {
        let list = try self.pki.list(self.pki.revoking([[1], self.revoked, [0x70, 0]]))
        let policy = self.pki.verification(revocationLists: [list])
        let talk = try self.bench.outcome(of: self.pki.client(serial: self.revoked), version, policy)
        #expect(talk.outcome == .refused(.crlHit))
        // certificate_revoked (RFC 8446 6.2)
        #expect(talk.client.receivedAlert == 44)
        #expect(try self.outcome(of: self.pki.client(serial: [0x04, 0x14]), version, [list]) == .success)
        // Without the list nobody is.
        #expect(try self.outcome(of: self.pki.client(serial: self.revoked), version, []) == .success)
    }

    @Test("Zero and 20 bytes can be revoked, a negative number cannot", arguments: Bench.versions)
    func serials(version: ClientContext.Version) throws {
        let long: [UInt8] = [UInt8](0x40...0x53)
        let list = try self.pki.list(self.pki.revoking([[0], long, [0xFF], [0x00, 0x80]]))
        for (serial, outcome) in [
            ([0], HandshakeOutcome.refused(.crlHit)), (long, .refused(.crlHit)),
            ([0x00, 0x80], .refused(.crlHit)),
            // -1 is listed and -128 has the bytes of 128.
            ([0xFF], .success), ([0x80], .success), ([0x00, 0xFF], .success),
        ] as [([UInt8], HandshakeOutcome)] {
            #expect(
                try self.outcome(of: self.pki.client(serial: serial), version, [list]) == outcome,
                "\(serial)"
            )
        }
    }

    @Test(
        "A revoked intermediate takes its clients with it, sent or in the bundle",
        arguments: Bench.versions
    )
    func intermediate(version: ClientContext.Version) throws {
        let intermediate = try self.pki.intermediate(serial: self.revoked)
        let client = try self.pki.client(serial: [7], by: intermediate)
        let list = try self.pki.list(self.pki.revoking([self.revoked]))
        #expect(try self.outcome(of: client, version, [list]) == .refused(.crlHit))
        let both = [self.pki.root.certificatePEM, intermediate.certificatePEM]
        #expect(try self.outcome(of: client, version, [list], anchors: both) == .refused(.crlHit))
        // A CA between the two of which the bundle holds neither the list nor anything wrong.
        let lower = try intermediate.issueIntermediate(
            commonName: "Lower",
            notBefore: TestPKI.days(-1, from: self.pki.now),
            notAfter: TestPKI.days(30, from: self.pki.now)
        )
        let below = try self.pki.client(serial: [7], by: lower)
        let all = both + [lower.certificatePEM]
        #expect(try self.outcome(of: below, version, [list], anchors: all) == .refused(.crlHit))
        #expect(try self.outcome(of: below, version, [], anchors: all) == .success)
        // The leaf's number in the root's list is not the leaf: its CA is another.
        let other = try self.pki.list(self.pki.revoking([[7]]))
        #expect(try self.outcome(of: client, version, [other]) == .success)
        // Alone in the bundle it is an anchor, and no list speaks of anchors; its own speaks of its clients.
        let alone = [intermediate.certificatePEM]
        #expect(try self.outcome(of: client, version, [list], anchors: alone) == .success)
        let own = try self.pki.list(self.pki.revoking([[7]]), by: intermediate)
        #expect(try self.outcome(of: client, version, [own], anchors: alone) == .refused(.crlHit))
        #expect(try self.outcome(of: client, version, [own], anchors: both) == .refused(.crlHit))
        // Not in the bundle, its list waits for it.
        #expect(try self.outcome(of: client, version, [own]) == .success)
    }

    @Test("A list counts only for the key that signed it", arguments: Bench.versions)
    func keys(version: ClientContext.Version) throws {
        // Two CAs of one name, as after a renewal with a new key.
        let twins = try (0..<2).map { _ in
            try CertificateAuthority(root: self.pki.request(commonName: "Renewed"))
        }
        let clients = try twins.map { try self.pki.client(serial: self.revoked, by: $0) }
        let anchors = twins.map(\.certificatePEM)
        for hasKeyIdentifier in [true, false] {
            var request = self.pki.revoking([self.revoked])
            request.hasKeyIdentifier = hasKeyIdentifier
            let list = try self.pki.list(request, by: twins[0])
            #expect(try self.outcome(of: clients[0], version, [list], anchors: anchors) == .refused(.crlHit))
            #expect(try self.outcome(of: clients[1], version, [list], anchors: anchors) == .success)
        }
        // A stranger's list in the CA's name is no list of the CA.
        var forgery = self.pki.request(commonName: "Test Root")
        forgery.subject = [
            NameAttribute("C", "DE"), NameAttribute("O", "Umbra Works"), NameAttribute("CN", "Test Root"),
        ]
        let forger = try CertificateAuthority(root: forgery)
        let forged = try self.pki.list(self.pki.revoking([self.revoked]), by: forger)
        #expect(try self.outcome(of: self.pki.client(serial: self.revoked), version, [forged]) == .success)
    }

    @Test(
        "A list from the future is a processing error, unless another speaks already",
        arguments: Bench.versions
    )
    func future(version: ClientContext.Version) throws {
        let future = try self.pki.list(self.pki.revoking([self.revoked], from: 1, number: 2))
        let innocent = try self.pki.client(serial: [9])
        #expect(try self.outcome(of: innocent, version, [future]) == .refused(.crlProcessingError))
        // What it says is believed all the same.
        let client = try self.pki.client(serial: self.revoked)
        #expect(try self.outcome(of: client, version, [future]) == .refused(.crlHit))
        let present = try self.pki.list(self.pki.revoking([]))
        #expect(try self.outcome(of: innocent, version, [future, present]) == .success)
        #expect(try self.outcome(of: client, version, [future, present]) == .refused(.crlHit))
    }

    @Test(
        "An expired list goes on, closes, or closes after its grace; its entries count in each case",
        arguments: Bench.versions
    )
    func expired(version: ClientContext.Version) throws {
        let list = try self.pki.list(self.pki.revoking([self.revoked], from: -9, until: -2))
        let innocent = try self.pki.client(serial: [9])
        let client = try self.pki.client(serial: self.revoked)
        let day = 86_400
        for (policy, outcome) in [
            (ExpiredListPolicy.use, HandshakeOutcome.success), (.strict, .refused(.crlProcessingError)),
            (.grace(seconds: 3 * day), .success), (.grace(seconds: day), .refused(.crlProcessingError)),
        ] {
            #expect(try self.outcome(of: innocent, version, [list], expired: policy) == outcome)
            #expect(try self.outcome(of: client, version, [list], expired: policy) == .refused(.crlHit))
            // The newer list speaks for the CA; what only the older one names stays revoked.
            let newer = try self.pki.list(self.pki.revoking([[8]], number: 2))
            let both = [list, newer]
            #expect(try self.outcome(of: innocent, version, both, expired: policy) == .success)
            #expect(try self.outcome(of: client, version, both, expired: policy) == .refused(.crlHit))
        }
        let talk = try self.bench.outcome(
            of: innocent,
            version,
            self.pki.verification(revocationLists: [list])
        )
        #expect(talk.server.reliesOnExpiredLists)
        // One that names no end never expires.
        let endless = try self.pki.list(self.pki.revoking([], from: -9, until: nil))
        #expect(try self.outcome(of: innocent, version, [endless], expired: .strict) == .success)
    }

    @Test("Other faults come first", arguments: Bench.versions)
    func precedence(version: ClientContext.Version) throws {
        var request = self.pki.request(commonName: "late")
        request.serialNumber = self.revoked
        request.notBefore = TestPKI.days(-20, from: self.pki.now)
        request.notAfter = TestPKI.days(-10, from: self.pki.now)
        let list = try self.pki.list(self.pki.revoking([self.revoked]))
        let late = try self.pki.root.issue(request)
        #expect(try self.outcome(of: late, version, [list]) == .refused(.expired))
        let policy = self.pki.verification(ignoreExpiry: true, revocationLists: [list])
        #expect(try self.bench.outcome(of: late, version, policy).outcome == .refused(.crlHit))
    }
}
