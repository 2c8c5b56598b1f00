import Model
import Testing

@testable import Console

/// Whatever strangers are called and whatever is typed.
@Suite("Lines that could do harm")
struct LinearSafetyTests {
    @Test(
        "Names of strangers are one line of what can be seen, on every page",
        arguments: HostileNamesTests.names.indices
    )
    func names(index: Int) {
        let name = HostileNamesTests.names[index]
        for glyphs in [Glyphs.unicode, .ascii] {
            let facts = Sample.facts("CN=\(name),O=\(name)", issuer: "CN=\(name)")
            let store = TrustStore(
                id: Sample.id(101),
                name: "partners",
                revision: 1,
                certificates: [CACertificate(facts: facts, pem: "")],
                source: BundleSource(path: "pki/partners.pem", digest: "00", readAt: Sample.start)
            )
            let line = Plan.Line(verb: .change, resource: "trust store partners", details: ["added \(name)"])
            var driver = LinearDriver.live(
                glyphs: glyphs,
                view: Sample.view(
                    stores: [store],
                    leaf: facts,
                    health: Sample.health,
                    changes: [Sample.change(3, ago: 5, "ana", [line])]
                ),
                records: 0
            )
            let traced = Sample.tracedRecord(25, subject: "CN=\(name)")
            driver.send(.records(RecordBatch(records: [traced], lost: 0)))
            driver.pipe("7")
            let client = Sample.client("CN=\(name),O=\(name)", days: 3, number: 1)
            driver.answer(
                .clients(ClientList(clients: [client], matching: 1, verified: 1, unverified: 0))
            )
            for line in [
                "open", "1", "2", "open", "3", ".2", "open", "4", "open", "copy subject", "5", "open", "8",
                "open",
            ] {
                driver.pipe(line)
                if line == "8" { driver.answer(.changes(driver.state.changes)) }
            }
            driver.advance(10_000)
            for line in driver.said() {
                #expect(!line.unicodeScalars.contains { Self.isHarmful($0) }, "name \(index)")
                #expect(line.utf8.count <= LinearText.limit * 16)
                if glyphs == .ascii { #expect(line.utf8.allSatisfy { $0 < 0x7F }, "name \(index)") }
            }
        }
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            true
        default: false
        }
    }

    @Test("A name cannot pass for more than one of the things that a sentence lists")
    func lists() {
        #expect(Phrase.name("CN=svc-07").english == "CN=svc-07")
        #expect(Phrase.name("CN=svc, verified").english == "\"CN=svc, verified\"")
        #expect(Phrase.name("CN=a\", ok, \"b").english == "\"CN=a\\\", ok, \\\"b\"")
        #expect(Phrase.name("a  b").english == "\"a  b\"")
    }

    /// SplitMix64: the same sequence for the same seed, everywhere.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var value = self.state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static let lines: [String] =
        Command.registry.map(\.name).filter { $0 != "leave" && $0 != "back" && $0 != "suspend" }
        + Command.registry.flatMap(\.keys).map(\.spelling).filter { $0.count == 1 && $0 != "q" }
        + [String](repeating: "mode verify edge-iot", count: 12)
        + ["mode off edge-api", "mode p edge-pay", "keep #17", "undo #17", "d", "x"]
        + [
            "", "", "", "", "", "1", "2", "3", ".1", ".2", "none", "stay", "10", "edge-api", "edge-iot",
            "partners",
        ]
        + [
            "apply", "yes", "no", "keep", "undo", "cancel", "esc", "filter x", "\u{202E}", "row x", ".", ":",
            "/",
        ]

    @Test("No request without a word of agreement to a question that was open", arguments: 1...8)
    func random(seed: Int) {
        Self.walk(seed) { line, before, request in
            #expect(before.lock.isArmed)
            #expect(
                ["yes", "y", "apply", "keep", "undo", "drain", "restore"].contains(line),
                "\(line): \(request)"
            )
            #expect(Self.isOpen(before, request))
        }
    }

    @Test("The same walk does reach changes, so that the test above says something")
    func reaches() {
        var kinds: Set<String> = []
        for seed in 1...8 {
            Self.walk(seed) { _, _, request in kinds.insert(String("\(request)".prefix { $0 != "(" })) }
        }
        #expect(kinds.isSuperset(of: ["change", "keep"]), "\(kinds)")
    }

    /// Types what comes up, and tells of each request that would change something, with what was before it.
    private static func walk(_ seed: Int, _ tell: (String, ConsoleState, Request) -> Void) {
        var generator = Generator(state: UInt64(seed))
        let view = Sample.view(health: Sample.health, changes: Sample.changes, trials: [Sample.trial])
        var driver = LinearDriver.live(isInteractive: seed % 2 == 0, view: view)
        for _ in 0..<500 {
            if driver.state.lock == .observe { driver.type("!") }
            // A question is answered more often than by chance, or hardly any would ever be.
            let isAnswer = driver.state.isAsking && Bool.random(using: &generator)
            let line = (isAnswer ? Self.answers : Self.lines).randomElement(using: &generator) ?? ""
            let before = driver.state
            driver.pipe(line)
            for request in driver.takeChanges() { tell(line, before, request) }
            if driver.state.lastRequest > before.lastRequest {
                driver.answer(.rehearsal([]))
                driver.fail("It is made up.")
            }
            driver.advance(400)
            _ = driver.said()
        }
    }

    private static let answers = [
        "", "", "", "none", "stay", "yes", "apply", "keep", "undo", "edge-api", "edge-web",
    ]

    private static func isOpen(_ before: ConsoleState, _ request: Request) -> Bool {
        switch (before.dialogue, request) {
        case (.mode(let dialogue), .change(let change)):
            dialogue.focus == .apply && dialogue.obstacle == nil && dialogue.change == change
        case (.confirm(let dialogue), _): dialogue.obstacle == nil && dialogue.action.request == request
        default: false
        }
    }
}
