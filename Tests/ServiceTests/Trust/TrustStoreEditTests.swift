import Foundation
import Model
import TLS
import TestSupport
import Testing

@testable import Service

/// One CA in, one out, an earlier bundle back, and who did it; and what is revoked.
@Suite("Edits of trust stores")
struct TrustStoreEditTests {
    let pki: TestPKI
    let files: TemporaryDirectory

    init() throws {
        self.pki = try TestPKI()
        self.files = try TemporaryDirectory()
    }

    private func gate(lists: [String]? = nil) async throws -> TestGate {
        try await TestGate.started(
            try Declarations.edge().with {
                $0.trustStores[0].caCertificatesBundle = FileContents(
                    path: "root.pem",
                    text: self.pki.root.certificatePEM
                )
                $0.trustStores[0].revocationLists = lists
            }
        )
    }

    private func change(
        _ gate: TestGate,
        _ edit: TrustStoreChange.Edit
    ) async throws -> ChangeReceipt {
        try await gate.service.changeTrustStore(
            TrustStoreChange(trustStore: "clients", edit: edit),
            by: Author(name: "ana", via: "console")
        )
    }

    private func store(_ gate: TestGate) async throws -> TrustStore {
        try await gate.service.view().configuration.trustStores[0]
    }

    private var other: FileContents {
        FileContents(path: "other.pem", text: self.pki.otherRoot.certificatePEM)
    }

    @Test("A CA is added once, removed by its fingerprint, and an earlier bundle comes back as the next one")
    func bundle() async throws {
        let gate = try await self.gate()
        let added = try await self.change(gate, .addAuthorities(self.other))
        #expect(added.plan.lines.first?.details.last == "add CA CN=Other Root")
        let both = try await self.store(gate)
        #expect((both.revision, both.certificates.count) == (2, 2))
        // The path stays that of the bundle: what was added is no file that the gate reads again.
        #expect(both.source.path == "root.pem")
        #expect(try await self.change(gate, .addAuthorities(self.other)).plan.isEmpty)

        let root = both.certificates[0].facts.fingerprint
        _ = try await self.change(gate, .removeAuthority(fingerprint: root.uppercased()))
        #expect(try await self.store(gate).certificates.map(\.facts) == [both.certificates[1].facts])
        _ = try await self.change(gate, .restoreRevision(1))
        let restored = try await self.store(gate)
        #expect(restored.revision == 4)
        #expect(restored.certificates.map(\.facts.fingerprint) == [root])

        let revisions = try await gate.service.revisions(ofTrustStore: "clients")
        #expect(revisions.map(\.revision) == [4, 3, 2, 1])
        #expect(revisions.map(\.certificates.count) == [1, 1, 2, 1])
        #expect(revisions.prefix(3).allSatisfy { $0.author?.name == "ana" && $0.change != nil })
        #expect(revisions.last?.author == Declarations.author)
        let difference = AuthorityDifference(
            from: revisions[1].certificates,
            to: revisions[0].certificates
        )
        #expect(difference.added.map(\.fingerprint) == [root] && difference.removed.count == 1)
    }

    @Test("The last CA stays, and what is not there is named; nothing changes")
    func refusals() async throws {
        let gate = try await self.gate()
        let root = try await self.store(gate).certificates[0].facts.fingerprint
        let leaf = try self.pki.client(serial: [7])
        let before = try Observation(gate)
        for (edit, words) in [
            (TrustStoreChange.Edit.removeAuthority(fingerprint: root), "the last CA"),
            (.removeAuthority(fingerprint: "ab"), "has no CA with the fingerprint ab"),
            (.restoreRevision(9), "Revision 9 of trust store clients is not remembered"),
            (.addAuthorities(FileContents(path: "leaf.pem", text: leaf.certificatePEM)), "leaf.pem"),
        ] {
            for isPreview in [true, false] {
                let error = await #expect(throws: OperatorError.self) {
                    if isPreview {
                        let change = TrustStoreChange(trustStore: "clients", edit: edit)
                        _ = try await gate.service.preview(change)
                    } else {
                        _ = try await self.change(gate, edit)
                    }
                }
                #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            }
        }
        #expect(try Observation(gate) == before)
    }

    @Test("A number is found in the list that names it, with the moment and the reason")
    func revoked() async throws {
        // CRLReason keyCompromise as an extension of the entry: 2.5.29.21, ENUMERATED 1.
        let reason: [UInt8] = [0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01, 0x01]
        var request = self.pki.revoking([[0x05, 0xBE], [0x00, 0x80, 0x01]])
        request.entries[0].extensions = [reason]
        let path = try self.files.write(self.pki.root.revocationListPEM(request), to: "root.crl")
        let gate = try await self.gate(lists: [path])
        func ask(_ serial: String, issuer: String? = nil) async throws -> RevocationAnswer {
            try await gate.service.revocations(RevocationQuery(serialNumber: serial, issuer: issuer))
        }
        let issuer = try await self.store(gate).certificates[0].facts.subject
        for spelling in ["05be", "05:BE", "0x5be", " 00 05 be"] {
            let finding = try #require(try await ask(spelling, issuer: issuer).findings.first)
            #expect((finding.trustStore, finding.list.id) == ("clients", 1))
            #expect(finding.reason == "keyCompromise")
            #expect(finding.revokedAt == request.thisUpdate)
        }
        let bare = try #require(try await ask("8001").findings.first)
        #expect(bare.reason == nil)
        let free = try await ask("05bf")
        #expect((free.findings.count, free.lists, free.entries) == (0, 1, 2))
        #expect(try await ask("05be", issuer: "CN=Somebody Else").lists == 0)
        for nonsense in ["", "xyz", "05be!", String(repeating: "1", count: 200)] {
            await #expect(throws: OperatorError.self) { try await ask(nonsense) }
        }
    }
}
