import Model
import Testing

@testable import Console

/// Columns of listeners that are there only for those who need them.
@Suite("Rows of listeners")
struct ListenerRowTests {
    private static func driver(resumed: [ResourceID: UInt64]) -> ScreenDriver {
        var driver = ScreenDriver.live(Size(columns: 140, rows: 40))
        let counters = Sample.counters(Sample.view(), seconds: 60)
        var engine = counters.engine
        for (id, count) in resumed { engine.listeners[id]?.resumed = count }
        driver.send(.counters(GateCounters(time: counters.time, engine: engine, rates: counters.rates)))
        driver.advance(5_000)
        return driver
    }

    @Test("The share of resumed handshakes is told where sessions may be resumed, once some are")
    func resumed() throws {
        #expect(!Self.driver(resumed: [:]).contains("RESUMED"))
        #expect(!Self.driver(resumed: [Sample.id(1): 500]).contains("RESUMED"))
        let driver = Self.driver(resumed: [Sample.id(1): 500, Sample.id(5): 14_585])
        let title = try #require(driver.lines.first { $0.contains("RESUMED") })
        let column = try #require(title.firstRange(of: "RESUMED")).upperBound
        let width = title.distance(from: title.startIndex, to: column)
        func cell(_ name: String) -> Substring? {
            driver.lines.first { $0.contains(" \(name) ") }?.prefix(width).suffix(4)
        }
        #expect(cell("edge-web") == " 80%")
        // A listener in verify resumes nothing unless it says so.
        #expect(cell("edge-api") == "   -")
    }
}
