import Model
import Testing

@testable import Console

/// Keys in, screen and effects out.
@Suite("Console machine")
struct ConsoleMachineTests {
    @Test("In observe mode m opens nothing and says what to press")
    func observe() {
        var driver = ScreenDriver.live()
        driver.press(.character("m"))
        #expect(driver.state.dialogue == nil)
        #expect(driver.message.contains("press ! to arm"))
    }

    @Test(
        "A weaker mode needs the listener's name, which leads to Apply",
        arguments: [[], [Key.enter]]
    )
    func weakerModeNeedsName(before: [Key]) throws {
        var driver = Self.dialogue()
        driver.press(.character("p"))
        for key in before { driver.press(key) }
        driver.type("edge-ap")
        driver.press(.enter, .enter)
        #expect(driver.takeDeeds() == [])
        #expect(driver.contains("type the listener's name"))
        driver.type("i")
        driver.press(.enter)
        #expect(driver.takeDeeds() == [])
        driver.press(.enter)
        let change = MutualAuthenticationChange(
            listener: Sample.id(1).description,
            mode: .passthrough,
            trustStore: nil,
            seenGeneration: 12,
            trial: try TrialTerms(confirmWithinSeconds: 600)
        )
        #expect(driver.takeDeeds() == [.request(driver.state.lastRequest, .change(change))])
    }

    @Test("A stricter mode is chosen by its letter and applied by Enter three times")
    func stricterMode() {
        var driver = ScreenDriver.live()
        driver.press(.end)
        driver.openModeDialogue()
        driver.press(.character("v"), .enter, .enter, .enter, .enter)
        #expect(driver.takeDeeds() == [])
        #expect(driver.contains("wait: the gate is still working out"))
        driver.answer(.rehearsal([]))
        #expect(!driver.contains("wait: the gate"))
        driver.press(.enter)
        #expect(driver.takeDeeds() == [])
        driver.press(.enter)
        guard case .request(_, .change(let change)) = driver.takeDeeds().last else {
            Issue.record("nothing was asked for")
            return
        }
        #expect(change.mode == .verify)
        #expect(change.listener == Sample.id(5).description)
    }

    @Test("A flip that would refuse more than one in a hundred, or nobody knows whom, needs the name too")
    func riskNeedsName() {
        func report(refused: UInt64, accepted: UInt64, isBlind: Bool = false) -> RehearsalReport {
            RehearsalReport(
                listener: "edge-web",
                current: "off",
                candidate: "verify",
                since: Sample.start,
                isBlind: isBlind,
                accepted: 1,
                acceptedConnections: accepted,
                refused: RehearsalReport.Clients(count: 1, connections: refused, first: []),
                admitted: RehearsalReport.Clients(count: 0, connections: 0, first: []),
                withoutCertificate: 0,
                unseen: ClientList(clients: [], matching: 0, verified: 0, unverified: 0)
            )
        }
        let error = OperatorError(.validationError, subject: "x", message: "No.", hint: nil)
        let answers: [(Result<Reply, OperatorError>, Bool)] = [
            (.success(.rehearsal([report(refused: 1, accepted: 99)])), false),
            (.success(.rehearsal([report(refused: 2, accepted: 98)])), true),
            (.success(.rehearsal([report(refused: 0, accepted: 0, isBlind: true)])), true),
            (.failure(error), true),
        ]
        for (answer, isAsked) in answers {
            var driver = ScreenDriver.live()
            driver.press(.end)
            driver.openModeDialogue()
            driver.press(.character("v"))
            driver.send(.reply(driver.state.lastRequest, answer))
            _ = driver.takeEffects()
            driver.press(.enter, .enter, .enter)
            #expect(driver.takeDeeds().isEmpty == isAsked)
            guard isAsked else { continue }
            #expect(driver.contains("type the name, edge-web: "))
            driver.type("edge-web")
            driver.press(.enter, .enter)
            #expect(driver.takeDeeds().count == 1)
        }
    }

    @Test("While a name is needed, letters are its letters, wherever the mode came from")
    func lettersOfTheName() {
        var driver = Self.dialogue()
        driver.press(.left)
        driver.type("povh")
        guard case .mode(let dialogue) = driver.state.dialogue else {
            Issue.record("no dialogue")
            return
        }
        #expect(dialogue.mode == .passthrough)
        #expect(dialogue.typedName == "povh")
    }

