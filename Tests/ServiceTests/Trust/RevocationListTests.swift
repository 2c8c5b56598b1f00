import Foundation
import Model
import TLS
import TestSupport
import Testing

@testable import Service

/// Revocation lists from a file to the snapshot: by declaration and by command, stored, counted, taken away.
@Suite("Revocation lists of trust stores")
struct RevocationListTests {
    let pki: TestPKI
    let files: TemporaryDirectory

    init() throws {
        self.pki = try TestPKI()
        self.files = try TemporaryDirectory()
    }

    /// The usual declaration with a trust store of this test's CA.
    private func declaration(_ lists: [String]? = nil) throws -> DesiredConfiguration {
        try Declarations.edge().with {
            $0.trustStores[0].caCertificatesBundle = FileContents(
                path: "root.pem",
                text: self.pki.root.certificatePEM
            )
            $0.trustStores[0].revocationLists = lists
        }
    }

    @discardableResult
    private func write(
        _ name: String,
        _ request: RevocationListRequest,
        by authority: CertificateAuthority? = nil
    ) throws -> String {
        try self.files.write((authority ?? self.pki.root).revocationListPEM(request), to: name)
    }

    private func change(_ gate: TestGate, _ edit: TrustStoreChange.Edit) async throws -> ChangeReceipt {
        try await gate.service.changeTrustStore(
            TrustStoreChange(trustStore: "clients", edit: edit),
            by: Declarations.author
        )
    }

    /// The change that adds the lists of files.
    private func adding(_ paths: String...) throws -> TrustStoreChange.Edit {
        .addRevocations(
            files: try paths.map {
                FileContents(path: $0, text: try String(contentsOfFile: $0, encoding: .utf8))
            }
        )
    }

    private func lists(_ gate: TestGate) async throws -> [RevocationList] {
        try await gate.service.view().configuration.trustStores[0].revocationLists
    }

    private func served(_ gate: TestGate) throws -> [RevocationContent] {
        let listener = try #require(gate.plane.running?.listeners.first { $0.name == "edge-8443" })
        guard case .verify(let verification) = listener.tls?.clientPolicy else { return [] }
        return verification.revocationLists
    }

    @Test("A list is added with the next id, kept by a declaration that is silent, and removed for good")
    func life() async throws {
        let gate = try await TestGate.started(try self.declaration())
        let first = try self.write("1.pem", self.pki.revoking([[1], [2]], number: 7))
        let receipt = try await self.change(gate, try self.adding(first))
        #expect(
            receipt.plan.lines.map(\.description) == [
                "change trust store clients: add revocation list 1 (CN=Test Root,O=Umbra Works,C=DE, 2 entries)"
            ]
        )
        let list = try #require(try await self.lists(gate).first)
        #expect((list.id, list.facts.number, list.facts.entries) == (1, "7", 2))
        #expect(list.source.path == first)
        #expect(list.signers.count == 1)
        #expect(try self.served(gate).map(\.fingerprint) == [list.facts.fingerprint])
        let serials = try #require(try self.served(gate).first).serials
        #expect([UInt8(2)].withUnsafeBytes { serials.contains($0) })

        // The same list again is no change, nor is a declaration without a word about lists.
        #expect(try await self.change(gate, try self.adding(first)).plan.isEmpty)
        #expect(try await gate.apply(try self.declaration()).plan.isEmpty)

