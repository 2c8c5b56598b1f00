import Model
import Testing

@testable import Console

/// The key of a page leads to what belongs to the row under the cursor there.
@Suite("Related pages")
struct RelatedPagesTests {
    private static func driver(_ page: Page, health: [ResourceID: TargetGroupHealth]? = [:]) -> ScreenDriver {
        .live(page: page, view: Sample.view(health: health, changes: Sample.changes))
    }

    @Test("From a listener to its log, its refusals and its clients", arguments: ["4", "5", "7"])
    func listener(key: Character) {
        var driver = Self.driver(.listeners)
        driver.press(.down, .character(key))
        #expect(driver.state.currentFilterText == "listener:edge-iot")
        #expect(driver.message.contains("only listener:edge-iot: Esc shows all"))
        driver.press(.escape, .escape)
        #expect(driver.state.currentFilterText.isEmpty)
    }

    @Test("From a cause of refusals to just its records, and as many as it counts")
    func refusal() throws {
        for row in 0..<4 {
            var driver = Self.driver(.refusals)
            for _ in 0..<row { driver.press(.down) }
            let group = try #require(driver.state.refusals.selected?.group)
            driver.press(.character("4"))
            #expect(driver.state.log.matches.count == group.count)
            #expect(driver.state.log.filterText.contains("reason:\(group.id.outcome.shortWord ?? "")"))
        }
    }

    @Test("From a client to its connections, and from a target to its requests")
    func others() {
        var driver = Self.driver(.overview)
        driver.press(.character("7"))
        driver.answer(.clients(Sample.clients))
        driver.press(.character("4"))
        let client = Sample.clients.clients[0].facts.fingerprint
        #expect(driver.state.currentFilterText == "fp:\(client)")

        driver = Self.driver(.targets, health: Sample.health)
        driver.press(.character("9"))
        #expect(driver.state.currentFilterText == "target:10.0.1.11:9000")
    }

    @Test("A filter that somebody has typed stays; that of an earlier visit gives way")
    func kept() {
        var driver = Self.driver(.listeners)
        driver.press(.character("4"), .character("2"), .down, .character("4"))
        #expect(driver.state.currentFilterText == "listener:edge-iot")
        driver.press(.escape, .escape)
        driver.enter(filter: "outcome:fail")
        driver.press(.character("2"), .character("4"))
        #expect(driver.state.currentFilterText == "outcome:fail")
        #expect(driver.message.contains("your filter is kept: outcome:fail"))
    }

    @Test("From where nothing belongs, the page is shown whole")
    func whole() {
        var driver = Self.driver(.overview)
        driver.press(.character("4"))
        #expect(driver.state.currentFilterText.isEmpty)
        driver = Self.driver(.listeners)
        driver.press(.character("6"), .character("4"))
        #expect(driver.state.currentFilterText.isEmpty)
    }
}
