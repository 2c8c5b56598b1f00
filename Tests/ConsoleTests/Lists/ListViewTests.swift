import Model
import Testing

@testable import Console

@Suite("Lists")
struct ListViewTests {
    private static let environment = FilterEnvironment(now: Sample.start)

    private static func listeners() -> ListView<ListenerRow> { ScreenDriver.live().state.listeners }

    @Test("Each column sorts, twice gives the other way round, and equal rows keep their order")
    func sorting() {
        for column in ListenerRow.columns {
            var list = Self.listeners()
            let isSorted = list.sort(by: column.name)
            #expect(isSorted)
            let one = list.rows.map(\.name)
            list.reverse()
            list.reverse()
            #expect(list.rows.map(\.name) == one)
        }
        var list = Self.listeners()
        let isNothing = list.sort(by: "nothing")
        #expect(!isNothing)
        _ = list.sort(by: "conns")
        #expect(list.rows.first?.name == "edge-api")
        list.reverse()
        #expect(list.rows.first?.name != "edge-api")
    }

    @Test(
        "A list is filtered by its columns in the language of the log",
        arguments: [
            ("mode:verify", ["edge-api", "edge-pay"]), ("name:edge-p*", ["edge-pay", "edge-plain"]),
            ("not mode:* ", ["edge-plain"]), ("conns>9000", ["edge-api", "edge-iot"]),
            ("state:up iot", ["edge-iot"]), ("proto:{HTTP,TLS}", ["edge-plain"]),
            ("partners", ["edge-api", "edge-pay"]),
        ]
    )
    func filtering(text: String, names: [String]) throws {
        var list = Self.listeners()
        try list.setFilter(text, environment: Self.environment)
        #expect(list.rows.map(\.name) == names)
    }

    @Test("The cursor stays on its row through every order, and names what went")
    func cursor() {
        var driver = ScreenDriver.live()
        driver.press(.down, .down)
        #expect(driver.state.listeners.selected?.name == "edge-pay")
        for _ in ListenerRow.columns { driver.press(.character("o")) }
        #expect(driver.state.listeners.selected?.name == "edge-pay")
        driver.send(
            .view(
                Sample.view(listeners: Sample.listeners.filter { $0.name != "edge-pay" }, generation: 13)
            )
        )
        #expect(driver.message.contains("edge-pay has gone"))
        #expect(driver.state.listeners.selected != nil)
    }

    @Test("Rows do not change places right after a key, but take new values")
    func quiet() {
        var driver = ScreenDriver.live()
        driver.press(.character(":"))
        driver.type("sort conns")
        driver.press(.enter)
        let before = driver.state.listeners.rows.map(\.name)
        let view = Sample.view()
        var engine = Sample.counters(view).engine
        for (index, id) in engine.listeners.keys.sorted().enumerated() {
            engine.listeners[id]?.open = index * 1_000
        }
        let counters = GateCounters(time: Sample.start, engine: engine, rates: [:])
        driver.send(.counters(counters))
        #expect(driver.state.listeners.rows.map(\.name) == before)
        #expect(driver.state.listeners.rows.first?.counters?.open == 0)
        driver.advance(3_000)
        driver.send(.counters(counters))
        #expect(driver.state.listeners.rows.map(\.name) != before)
    }

    @Test("What a view shows is written as aligned text and as JSON")
    func exports() {
        var driver = ScreenDriver.live()
        driver.press(.character(":"))
        driver.type("export json out.json")
        driver.press(.enter)
        guard case .write("out.json", _, "json", let json) = driver.takeEffects().first else {
            Issue.record("nothing was written")
            return
        }
        #expect(json.contains(#"{"name":"edge-api","state":"up","address":"0.0.0.0:443""#))
        #expect(json.split(separator: "\n").count == 7)
        driver.press(.character("w"), .enter)
        guard case .write(nil, "sekisho-listeners", "txt", let text) = driver.takeEffects().last else {
            Issue.record("nothing was written")
            return
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 6)
        let column = lines[0].firstRange(of: "MODE").map {
            lines[0].distance(from: lines[0].startIndex, to: $0.lowerBound)
        }
        #expect(column.map { lines[1].dropFirst($0).hasPrefix("verify") } == true)
    }

    @Test("Columns can be hidden but for the first, and are remembered")
    func columns() {
        var list = Self.listeners()
        list.toggleColumn("name")
        list.toggleColumn("mode")
        #expect(list.columnChoices.filter { !$0.isShown }.map(\.name) == ["mode"])
        var other = Self.listeners()
        other.takeSetup(list.setup)
        #expect(other.setup == list.setup)
    }

    @Test("Marked rows are counted, stay marked through news, and go with their rows")
    func marks() {
        var driver = ScreenDriver.live()
        driver.press(.character(" "), .character(" "))
        #expect(driver.message.contains("2 marked"))
        driver.send(.view(Sample.view(listeners: Array(Sample.listeners.dropFirst()), generation: 13)))
        #expect(driver.state.listeners.markCount == 1)
        driver.press(.escape, .character("u"))
        #expect(driver.state.listeners.markCount == 0)
    }
}