        let second = try self.write("2.pem", self.pki.revoking([[3]], number: 8))
        _ = try await self.change(gate, try self.adding(second))
        _ = try await self.change(gate, .removeRevocations(ids: [1, 2]))
        #expect(try self.served(gate).isEmpty)
        #expect(try TemporaryDirectory.files(below: gate.directory.revocationsPath).isEmpty)
        // Ids are never used again.
        _ = try await self.change(gate, try self.adding(first))
        #expect(try await self.lists(gate).map(\.id) == [3])
        #expect(try await gate.apply(try self.declaration([])).plan.lines.count == 1)
        #expect(try self.served(gate).isEmpty)
    }

    @Test("A declaration names all lists; one that is the same keeps its id, a new version gets another")
    func declared() async throws {
        let one = try self.write("1.pem", self.pki.revoking([[1]], number: 1))
        let two = try self.write("2.pem", self.pki.revoking([[2]], number: 2))
        let gate = try await TestGate.started(try self.declaration([one, two]))
        #expect(try await self.lists(gate).map(\.id) == [1, 2])
        #expect(try await gate.apply(try self.declaration([two, one, two])).plan.isEmpty)
        try self.write("2.pem", self.pki.revoking([[2], [3]], number: 3))
        #expect(try await gate.service.plan(try self.declaration([one, two])).lines.count == 1)
        _ = try await gate.apply(try self.declaration([one, two]))
        #expect(try await self.lists(gate).map(\.id) == [1, 3])
        #expect(try await self.lists(gate).last?.notices == [])
    }

    @Test("Lists and their numbers survive a start, and a file that is damaged or gone fails its listener")
    func stored() async throws {
        let home = try TemporaryDirectory()
        /// A gate of that home, which it gives up when it is stopped and gone.
        func start(_ body: (TestGate) async throws -> Void) async throws {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            try await body(gate)
            await gate.service.stop(grace: .zero)
        }
        let path = try self.write("1.pem", self.pki.revoking([[1], [2]]))
        var before: [RevocationList] = []
        var stored = ""
        try await start { gate in
            _ = try await gate.apply(try self.declaration([path]))
            _ = try await self.change(gate, .removeRevocations(ids: [1]))
            _ = try await self.change(gate, try self.adding(path))
            before = try await self.lists(gate)
            stored = try #require(try TemporaryDirectory.files(below: gate.directory.revocationsPath).first)
            let mode = try TemporaryDirectory.mode(of: stored)
            #expect(mode == 0o600)
        }
        try await start { gate in
            let lists = try await self.lists(gate)
            let counts = try self.served(gate).map(\.serials.count)
            #expect(lists == before)
            #expect(counts == [2])
        }
        var bytes = try TemporaryDirectory.contents(of: stored)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: stored))
        try await start { gate in
            let verify = try #require(try await gate.listener("edge-8443"))
            let failed = try await gate.service.view().failedListeners
            #expect(failed.mapValues(\.code) == [verify.id: .stateUnreadable])
            #expect(gate.plane.running?.listeners.map(\.name) == ["edge-8080", "inspect"])
            // Named again, it is read again.
            _ = try await gate.apply(try self.declaration([path]))
            let stillFailed = try await gate.service.view().failedListeners
            #expect(stillFailed.isEmpty)
        }
        try await start { gate in
            let counts = try self.served(gate).map(\.serials.count)
            #expect(counts == [2])
        }
    }

    @Test("What cannot be used is refused with its code, and nothing changes")
    func refused() async throws {
        let gate = try await TestGate.started(try self.declaration())
        let good = try self.write("good.pem", self.pki.revoking([[1]]))
        let twin = try CertificateAuthority(root: Self.named(self.pki))
        var request = self.pki.revoking([[1]])
        request.hasKeyIdentifier = false
        let forged = try self.write("forged.pem", request, by: twin)
        let cases: [(TrustStoreChange.Edit, OperatorError.Code, String)] = [
            (try self.adding(good, self.files.write("x", to: "x")), .invalidRevocationContent, "X509 CRL"),
            (
                .addRevocations(
                    files: [
                        FileContents(
                            path: "large.pem",
                            text: String(repeating: "A", count: Quotas.revocationFileBytes + 1)
                        )
                    ]
                ), .invalidRevocationContent, "larger than 50 MB"
            ),
            (try self.adding(forged), .invalidRevocationContent, "not signed by its key"),
            (.removeRevocations(ids: [9]), .revocationIDNotFound, "no revocation list 9"),
            (.replaceBundle(FileContents(path: "b", text: "")), .invalidCaCertificatesBundle, "empty"),
        ]
        let before = try Observation(gate)
        for (edit, code, words) in cases {
            let error = await #expect(throws: OperatorError.self) { try await self.change(gate, edit) }
            #expect(error?.code == code)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
        let unknown = await #expect(throws: OperatorError.self) {
            try await gate.service.changeTrustStore(
                TrustStoreChange(trustStore: "client", edit: .removeRevocations(ids: [])),
                by: Declarations.author
            )
        }
        #expect(unknown?.code == .trustStoreNotFound)
        let declared = await #expect(throws: OperatorError.self) {
            try await gate.apply(try self.declaration([good, forged]))
        }
        #expect(declared?.subject == "trustStores[0].revocationLists[1]")
        // A declaration names lists by their paths, and the gate reads them.
        for (path, code, words) in [
            (self.files.file("none.pem"), OperatorError.Code.revocationContentNotFound, "finds no file"),
            ("good.pem", .validationError, "absolute"), (self.files.path, .fileUnreadable, "cannot read"),
        ] {
            let error = await #expect(throws: OperatorError.self) {
                try await gate.apply(try self.declaration([path]))
            }
            #expect(error?.code == code)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
        #expect(try Observation(gate) == before)
        #expect(try TemporaryDirectory.files(below: gate.directory.revocationsPath).isEmpty)
    }

    /// A CA with the root's name.
    private static func named(_ pki: TestPKI) -> CertificateRequest {
        CertificateRequest(
            subject: [
                NameAttribute("C", "DE"), NameAttribute("O", "Umbra Works"), NameAttribute("CN", "Test Root"),
            ],
            notBefore: TestPKI.days(-1, from: pki.now),
            notAfter: TestPKI.days(30, from: pki.now)
        )
    }

    @Test("Thirty lists are accepted and no more")
    func quota() async throws {
        let paths = try (1...31).map {
            try self.write("\($0).pem", self.pki.revoking([[UInt8($0)]], number: UInt64($0)))
        }
        let gate = try await TestGate.started(try self.declaration(Array(paths.dropLast())))
        #expect(try await self.lists(gate).count == 30)
        let error = await #expect(throws: OperatorError.self) {
            try await self.change(gate, try self.adding(paths[30]))
        }
        #expect(error?.code == .quotaExceeded)
    }

    @Test("A list without its CA waits, and counts from the bundle that brings it")
    func waiting() async throws {
        let gate = try await TestGate.started(try self.declaration())
        let path = try self.write("other.pem", self.pki.revoking([[1]]), by: self.pki.otherRoot)
        let receipt = try await self.change(gate, try self.adding(path))
        #expect(receipt.plan.warnings.contains { $0.contains("its CA is not in the bundle") })
        #expect(try await self.lists(gate).first?.signers == [])
        let both = self.pki.root.certificatePEM + self.pki.otherRoot.certificatePEM
        let replaced = try await self.change(gate, .replaceBundle(FileContents(path: "both.pem", text: both)))
        #expect(
            replaced.plan.lines.map(\.description) == [
                "change trust store clients: bundle revision 1 -> 2, add CA CN=Other Root"
            ]
        )
        #expect(try await self.lists(gate).first?.signers.count == 1)
        #expect(!replaced.plan.warnings.contains { $0.contains("its CA is not in the bundle") })
    }

    @Test("A number that goes back and a list that has shrunk are accepted with a warning that stays")
    func suspicious() async throws {
        let many = (1...40).map { [UInt8($0)] }
        let first = try self.write("1.pem", self.pki.revoking(many, from: -2, number: 100))
        let gate = try await TestGate.started(try self.declaration([first]))
        let second = try self.write("2.pem", self.pki.revoking([[1]], number: 9))
        let receipt = try await self.change(gate, try self.adding(second))
        for words in ["its number 9 is lower than the 100", "it names 1 certificates, the list before 40"] {
            #expect(receipt.plan.warnings.contains { $0.contains(words) })
        }
        #expect(try await self.lists(gate).last?.notices.count == 2)
        // Number and entries that grow are nothing to speak of, and neither is the loss of a few.
        let third = try self.write("3.pem", self.pki.revoking(Array(many.dropLast(9)), from: 0, number: 101))
        _ = try await self.change(gate, .removeRevocations(ids: [2]))
        _ = try await self.change(gate, try self.adding(third))
        #expect(try await self.lists(gate).last?.notices == [])
    }

    @Test("What an undone removal brings back has its content while a trial keeps it, and its id")
    func undone() async throws {
        let path = try self.write("1.pem", self.pki.revoking([[1]]))
        let gate = try await TestGate.started(try self.declaration([path]))
        let receipt = try await gate.service.apply(
            try self.declaration([]),
            trial: try TrialTerms(confirmWithinSeconds: 3_600),
            by: Declarations.author
        )
        #expect(try self.served(gate).isEmpty)
        let number = try #require(receipt.change?.number)
        _ = try await gate.service.undo(change: number, by: Declarations.author)
        #expect(try await self.lists(gate).map(\.id) == [1])
        #expect(try self.served(gate).map(\.serials.count) == [1])
    }
}
