import Model
import Testing

@testable import Console

/// Pages as lines, with the rows of the drawn ones.
@Suite("Pages in lines")
struct LinearPagesTests {
    @Test("It says at once where it is, and nothing else until it is asked")
    func greeting() {
        var driver = LinearDriver()
        driver.greet(Sample.view())
        #expect(
            driver.said() == [
                "sekisho, generation 12  2 workers, 5 listeners, 2 things need attention (1 tells), OBSERVE",
                "1 to 9 tell a page, help tells the commands, q leaves",
            ]
        )
        driver.send(.counters(Sample.counters(Sample.view(), seconds: 38)))
        driver.send(.records(RecordBatch(records: Sample.records(3, from: 41), lost: 0)))
        driver.advance(60_000)
        #expect(driver.said() == [])
        #expect(driver.console.nextDeadline == nil)
    }

    @Test("Lines that are typed before the gate has spoken wait for it")
    func early() {
        var driver = LinearDriver()
        driver.pipe("2")
        #expect(driver.said() == [])
        driver.greet(Sample.view())
        let said = driver.said()
        #expect(
            said.contains(
                "1. edge-api, verify, store partners, 3,104 handshakes a second, 2.1 percent failing"
            )
        )
    }

    @Test("A listener is one sentence, by its number or its name, and everything of it when it is opened")
    func listeners() {
        var driver = LinearDriver.live(view: Sample.view(failed: Sample.down))
        let page = driver.type("2")
        #expect(page.first == "Listeners, 5 listeners, sorted by NAME (asc), OBSERVE")
        #expect(page.contains("4. edge-plain, HTTP"))
        #expect(page.contains { $0.contains("DOWN") })
        #expect(page.count == 6)
        let sentence = "edge-iot, passthrough, 621 handshakes a second, 0 percent failing"
        #expect(driver.type(".2") == [sentence])
        #expect(driver.type("row 2") == [sentence])
        #expect(driver.type("") == [sentence])
        let detail = driver.type("open")
        #expect(detail.first == "edge-iot")
        #expect(detail.contains("mode: passthrough"))
        #expect(driver.type("listener edge-web").contains { $0.hasPrefix("edge-web, ") })
        #expect(driver.type(".9") == ["no row 9 has been told here, or it has gone"])
    }

    @Test("A number stays the row's that was told with it, whatever comes, goes and is sorted anew")
    func numbers() {
        var driver = LinearDriver.live()
        #expect(driver.type("2").contains { $0.hasPrefix("3. edge-pay") })
        let fewer = Sample.listeners.filter { $0.name != "edge-iot" }
        driver.send(.view(Sample.view(listeners: fewer, generation: 13)))
        _ = driver.said()
        #expect(driver.type(".3").first?.hasPrefix("edge-pay, ") == true)
        #expect(driver.type(".2") == ["no row 2 has been told here, or it has gone"])
        #expect(driver.state.selectedListener?.listener.name == "edge-pay")
    }

    @Test(
        "Every page is told under its number and its name, with the rows of its lists",
        arguments: Page.allCases
    )
    func pages(page: Page) {
        for line in ["\(page.rawValue)", page.name, ":\(page.name)"] {
            var driver = LinearDriver.live(
                view: Sample.view(
                    stores: [Sample.revoking, Sample.fleet],
                    health: Sample.health,
                    changes: Sample.changes
                )
            )
            driver.pipe(line)
            if page == .clients { driver.answer(.clients(Sample.clients)) }
            if page == .requests { driver.answer(.requests(Sample.requests)) }
            if page == .changes { driver.answer(.changes(Sample.changes)) }
            let said = driver.said()
            #expect(said.first?.hasPrefix(page.title.english) == true, "\(said)")
            #expect(said.contains { $0.hasPrefix("1. ") }, "\(line): \(said)")
            // Nothing that would move a cursor, choose a colour or draw.
            #expect(!said.joined().contains { "\u{1B}│─▸█▁▂▃".contains($0) })
        }
    }

    @Test("A row names its object first, whatever list it is in")
    func names() {
        var driver = LinearDriver.live(
            view: Sample.view(
                stores: [Sample.revoking, Sample.fleet],
                health: Sample.health,
                changes: Sample.changes
            )
        )
        let stores = driver.type("3")
        #expect(stores.contains("1. iot-fleet, revision 5, 1 CA, used by no listener"))
        #expect(stores.contains("2. partners, revision 42, 3 CAs, used by edge-api edge-pay"))
        #expect(stores.contains { $0.hasPrefix("3. CN=Fleet Device CA 2025, expires in ") })
        driver.type(".2")
        let lists = driver.type("3")
        #expect(lists.contains { $0.contains("list 2, issued by CN=Globex Root, 18,204 entries") })
        #expect(lists.contains { $0.hasSuffix("STALE") })
        #expect(driver.type("6").contains { $0.contains("10.0.1.12:9000, group api-v2, DOWN") })
        driver.pipe("8")
        driver.answer(.changes(Sample.changes))
        #expect(driver.said().contains { $0.contains("#17, ") && $0.contains("by ana, listener edge-pay") })
    }

    @Test("A number means no row of a page that has not been told")
    func otherPage() {
        var driver = LinearDriver.live()
        _ = driver.type("4", "!", "mode verify edge-iot", "cancel")
        #expect(driver.state.page == .listeners)
        #expect(driver.type(".1") == ["no row 1 has been told here, or it has gone"])
        #expect(driver.state.log.mode == .follow)
    }

    @Test("The overview tells figures, what needs attention, listeners and changes")
    func overview() {
        var driver = LinearDriver.live(view: Sample.view(failed: Sample.down, changes: Sample.changes))
        let said = driver.type("1")
        #expect(said[1].contains("handshakes a second"))
        #expect(said.contains { $0.hasPrefix("Failures by reason, 5 min: ") })
        #expect(said.contains { $0.hasPrefix("1. FAIL, ") })
        #expect(said.contains("Listeners (5)"))
        #expect(said.contains("Recent changes"))
        // Rows of all its lists are numbered through.
        let numbers = said.compactMap { Int($0.prefix { $0 != "." }) }
        #expect(numbers == Array(1...numbers.count))
    }

    @Test("The log tells the newest, holds where somebody reads, and finds failures")
    func log() {
        var driver = LinearDriver.live()
        let said = driver.type("log outcome:fail")
        #expect(said[1].hasPrefix("filter outcome:fail, "))
        #expect(said[2].hasPrefix("FOLLOW"))
        let rows = said.filter { $0.contains(", FAIL, listener ") }
        #expect(!rows.isEmpty)
        #expect(driver.type(".1").first.map { rows[0].hasSuffix($0) } == true)
        #expect(driver.type("open").first?.hasPrefix("Connection ") == true)
        #expect(driver.type("group reason").contains { $0.contains(" records, ") })
        #expect(driver.type("filter outcom:fail").first == "column 1: no field outcom: did you mean outcome?")
        _ = driver.type("cancel")
        #expect(driver.state.prompt == nil)
        #expect(driver.state.log.filterText == "outcome:fail")
    }

    @Test("A refusal is explained in lines: why, what was sent, each check, what mends it")
    func refusal() {
        var driver = LinearDriver.live(view: Sample.view(changes: Sample.changes), records: 0)
        driver.send(.records(RecordBatch(records: [Sample.tracedRecord(60)], lost: 0)))
        _ = driver.said()
        #expect(driver.type("5").contains { $0.hasPrefix("1. 1 failure, untrusted, issued by CN=Partner") })
        let said = driver.type("open")
        #expect(said.first == "failure 1 of 1")
        for label in ["WHY: ", "FIX: ", "SENT: ", "CHECKS: ", "SINCE: ", "TRY: "] {
            #expect(said.contains { $0.hasPrefix(label) }, "\(label)")
        }
        #expect(said.contains { $0.hasPrefix("missing: CN=Partner Root 3") })
    }

    @Test("Times and spans are told with their units in full")
    func units() {
        let spans: [(Int64, String)] = [
            (1, "1 second"), (90, "90 seconds"), (300, "5 minutes"), (18_000, "5 hours"), (345_600, "4 days"),
            (34_560_000, "1 year 1 month"),
        ]
        for (seconds, words) in spans { #expect(Phrase.toldDuration(seconds: seconds).english == words) }
        #expect(Phrase.toldCalendar([1, 0, 2, 0, 0, 3]).english == "1 expired, 2 within 7 days, 3 later")
    }

    @Test("What a chart draws is told as a figure")
    func charts() {
        let view = Sample.view(groups: [Sample.api], health: Sample.functionHealth)
        var driver = LinearDriver.live(view: view)
        for step in 1...12 { driver.send(.counters(Sample.traffic(view, steps: step))) }
        _ = driver.type("6")
        let said = driver.type(".2", "open").joined(separator: "\n")
        #expect(said.contains("12 of the last 30 passed"))
        #expect(!said.contains { "▁▂▃▄▅▆▇█".contains($0) })
    }

    @Test("Long lists are told in parts, and page-down goes on")
    func parts() {
        let listeners = (1...45 as ClosedRange<UInt64>).map {
            Sample.listener($0, "edge-\(100 + $0)", UInt16(1_000 + $0), .off)
        }
        var driver = LinearDriver.live(view: Sample.view(listeners: listeners))
        let first = driver.type("2")
        let rows = driver.state.linearRows
        #expect(first.count == rows + 2)
        #expect(first.last?.hasPrefix("rows 1 to \(rows), of 45") == true)
        #expect(driver.type("page-down").contains { $0.hasPrefix("\(rows + 1). edge-\(101 + rows), ") })
        #expect(driver.type("filter name:edge-145").contains { $0.hasPrefix("1. edge-145, ") })
    }

    @Test("A page without rows says why, and one whose gate has gone that it has")
    func empty() {
        var driver = LinearDriver.live(view: Sample.view(listeners: [], stores: [], groups: []), records: 0)
        #expect(driver.type("2").last?.hasPrefix("no listener yet") == true)
        #expect(driver.type("3").contains("no trust store yet: verify needs one."))
        #expect(driver.type("4").last?.hasPrefix("no connection yet") == true)
        #expect(driver.type("5").last?.hasPrefix("no handshake has failed") == true)
        #expect(driver.type("filter x").last?.hasPrefix("nothing fits the filter") == true)
        driver.send(.link(.gone("No gate answers.")))
        #expect(driver.said().count == 1)
        #expect(driver.type("2")[1].contains("what is shown is as it was. No gate answers."))
    }

    @Test("Japanese pages, questions and news are Japanese")
    func japanese() {
        var driver = LinearDriver.live(
            language: .japanese,
            view: Sample.view(health: Sample.health, changes: Sample.changes)
        )
        for line in ["1", "2", "3", "4", "5", "6"] {
            #expect(Self.english(driver.type(line)) == [], "\(line)")
        }
        #expect(
            driver.type("2")[1]
                == "1. edge-api, verify, ストア partners, ハンドシェイク 毎秒 3,104, 失敗 2.1 パーセント, ターゲット 3 件中 2 件が正常"
        )
        let asked = driver.type("!", "mode verify edge-iot")
        #expect(asked.last == "? モード: off, passthrough, verify。空行は verify")
        #expect(Self.english(asked) == [])
        driver.answer(.rehearsal([]))
        #expect(Self.english(driver.type("", "", "", "", "", "")) == [])
    }

    /// Lines with three English words in a row that are no names or codes.
    private static func english(_ lines: [String]) -> [String] {
        lines.filter { line in
            guard !line.contains("sekisho "), !line.contains("CN=") else { return false }
            return line.contains(/(^|[^a-z-])[a-z]{2,} [a-z]{2,} [a-z]{2,}/)
        }
    }

    @Test("Where only ASCII can be written, only ASCII is")
    func ascii() {
        var driver = LinearDriver.live(
            language: .japanese,
            glyphs: .ascii,
            view: Sample.view(health: Sample.health, changes: Sample.changes)
        )
        let said = ["1", "2", "3", "4", "5", "6", "8", "help", "help filter"].flatMap { driver.type($0) }
        #expect(said.joined().utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }
}
