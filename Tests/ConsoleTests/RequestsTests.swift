import Model
import Testing

@testable import Console

/// The other view of the log: requests, joined with the connections that they came on.
@Suite("Requests")
struct RequestsTests {
    private static func driver() -> ScreenDriver {
        var driver = ScreenDriver.live(page: .log)
        driver.press(.character("r"))
        driver.answer(.requests(Sample.requests))
        _ = driver.takeEffects()
        return driver
    }

    @Test("r leads to the requests, the newest in front, and back")
    func switching() {
        var driver = Self.driver()
        #expect(driver.state.page == .requests)
        #expect(driver.contains("/v1/orders/5") && driver.contains("301"))
        #expect(driver.state.requests.rows.first?.request.path == "/v1/orders/5")
        #expect(driver.contains("[4:Log]"))
        driver.press(.character("r"))
        #expect(driver.state.page == .log)
    }

    @Test("While somebody looks, what has come is asked for after the last answer, once at a time")
    func following() {
        var driver = Self.driver()
        let counters = Sample.counters(Sample.view(), seconds: 40)
        driver.send(.counters(counters))
        driver.send(.counters(counters))
        let query = RequestQuery(after: 4_096)
        #expect(driver.takeEffects() == [.request(driver.state.lastRequest, .requests(query))])
        driver.answer(.requests(RequestPage(lines: [], end: 4_096, skipped: 7)))
        #expect(driver.message.contains("6 requests, 7 not shown"))
        driver.press(.character("2"))
        driver.send(.counters(counters))
        #expect(driver.takeEffects() == [])
    }

    @Test(
        "The filter is that of every list",
        arguments: [
            ("status>=400", 2), ("status:502", 1), ("path:/v1/orders/4", 1), ("method:GET ms>50", 1),
            ("client:203.0.113.0/24", 6), ("host:api.* group:api-v2", 6), ("conn:*0024", 1), ("502", 0),
        ]
    )
    func filter(text: String, count: Int) {
        var driver = Self.driver()
        driver.press(.character("/"))
        driver.type(text)
        driver.press(.enter)
        #expect(driver.state.prompt == nil, "\(driver.message)")
        #expect(driver.state.requests.count == count)
    }

    @Test("R leads from a request to its connection and back to the requests of that")
    func join() throws {
        var driver = Self.driver()
        driver.press(.end)
        let id = try #require(driver.state.requests.selected?.request.connection)
        driver.press(.character("R"))
        #expect(driver.state.page == .log)
        #expect(driver.state.log.filterText == "conn:\(id)")
        #expect(driver.state.selectedEntry?.traceID.description == id)
        driver.press(.character("R"))
        #expect(driver.state.page == .requests)
        #expect(driver.state.requests.rows.map(\.request.connection) == [id])
    }

    @Test("Without an access log it is said how to have one")
    func empty() {
        var driver = ScreenDriver.live(page: .log)
        driver.press(.character("r"))
        driver.answer(.requests(RequestPage(lines: [], end: 0, skipped: 0)))
        #expect(driver.contains("access_logs.s3.enabled"))
    }

    @Test("Those who may only look are told why there is nothing, and nothing is asked for")
    func viewer() {
        var driver = ScreenDriver.live(role: .viewing, page: .log)
        driver.press(.character("r"))
        #expect(driver.takeEffects().allSatisfy { !$0.isQuestion })
        #expect(driver.contains("the gate tells requests only to those who may change it"))
    }

    @Test("Only so many requests are kept")
    func bound() {
        var log = RequestLog()
        for _ in 0..<1_000 { log.take(Sample.requests) }
        #expect(log.entries.count == RequestLog.limit)
        #expect(log.entries.last?.number == 6_000)
    }
}
