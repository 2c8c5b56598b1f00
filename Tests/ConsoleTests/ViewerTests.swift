import Model
import Testing

@testable import Console

/// A console that the gate lets look only.
@Suite("Viewer")
struct ViewerTests {
    @Test("No command that can change the gate opens anything", arguments: Page.allCases)
    func changes(page: Page) {
        for command in Command.registry where command.changesState && command.exists(on: page) {
            var driver = ScreenDriver.live(
                Size(columns: 120, rows: 40),
                role: .viewing,
                page: page,
                view: Sample.view(changes: Sample.changes, trials: [Sample.trial])
            )
            driver.press(.character("!"))
            #expect(driver.message.contains("viewer: the gate refuses every"))
            #expect(!driver.state.lock.isArmed)
            #expect(command.availability(driver.state) != .yes, "\(command.name)")
            for key in driver.state.keys.keys(of: command, on: page) { driver.press(key) }
            #expect(driver.state.dialogue == nil, "\(command.name)")
            #expect(driver.takeDeeds() == [], "\(command.name)")
        }
    }

    @Test(
        "The header says so at every width",
        arguments: [(40, "READ-ONLY "), (80, "READ-ONLY (viewer)"), (140, "READ-ONLY (viewer)")]
    )
    func header(columns: Int, words: String) {
        let driver = ScreenDriver.live(Size(columns: columns, rows: 24), role: .viewing)
        #expect(driver.lines[0].contains(words))
        #expect(!driver.contains("OBSERVE"))
    }

    @Test("The palette offers no mode to change to")
    func palette() {
        var driver = ScreenDriver.live(Size(columns: 120, rows: 40), role: .viewing)
        driver.press(.character(":"))
        driver.type("mode verify ")
        driver.press(.enter)
        #expect(driver.state.dialogue == nil)
        let asked = driver.takeDeeds().filter { if case .request = $0 { true } else { false } }
        #expect(asked == [])
    }
}
