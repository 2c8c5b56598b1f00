import Model
import Testing

@testable import Console

/// Names of a listener with modes of their own: shown, and flipped one by one.
@Suite("Names of listeners")
struct NamesTests {
    private static func driver(_ size: Size = Size(columns: 140, rows: 40)) -> ScreenDriver {
        .live(size, view: Sample.view(listeners: Sample.namedListeners))
    }

    private static func asked(_ driver: inout ScreenDriver) -> MutualAuthenticationChange? {
        driver.takeDeeds().lazy.compactMap { effect in
            if case .request(_, .change(let change)) = effect { change } else { nil }
        }.first
    }

    @Test("A listener shows its names beside its failures; one whose names are alike has no such pane")
    func pane() {
        var driver = Self.driver()
        #expect(driver.contains("edge-api: names (4)"))
        #expect(driver.contains("every other name"))
        driver.press(.tab, .down)
        #expect(driver.state.pane == 1)
        #expect(driver.state.selectedName == "api.example.net")
        driver.press(.escape, .down)
        #expect(driver.state.pane == 0)
        #expect(!driver.contains("names ("))
        driver.press(.tab)
        #expect(driver.state.pane == 0)
        #expect(driver.message.contains("judged alike"))
        // On narrow screens the pane with the keys is in the place of the facts.
        driver = Self.driver(Size(columns: 80, rows: 24))
        #expect(!driver.contains("names (4)"))
        driver.press(.tab)
        #expect(driver.contains("names (4)"))
        driver.send(.resize(Size(columns: 40, rows: 12)))
        #expect(driver.contains("api.example.net"))
    }

    @Test("m on a name flips that name alone, after its name has been typed where that opens it")
    func flip() throws {
        var driver = Self.driver()
        driver.press(.tab, .down, .character("!"), .character("m"))
        driver.advance(400)
        _ = driver.takeEffects()
        driver.press(.character("o"))
        #expect(driver.contains("Change mTLS mode: edge-api api.example.net"))
        #expect(driver.contains("sekisho mtls edge-api off --name api.example.net --confirm-within 10m"))
        guard case .request(_, .rehearse(let rehearsed)) = driver.takeEffects().last else {
            Issue.record("nothing was asked of the gate")
            return
        }
        #expect(rehearsed.serverName == "api.example.net")
        // The listener's name is not the name's.
        driver.type("edge-api")
        driver.press(.enter, .enter)
        #expect(Self.asked(&driver) == nil)
        #expect(driver.contains("type the host name, api.example.net"))
        driver.press(.ctrl("u"))
        driver.type("api.example.net")
        driver.press(.enter, .enter)
        let change = MutualAuthenticationChange(
            listener: Sample.id(1).description,
            serverName: "api.example.net",
            mode: .off,
            seenGeneration: 12,
            trial: try TrialTerms(confirmWithinSeconds: 600)
        )
        #expect(Self.asked(&driver) == change)
        let receipt = ChangeReceipt(
            generation: 13,
            plan: Plan(lines: [Plan.Line(verb: .change, resource: "listener edge-api")])
        )
        driver.answer(.receipt(receipt))
        #expect(driver.message.contains("edge-api api.example.net is now off"))
    }

    @Test("m on every other name is the listener's own flip")
    func others() {
        var driver = Self.driver()
        driver.press(.tab, .end, .character("!"), .character("m"))
        driver.advance(400)
        #expect(driver.contains("Change mTLS mode: edge-api =="))
    }

    @Test("A name that has no policy gets one by command, also in the mode it has anyway")
    func newName() {
        var driver = Self.driver()
        driver.press(.character("!"), .character(":"))
        driver.type("mode verify edge-api New.Example.net.")
        driver.press(.enter)
        driver.advance(400)
        #expect(driver.contains("Change mTLS mode: edge-api new.example.net"))
        driver.answer(.rehearsal([]))
        driver.press(.enter, .enter, .enter)
        let change = Self.asked(&driver)
        #expect(change?.serverName == "new.example.net" && change?.mode == .verify)
        driver.answer(.receipt(ChangeReceipt(generation: 12, plan: Plan(lines: []))))
        for (line, words) in [
            ("mode off edge-api not/a/name", "no host name"), ("mode off edge-plain a.test", "needs TLS"),
        ] {
            driver.press(.character(":"))
            driver.type(line)
            driver.press(.enter)
            #expect(driver.state.dialogue == nil)
            #expect(driver.message.contains(words))
        }
    }

    @Test("A name whose policy somebody else changes has to be typed again")
    func changedMeanwhile() {
        var driver = Self.driver()
        driver.press(.tab, .down, .character("!"), .character("m"))
        driver.advance(400)
        driver.press(.character("p"))
        driver.type("api.example.net")
        let listener = Sample.namedListeners[0]
        let policies = listener.namePolicies.giving(.off, to: "api.example.net")
        let listeners = [listener.with(policies)] + Sample.namedListeners.dropFirst()
        driver.send(.view(Sample.view(listeners: listeners, generation: 13)))
        #expect(driver.contains("somebody else changed"))
        guard case .mode(let dialogue) = driver.state.dialogue else {
            Issue.record("the dialogue is gone")
            return
        }
        #expect(dialogue.typedName.isEmpty && dialogue.now == .off)
    }

    @Test("A flip of another name leaves the dialogue of this one as it is")
    func otherName() {
        var driver = Self.driver()
        driver.press(.tab, .down, .character("!"), .character("m"))
        driver.advance(400)
        driver.press(.character("o"))
        driver.type("api.")
        let listener = Sample.namedListeners[0]
        let policies = listener.namePolicies.giving(.off, to: "*.partners.example.net")
        let listeners = [listener.with(policies)] + Sample.namedListeners.dropFirst()
        driver.send(.view(Sample.view(listeners: listeners, generation: 13)))
        #expect(!driver.contains("somebody else changed"))
    }
}
