import Model
import Testing

@testable import Console

extension Effect {
    /// It asks for something and changes nothing.
    var isQuestion: Bool {
        if case .request(_, let request) = self { request.isReading } else { false }
    }
}

/// The list of commands, walked: whatever is true of one of them is true of all.
@Suite("Command registry")
struct RegistryTests {
    @Test("Every name is one, and made of lower-case words")
    func names() {
        let names = Command.registry.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "-") })
        }
    }

    @Test("Every command has help in every language, and a key or a name to be typed")
    func help() {
        for command in Command.registry {
            for language in Language.allCases {
                #expect(!language(command.help).isEmpty, "\(command.name)")
            }
            #expect(!command.help.english.hasSuffix("."), "\(command.name)")
            if let hint = command.hint { #expect(!hint.japanese.isEmpty && !command.keys.isEmpty) }
        }
    }

    @Test("A key means one thing on a page", arguments: Page.allCases)
    func keys(page: Page) {
        let keys = Command.registry.filter { $0.exists(on: page) }.flatMap(\.keys)
        #expect(Set(keys).count == keys.count)
    }

    @Test("No key held with Ctrl is the key of a change")
    func control() {
        #expect(!Command.registry.contains { $0.changesState && $0.keys.contains { $0.isControl } })
    }

    @Test("Every command can be typed on every page without a request that nobody confirmed")
    func typed() {
        for page in Page.allCases {
            var start = ScreenDriver.live(page: page, view: Sample.view(changes: Sample.changes))
            start.press(.character("!"), .character(":"))
            for command in Command.registry {
                for argument in ["", "verify edge-web", "x", "#17", "json"] {
                    var driver = start
                    driver.type("\(command.name) \(argument)")
                    driver.press(.enter)
                    _ = driver.canvas
                    let requests = driver.takeEffects().filter { effect in
                        guard case .request(_, let request) = effect else { return false }
                        return !request.isReading
                    }
                    #expect(requests.isEmpty, "\(command.name) \(argument)")
                }
            }
        }
    }

    @Test(
        "A command that changes something opens a dialogue or says why not, whatever the state",
        arguments: Command.registry.filter(\.changesState).map(\.name),
        [false, true]
    )
    func changes(name: String, isArmed: Bool) throws {
        let command = try #require(Command.named(name))
        let key = try #require(command.keys.first)
        let view = Sample.view(changes: Sample.changes, trials: [Sample.trial])
        for page in Page.allCases where command.exists(on: page) {
            for (row, isLive) in Sample.listeners.indices.flatMap({ [($0, false), ($0, true)] }) {
                var driver = ScreenDriver.live(page: page, view: view)
                if page == .overview { driver.press(.tab) }
                for _ in 0..<row { driver.press(.down) }
                if isArmed { driver.press(.character("!")) }
                if !isLive { driver.send(.link(.gone("no answer"))) }
                driver.send(.tick(driver.state.now + 20_000))
                _ = driver.takeEffects()
                driver.press(key)
                let effects = driver.takeEffects()
                #expect(effects.allSatisfy { $0 == .discardInput || $0.isQuestion })
                // The fourth listener speaks HTTP, which has no mutual TLS; no target is drained, and a
                // trust store is nothing that could be removed.
                let isPossible = (name != "mode" || row != 3) && !["restore", "remove"].contains(name)
                let mayOpen = isArmed && isLive && isPossible
                // A file is chosen before there is something to be asked.
                let isOpen = driver.state.dialogue != nil || driver.state.overlay != nil
                #expect(isOpen == mayOpen, "\(name) on \(page), row \(row)")
                #expect((driver.state.toast?.kind == .warn) != mayOpen, "\(name) on \(page), row \(row)")
            }
        }
    }

    @Test(
        "Help tells every command of a page, with the keys that it has there",
        arguments: Page.allCases
    )
    func helpPage(page: Page) {
        let driver = ScreenDriver.live(page: page)
        let lines = HelpText.detail(HelpView(), driver.state).lines
        for command in Command.registry where command.exists(on: page) {
            let keys = command.keys.map(\.spelling).joined(separator: " ")
            #expect(lines.contains { $0.label == keys && $0.text.hasPrefix(command.help.english) })
        }
    }

    @Test("The palette finds commands, objects and arguments, and runs what is chosen")
    func palette() {
        var driver = ScreenDriver.live(page: .overview)
        driver.press(.character(":"))
        driver.type("lstnr edge-p")
        #expect(driver.contains("no") || driver.state.overlay != nil)
        driver.press(.ctrl("u"))
        driver.type("edge-pay")
        #expect(driver.contains("listener edge-pay"))
        driver.press(.enter)
        #expect(driver.state.page == .listeners)
        #expect(driver.state.listeners.selected?.name == "edge-pay")
        #expect(driver.state.saved.history.first == "listener edge-pay")
        driver.press(.character(":"))
        #expect(driver.contains("listener edge-pay"))
        driver.type("log outcome:fail")
        driver.press(.enter)
        #expect(driver.state.page == .log)
        #expect(driver.state.log.filterText == "outcome:fail")
    }

    @Test("A mode that is typed opens the dialogue of its listener, and applies nothing")
    func typedMode() {
        var driver = ScreenDriver.live(page: .log)
        driver.press(.character("!"), .character(":"))
        driver.type("mode passthrough edge-pay")
        driver.press(.enter)
        guard case .mode(let dialogue) = driver.state.dialogue else {
            Issue.record("no dialogue: \(driver.screen)")
            return
        }
        #expect(dialogue.listenerName == "edge-pay")
        #expect(dialogue.mode == .passthrough)
    }

    @Test(
        "Letters in their order find a text, words and beginnings first",
        arguments: [
            ("scr", ["screenshot", "previous-screen"]), ("lg", ["log", "long"]),
            ("mv", ["mode verify", "remove"]),
        ]
    )
    func fuzzy(typed: String, texts: [String]) throws {
        let scores = texts.map { FuzzyMatch.score(typed, $0) }
        #expect(FuzzyMatch.score(typed, "xyz") == nil)
        let best = try #require(scores[0])
        if let other = scores[1] { #expect(best > other) }
    }
}
