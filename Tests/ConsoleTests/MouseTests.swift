import Testing

@testable import Console

/// The mouse looks about; it never answers what has to be answered.
@Suite("Mouse")
struct MouseTests {
    @Test(
        "Presses and the wheel are told, everything else is dropped",
        arguments: [
            ("\u{1B}[<0;5;7M", Mouse.Action.press), ("\u{1B}[<64;1;1M", .wheelUp),
            ("\u{1B}[<65;1;1M", .wheelDown),
        ]
    )
    func decoding(text: String, action: Mouse.Action) {
        var decoder = KeyDecoder()
        guard case .mouse(let mouse)? = decoder.decode(text.utf8).first else {
            Issue.record("no mouse")
            return
        }
        #expect(mouse.action == action)
        if action == .press { #expect((mouse.column, mouse.row) == (4, 6)) }
    }

    @Test(
        "What is no press of the first button is nothing",
        arguments: [
            "\u{1B}[<0;5;7m", "\u{1B}[<2;5;7M", "\u{1B}[<32;5;7M", "\u{1B}[<0;0;7M", "\u{1B}[<0;5M",
            "\u{1B}[<0;5;7;9M", "\u{1B}[<;;M", "\u{1B}[<0;99999999999999999999;7M",
        ]
    )
    func dropped(text: String) {
        var decoder = KeyDecoder()
        #expect(decoder.decode(text.utf8) == [])
    }

    /// Where a text stands on the screen.
    private static func place(of text: String, in driver: ScreenDriver) throws -> (column: Int, row: Int) {
        let row = try #require(driver.lines.firstIndex { $0.contains(text) })
        let line = driver.lines[row]
        let start = try #require(line.firstRange(of: text)?.lowerBound)
        return (line.distance(from: line.startIndex, to: start), row)
    }

    private static func click(_ text: String, _ driver: inout ScreenDriver) throws {
        let (column, row) = try self.place(of: text, in: driver)
        if let target = driver.canvas.target(column: column, row: row) { driver.send(.click(target)) }
    }

    @Test("A click puts the cursor on a row, a click there opens it")
    func rows() throws {
        var driver = ScreenDriver.live(Size(columns: 120, rows: 30))
        try Self.click("edge-pay", &driver)
        #expect(driver.state.listeners.selected?.name == "edge-pay")
        #expect(driver.state.overlay == nil)
        try Self.click("edge-pay", &driver)
        #expect(driver.state.overlay != nil)
    }

    @Test("A title sorts by its column, and once more the other way")
    func titles() throws {
        var driver = ScreenDriver.live(Size(columns: 120, rows: 30))
        try Self.click("CONNS", &driver)
        #expect(driver.state.listeners.sortName == "conns")
        let isDescending = driver.state.listeners.isDescending
        // With the mark of the order the title may be cut.
        let title = driver.canvas.hits.first {
            if case .title(_, "conns") = $0.target { true } else { false }
        }
        driver.send(.click(try #require(title).target))
        #expect(driver.state.listeners.isDescending == !isDescending)
    }

    @Test("A tab opens its page, and a click in a pane gives it the keys")
    func panes() throws {
        var driver = ScreenDriver.live(Size(columns: 140, rows: 40))
        try Self.click("3 Trust", &driver)
        #expect(driver.state.page == .trustStores)
        try Self.click("1 Overview", &driver)
        #expect(driver.state.page == .overview)
        try Self.click("edge-web", &driver)
        #expect(driver.state.pane == 1)
        #expect(driver.state.listeners.selected?.name == "edge-web")
    }

    @Test("A click in the log holds it there")
    func log() throws {
        var driver = ScreenDriver.live(Size(columns: 120, rows: 30), page: .log)
        #expect(driver.state.log.mode == .follow)
        let number = driver.state.log.matches[driver.state.log.matches.count - 3].number
        let target = Hit.Target.row(list: LogView.listName, index: driver.state.log.matches.count - 3)
        #expect(driver.canvas.hits.contains { $0.target == target })
        driver.send(.click(target))
        #expect(driver.state.log.mode == .held)
        #expect(driver.state.selectedEntry?.number == number)
    }

    @Test("The wheel scrolls the list, or what lies over it")
    func wheel() {
        var driver = ScreenDriver.live(Size(columns: 120, rows: 30))
        driver.send(.wheel(3))
        #expect(driver.state.listeners.selectedIndex == 3)
        driver.press(.character("?"))
        driver.send(.wheel(3))
        guard case .help(let help)? = driver.state.overlay else {
            Issue.record("help has gone")
            return
        }
        #expect(help.scroll > 0)
        #expect(driver.state.listeners.selectedIndex == 3)
    }

    @Test("With a dialogue open, no click and no wheel does anything")
    func dialogues() throws {
        var driver = ScreenDriver.live(Size(columns: 120, rows: 30))
        driver.press(.character("!"), .character("m"))
        driver.advance(1_000)
        let before = driver.state.dialogue
        try #require(before != nil)
        _ = driver.takeEffects()
        for target in Set(driver.canvas.hits.map(\.target)) { driver.send(.click(target)) }
        driver.send(.wheel(3))
        #expect(driver.state.dialogue == before)
        #expect(driver.takeEffects() == [])
    }
}