    @Test("Enter with nothing to change stays where it is and says so")
    func nothingToChange() {
        var driver = ScreenDriver.live()
        driver.press(.end)
        driver.openModeDialogue()
        driver.press(.enter)
        #expect(driver.contains("nothing to change"))
        #expect(driver.takeDeeds() == [])
    }

    @Test(
        "What a change means is never half a sentence",
        arguments: MutualAuthentication.Mode.allCases,
        MutualAuthentication.Mode.allCases
    )
    func consequence(now: MutualAuthentication.Mode, new: MutualAuthentication.Mode) {
        let store = String(repeating: "s", count: 32)
        let named = TrustStore(
            id: Sample.id(7),
            name: store,
            revision: 1,
            certificates: [],
            source: Sample.fleet.source
        )
        let listener = Sample.listener(1, "edge-api", 443, now, store: Sample.id(7))
        for rows in [10, 11, 12, 16, 24, 40] {
            let view = Sample.view(listeners: [listener], stores: [named])
            var driver = ScreenDriver.live(Size(columns: 40, rows: rows), view: view)
            driver.openModeDialogue()
            for _ in 0..<3 {
                guard case .mode(let dialogue) = driver.state.dialogue, dialogue.mode != new else { break }
                driver.press(.right)
            }
            let words = driver.lines.dropFirst().map {
                $0.trimmingPrefix("|").split(separator: "|").first ?? ""
            }
            let text = words.joined(separator: " ").split(separator: " ").joined(separator: " ")
            guard case .mode(let dialogue) = driver.state.dialogue else {
                Issue.record("no dialogue")
                return
            }
            let isWhole =
                text.contains(dialogue.consequence.english)
                || text.contains(dialogue.shortConsequence.english)
            #expect(isWhole, Comment(rawValue: driver.screen))
        }
    }

    @Test("Keys right after a dialogue opens are not meant for it")
    func guardTime() {
        var driver = ScreenDriver.live()
        driver.press(.character("!"), .character("m"), .character("p"))
        guard case .mode(let dialogue) = driver.state.dialogue else {
            Issue.record("no dialogue")
            return
        }
        #expect(dialogue.mode == .verify)
    }

    @Test("A paste changes nothing")
    func paste() {
        var driver = ScreenDriver.live()
        driver.send(.paste("!m\n"))
        #expect(driver.state.lock == .observe)
        #expect(driver.message.contains("pasted text"))
    }

    @Test("New records do not move a held log")
    func held() {
        var driver = ScreenDriver.live(page: .log)
        driver.press(.character("k"))
        let before = driver.lines[4..<13]
        driver.send(.records(RecordBatch(records: Sample.records(30, from: 41), lost: 0)))
        #expect(driver.lines[4..<13] == before)
        #expect(driver.contains("+30 newer"))
    }

    @Test("Failed only shows failures and nothing else")
    func failedOnly() {
        var driver = ScreenDriver.live()
        driver.press(.character("4"), .character("F"))
        #expect(!driver.state.log.matches.isEmpty)
        let matches = driver.state.log.matches
        #expect((0..<matches.count).allSatisfy { matches[$0].isFailure })
    }

    @Test(
        "Every size is drawn, also with a dialogue",
        arguments: [(1, 1), (39, 9), (40, 10), (40, 12), (80, 24), (140, 40)],
        [Glyphs.ascii, Glyphs.unicode]
    )
    func sizes(size: (Int, Int), glyphs: Glyphs) {
        for page in Page.allCases {
            var driver = ScreenDriver.live(Size(columns: size.0, rows: size.1), glyphs: glyphs)
            driver.press(.character(Character(String(page.rawValue))))
            #expect(driver.lines.count == size.1)
            driver.press(.enter)
            #expect(driver.lines.count == size.1)
        }
        var driver = Self.dialogue(Size(columns: size.0, rows: size.1), glyphs: glyphs)
        #expect(driver.lines.count == size.1)
        driver.press(.escape)
    }

    private static func dialogue(
        _ size: Size = Size(columns: 80, rows: 24),
        glyphs: Glyphs = .ascii
    ) -> ScreenDriver {
        var driver = ScreenDriver.live(size, glyphs: glyphs)
        driver.openModeDialogue()
        return driver
    }
}
