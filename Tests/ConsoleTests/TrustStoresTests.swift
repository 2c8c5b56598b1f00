import Foundation
import Model
import TestSupport
import Testing

@testable import Console

/// Trust stores are changed by keys, and whom a change would lock out is said before.
@Suite("Trust stores by keys")
struct TrustStoresTests {
    private static let view = Sample.view(
        stores: [Sample.revoking, Sample.fleet],
        changes: Sample.changes
    )

    /// On `partners`, armed, in one of the panes.
    private static func driver(pane: Int = 0) -> ScreenDriver {
        var driver = ScreenDriver.live(page: .trustStores, view: view)
        driver.press(.down, .character("!"))
        for _ in 0..<pane { driver.press(.tab) }
        _ = driver.takeEffects()
        return driver
    }

    private static let error = OperatorError(
        .invalidCaCertificatesBundle,
        subject: "a.pem",
        message: "a.pem line 3 begins a block of another kind than CERTIFICATE.",
        hint: nil
    )

    @Test("A CA is added by a file that is found by its name; what the gate says is shown before")
    func add() {
        var driver = Self.driver()
        driver.press(.character("A"))
        #expect(driver.takeEffects() == [.request(driver.state.lastRequest, .files(directory: "."))])
        driver.answer(.files(Sample.listing))
        #expect(driver.contains("Add CAs to partners"))
        #expect(driver.contains("/etc/pki"))
        driver.type("root-3")
        #expect(driver.contains("partner-root-3.pem") && !driver.contains("notes.txt"))
        driver.press(.enter)
        let path = "/etc/pki/partner-root-3.pem"
        #expect(driver.takeEffects() == [.request(driver.state.lastRequest, .file(path, limit: 1_048_576))])
        let file = FileContents(path: path, text: "PEM")
        driver.answer(.file(file))
        let change = TrustStoreChange(trustStore: "partners", edit: .addAuthorities(file))
        #expect(
            driver.takeEffects() == [
                .discardInput, .request(driver.state.lastRequest, .preview(change)),
            ]
        )
        driver.advance(400)
        // What is not known yet cannot be agreed to.
        driver.press(.right, .enter)
        #expect(driver.takeDeeds() == [])
        #expect(driver.contains("wait: the gate is still working out"))
        let added = Sample.facts("CN=Partner Root 3", number: 9)
        let preview = TrustStorePreview(
            plan: Sample.preview.plan,
            authorities: AuthorityDifference(from: [], to: [added]),
            reports: []
        )
        driver.answer(.preview(preview))
        #expect(driver.contains("+ CN=Partner Root 3  P-256"))
        #expect(driver.contains("sekisho trust-store partners add-ca \(path)"))
        driver.press(.enter)
        #expect(driver.takeDeeds() == [.request(driver.state.lastRequest, .trustStore(change))])
        driver.answer(.receipt(ChangeReceipt(generation: 13, plan: Sample.preview.plan)))
        #expect(driver.message.contains("trust store partners is changed (generation 13)"))
    }

    @Test("What the gate refuses is told in the question, and cannot be agreed to")
    func refused() {
        var driver = Self.driver()
        driver.press(.character("B"))
        driver.answer(.files(Sample.listing))
        driver.press(.end, .enter)
        driver.answer(.file(FileContents(path: "a.pem", text: "x")))
        driver.send(.reply(driver.state.lastRequest, .failure(Self.error)))
        driver.advance(400)
        #expect(driver.contains("begins a block of another kind"))
        driver.press(.right, .enter)
        #expect(driver.takeDeeds().allSatisfy { $0 == .discardInput })
        #expect(driver.contains("begins a block of another kind"))
        driver.press(.escape)
        #expect(driver.state.dialogue == nil)
    }

    @Test("A list is read here and sent to the gate, its path typed or chosen")
    func list() {
        for keys in [[], Array("../crl/new.pem")] as [[Character]] {
            var driver = Self.driver()
            driver.press(.character("L"))
            driver.answer(.files(Sample.listing))
            if keys.isEmpty { driver.press(.end) }
            for key in keys { driver.press(.character(key)) }
            _ = driver.takeEffects()
            driver.press(.enter)
            let path = keys.isEmpty ? "/etc/pki/partners.crl" : "/etc/pki/../crl/new.pem"
            let request = Request.file(path, limit: Quotas.revocationFileBytes)
            #expect(driver.takeEffects().last == .request(driver.state.lastRequest, request))
            let file = FileContents(path: path, text: "-----BEGIN X509 CRL-----")
            driver.answer(.file(file))
            let change = TrustStoreChange(trustStore: "partners", edit: .addRevocations(files: [file]))
            #expect(driver.takeEffects().last == .request(driver.state.lastRequest, .preview(change)))
        }
    }

    @Test("Beside a gate on another machine, the search says whose files it shows and where they go")
    func elsewhere() {
        var driver = Self.driver()
        driver.press(.character("A"))
        driver.answer(.files(Sample.listing))
        #expect(!driver.contains("to be sent to"))
        driver.press(.escape)
        driver.stand(besides: "ops@lb-fra-1")
        driver.press(.character("A"))
        driver.answer(.files(Sample.listing))
        #expect(driver.contains("here, to be sent to ops@lb-fra-1:  /etc/pki"))
    }

    @Test("Whoever would be locked out is named, and then the store's name has to be typed")
    func remove() {
        var driver = Self.driver(pane: 1)
        driver.press(.character("x"))
        driver.answer(.preview(Sample.preview))
        driver.advance(400)
        #expect(driver.contains("- CN=Umbrella Root"))
        #expect(driver.contains("1527 would be REFUSED"))
        #expect(driver.contains("CN=gw-berlin-07"))
        #expect(driver.contains("4 clients that the gate knows were verified by what goes"))
        driver.press(.enter, .tab, .tab, .enter)
        #expect(driver.takeDeeds().allSatisfy { $0 == .discardInput })
        driver.press(.tab)
        driver.send(.paste("partners"))
        driver.press(.enter, .enter)
        let fingerprint = Sample.partners.certificates[0].facts.fingerprint
        let change = TrustStoreChange(
            trustStore: "partners",
            edit: .removeAuthority(fingerprint: fingerprint)
        )
        #expect(driver.takeDeeds().last == .request(driver.state.lastRequest, .trustStore(change)))
    }

    @Test("i tells the same without a question, unarmed as well")
    func whatIf() {
        var driver = Self.driver(pane: 2)
        driver.press(.character("!"), .character("i"))
        let change = TrustStoreChange(trustStore: "partners", edit: .removeRevocations(ids: [1]))
        #expect(driver.takeEffects() == [.request(driver.state.lastRequest, .preview(change))])
        driver.answer(.preview(Sample.preview))
        #expect(driver.state.dialogue == nil)
        #expect(driver.contains("What if:  Remove revocation list 1 from partners"))
        #expect(driver.contains("1527 would be REFUSED"))
    }

    @Test("Revisions tell what each brought and took, and an earlier one comes back by R")
    func revisions() {
        var driver = Self.driver()
        driver.press(.character("D"))
        #expect(
            driver.takeEffects() == [
                .request(driver.state.lastRequest, .revisions(trustStore: "partners"))
            ]
        )
        driver.answer(.revisions(Sample.revisions))
        #expect(driver.contains("r42 against r41"))
        #expect(driver.contains("+ CN=Umbrella Root") && driver.contains("- CN=Partner Root 3"))
        driver.press(.character("R"))
        #expect(driver.message.contains("this revision is in force"))
        driver.press(.down, .character("R"))
        let change = TrustStoreChange(trustStore: "partners", edit: .restoreRevision(41))
        #expect(driver.takeEffects().last == .request(driver.state.lastRequest, .preview(change)))
    }

    @Test("A list counts down to its next update, and tells when it is overdue")
    func countdown() {
        let driver = Self.driver(pane: 2)
        #expect(driver.contains("in 3 h") && driver.contains("overdue 2 h"))
        #expect(driver.contains("STALE"))
    }

    @Test("A serial number is looked up: revoked by which list, since when and why, or by none")
    func lookUp() {
        var driver = Self.driver()
        driver.press(.character("s"))
        driver.type("4a1f09c2")
        driver.press(.enter)
        let query = RevocationQuery(serialNumber: "4a1f09c2", trustStore: "partners")
        #expect(driver.takeEffects() == [.request(driver.state.lastRequest, .revocations(query))])
        driver.answer(.revocations(Sample.finding))
        for text in ["REVOKED", "keyCompromise", "1 of trust store partners", "2026-11-23T13:20:00Z"] {
            #expect(driver.contains(text), "\(text)")
        }
        driver.press(.escape, .character("s"))
        driver.type("05")
        driver.press(.enter)
        driver.answer(.revocations(RevocationAnswer(findings: [], lists: 2, entries: 36_408)))
        #expect(driver.contains("not revoked by any list"))
    }

    @Test("On the page of clients the one under the cursor is looked up, among its issuer's lists")
    func client() {
        var driver = ScreenDriver.live(page: .overview, view: Self.view)
        driver.press(.character("7"))
        driver.answer(.clients(Sample.clients))
        _ = driver.takeEffects()
        driver.press(.character("s"))
        guard case .request(_, .revocations(let query)) = driver.takeEffects().last else {
            Issue.record("nothing was asked for")
            return
        }
        let facts = driver.state.clients.selected?.client.facts
        #expect(query.serialNumber == facts?.serialNumber && query.issuer == facts?.issuer)
    }

    @Test("A refusal is mended from where it is explained: by the CA that the client sent, or by a file")
    func mend() {
        var driver = ScreenDriver.live(page: .refusals, view: Self.view)
        driver.send(.records(RecordBatch(records: [Sample.tracedRecord(60)], lost: 0)))
        driver.press(.character("/"))
        driver.type("reason:untrusted")
        driver.press(.enter, .end, .character("F"))
        // Unarmed, everything that changes something says so.
        #expect(driver.contains("What mends it") && driver.contains("press ! to arm"))
        // And does what it says, without another look for the row.
        driver.press(.character("!"))
        #expect(driver.state.lock.isArmed)
        #expect(driver.contains("What mends it") && !driver.contains("press ! to arm"))
        #expect(driver.contains("add the CA that the client sent"))
        #expect(driver.contains("edge-api to passthrough"))
        _ = driver.takeEffects()
        driver.press(.character("1"))
        let traced = Sample.tracedRecord(60)
        #expect(
            driver.takeEffects() == [
                .request(
                    driver.state.lastRequest,
                    .explain(record: traced.record.traceID.description)
                )
            ]
        )
        func pem(_ body: String) -> String {
            "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n"
        }
        driver.answer(
            .explanation(
                Explanation(
                    record: traced,
                    listener: "edge-api",
                    trace: traced.record.tls?.trace,
                    chainPEM: pem("leaf") + pem("ca"),
                    anchorsPEM: "",
                    isSameTrustStore: true
                )
            )
        )
        guard case .request(_, .preview(let change)) = driver.takeEffects().last,
            case .addAuthorities(let file) = change.edit
        else {
            Issue.record("nothing was asked for: \(driver.screen)")
            return
        }
        #expect(change.trustStore == "partners")
        #expect(file.text == pem("ca"))
        driver.press(.escape)
        driver.advance(400)
        driver.press(.escape, .character("F"), .character("2"))
        #expect(driver.contains("Add CAs to partners: choose a PEM file"))
    }

    @Test("A directory that is typed without a slash at its end is looked into")
    func typedDirectory() {
        var driver = Self.driver()
        driver.press(.character("A"))
        driver.answer(.files(Sample.listing))
        driver.type("/etc/ssl")
        driver.press(.enter)
        #expect(
            driver.takeEffects().last
                == .request(driver.state.lastRequest, .file("/etc/ssl", limit: 1_048_576))
        )
        let entry = FileListing.Entry(name: "ca.pem", isDirectory: false, size: 9)
        driver.answer(.files(FileListing(directory: "/etc/ssl", entries: [entry], isCut: false)))
        #expect(driver.contains("/etc/ssl") && driver.contains("ca.pem"))
        driver.type("ca")
        driver.press(.enter)
        #expect(
            driver.takeEffects().last
                == .request(driver.state.lastRequest, .file("/etc/ssl/ca.pem", limit: 1_048_576))
        )
    }

    @Test("A slash after a directory's name leads into it, and what is typed meanwhile is looked for there")
    func typedStep() {
        var driver = Self.driver()
        driver.press(.character("A"))
        driver.answer(.files(Sample.listing))
        let directory = Sample.listing.entries.first { $0.isDirectory }?.name ?? ""
        driver.type("\(directory)/c")
        #expect(
            driver.takeEffects().last
                == .request(
                    driver.state.lastRequest,
                    .files(directory: "\(Sample.listing.directory)/\(directory)")
                )
        )
        let names = ["ca.pem", "other.pem"].map { FileListing.Entry(name: $0, isDirectory: false, size: 9) }
        driver.answer(.files(FileListing(directory: "/there", entries: names, isCut: false)))
        driver.type("a")
        #expect(driver.contains("ca.pem") && !driver.contains("other.pem"))
        driver.press(.enter)
        #expect(
            driver.takeEffects().last
                == .request(driver.state.lastRequest, .file("/there/ca.pem", limit: 1_048_576))
        )
        // A name that is none of a directory's is the beginning of a path.
        driver.type("nothing/x")
        driver.press(.enter)
        #expect(
            driver.takeEffects().last
                == .request(driver.state.lastRequest, .file("/there/canothing/x", limit: 1_048_576))
        )
    }

    @Test("A directory is listed without what is hidden, directories first, and a file is read")
    func files() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("PEM", to: "b.pem")
        _ = try directory.write("x", to: ".hidden")
        try FileManager.default.createDirectory(
            atPath: directory.file("z"),
            withIntermediateDirectories: false
        )
        let listing = try FileListing.read(directory.path)
        #expect(listing.entries.map(\.name) == ["z", "b.pem"])
        #expect(listing.entries.map(\.size) == [0, 3])
        #expect(try FileListing.read("\(listing.directory)/z/..").directory == listing.directory)
        #expect(FileListing.isDirectory("\(directory.path)/z"))
        #expect(!FileListing.isDirectory(directory.file("b.pem")))
        let error = #expect(throws: OperatorError.self) {
            try FileListing.read(directory.file("nowhere"))
        }
        #expect(error?.message.contains("No such file") == true)
        #expect(try TextFile.read(directory.file("b.pem"), what: "file", limit: 3) == "PEM")
        #expect(throws: OperatorError.self) {
            try TextFile.read(directory.file("b.pem"), what: "file", limit: 2)
        }
    }
}
