import Model
import Testing

@testable import Console

/// Millions of records in little room, and a view that nothing moves.
@Suite("Event log")
struct EventLogTests {
    @Test("A record comes out as it went in")
    func packing() {
        var log = EventLog()
        let plain = ConnectionRecord(
            time: Sample.start,
            listenerID: Sample.id(4),
            listenerName: "edge-plain",
            client: Endpoint(address: .loopback, port: 1),
            listenerPort: 80,
            tls: nil,
            traceID: TraceID(high: 1, low: 2),
            loadBalancerPath: "app/edge/1",
            nodeAddress: .loopback
        )
        let records = Sample.records(24) + [NumberedRecord(number: 99, record: plain)]
        let added = log.append(records)
        #expect(added == 25)
        #expect(log.entries.map(\.record) == records.map(\.record))
        #expect(log.entries.map(\.number) == records.map(\.number))
    }

    @Test("Two million records take less than the 600 MiB that a console may have")
    func weight() {
        #expect(MemoryLayout<PackedRecord>.stride * 2_000_000 < 300 * 1_048_576)
    }

    @Test("What records share is kept once")
    func sharing() throws {
        var log = EventLog()
        _ = log.append(Sample.records(600))
        let entries = Array(log.entries)
        let kinds = Set(entries.map { ObjectIdentifier($0.kind) })
        #expect(kinds.count <= 6)
    }

    @Test("A certificate weighs once however many records have it, and goes with the last of them")
    func certificates() {
        var log = EventLog(limit: 100)
        let record = MemoryLayout<PackedRecord>.stride
        func records(_ numbers: ClosedRange<UInt64>, of client: Int) -> [NumberedRecord] {
            numbers.map { number in
                var record = Sample.record(number).record
                record.tls?.leaf = Sample.facts("CN=client \(client)", number: client)
                return NumberedRecord(number: number, record: record)
            }
        }
        _ = log.append(records(1...100, of: 1))
        #expect(Set(log.entries.compactMap(\.certificate).map { ObjectIdentifier($0) }).count == 1)
        let one = log.bytes - 100 * record
        #expect(one < 2_048)
        _ = log.append(records(101...150, of: 2))
        #expect(log.bytes == 100 * record + 2 * one)
        _ = log.append(records(151...200, of: 2))
        #expect(log.bytes == 100 * record + one)
    }

    @Test("The oldest go first, and a repeated delivery is ignored")
    func eviction() {
        var log = EventLog(limit: 1_000)
        for start in stride(from: UInt64(1), to: 5_000, by: 100) {
            _ = log.append(Sample.records(100, from: start))
        }
        #expect(log.count == 1_000)
        #expect(log.oldest == 4_001)
        #expect(log.newest == 5_000)
        #expect(log.hasEvicted)
        let again = log.append(Sample.records(100, from: 4_901))
        #expect(again == 0)
        #expect(log.entry(4_000) == nil)
        #expect(log.entry(4_001)?.number == 4_001)
    }

    @Test("Names as long as strangers like are cut, and cost what they are booked for")
    func longNames() {
        var log = EventLog()
        let name = "CN=" + String(repeating: "x", count: 65_536)
        _ = log.append([Sample.record(1, subject: name)])
        #expect((log.entries.first?.certificate?.facts.subject.utf8.count ?? 0) <= NameText.limit * 4)
    }

    @Test("The first record since a moment is found, also where workers wrote out of order")
    func since() {
        var log = EventLog()
        _ = log.append(Sample.records(200))
        let time = Timestamp(microseconds: Sample.start.microseconds + 100 * 41_000)
        #expect(log.first(since: time)?.number == 100)
        #expect(log.first(since: Timestamp(seconds: 0))?.number == 1)
        #expect(log.first(since: Timestamp(seconds: Sample.start.seconds + 86_400)) == nil)
    }
}

@Suite("Log view")
struct LogViewTests {
    private static func query(_ text: String) throws -> LogQuery {
        let environment = FilterEnvironment(now: Sample.start)
        return LogQuery(filter: try Filter(text, schema: .connections, environment: environment))
    }

    private static func numbers(_ view: LogView) -> [UInt64] {
        (0..<view.matches.count).map { view.matches[$0].number }
    }

    @Test("A filter over more than one slice shows the newest at once and finds the rest in turns")
    func slices() throws {
        var log = EventLog()
        let count = LogView.slice * 2 + 1_000
        _ = log.append(Sample.records(count))
        var view = LogView()
        view.setQuery(try Self.query("outcome:fail"), text: "outcome:fail", log: log)
        #expect(view.isSearching)
        #expect(view.matches.last?.number == log.entries.last { $0.isFailure }?.number)
        #expect(!view.visible(rows: 20).isEmpty)
        var turns = 0
        while view.isSearching {
            view.search(log, limit: LogView.slice)
            turns += 1
        }
        #expect(turns <= 3)
        #expect(view.matches.count == log.entries.count { $0.isFailure })
        let numbers = Self.numbers(view)
        #expect(numbers == numbers.sorted())
    }

    @Test("Held, neither news nor eviction nor another filter moves the record under the cursor")
    func anchor() throws {
        var log = EventLog(limit: 500)
        var view = LogView()
        var added = log.append(Sample.records(400))
        view.update(log, added: added)
        view.hold(rows: 10)
        view.move(by: -60, rows: 10)
        let number = view.matches[view.cursorIndex].number
        added = log.append(Sample.records(200, from: 401))
        view.update(log, added: added)
        #expect(log.oldest == 101)
        #expect(view.matches[view.cursorIndex].number == number)
        #expect(view.newer == 200)
        let failing = try #require(log.entry(number)).isFailure
        view.setQuery(
            try Self.query(failing ? "outcome:fail" : "outcome:ok"),
            text: "x",
            log: log
        )
        #expect(view.matches[view.cursorIndex].number == number)
        view.setQuery(LogQuery(), text: "", log: log)
        #expect(view.newer == 200)
        #expect(view.newerFailures == (401...600).count { log.entry(UInt64($0))?.isFailure ?? false })
        // The record goes at last: the oldest that is left takes its place.
        added = log.append(Sample.records(480, from: 601))
        view.update(log, added: added)
        #expect(view.matches[view.cursorIndex].number == log.oldest)
    }

    @Test(
        "Counting by a fact counts every match once, and opens as its filter",
        arguments: LogGroups.Key.allCases
    )
    func groups(key: LogGroups.Key) throws {
        var driver = ScreenDriver.live(page: .log, records: 120)
        driver.press(.character(":"))
        driver.type("group \(key.rawValue)")
        driver.press(.enter)
        let groups = try #require(driver.state.log.groups)
        #expect(groups.sorted.reduce(0) { $0 + $1.count } == 120)
        for index in groups.sorted.indices {
            var opened = driver
            for _ in 0..<index { opened.press(.down) }
            let group = try #require(opened.state.log.groups?.selected)
            opened.press(.enter)
            #expect(opened.state.log.groups == nil)
            #expect(opened.state.log.matches.count == group.count, "\(opened.state.log.filterText)")
        }
    }

    @Test("Only like this and hide like this part the records, by every fact that is offered")
    func like() {
        var driver = ScreenDriver.live(page: .log, records: 60)
        driver.press(.up, .up, .up)
        let facts = FilterText.facts(of: driver.state)
        #expect(facts.count >= 8)
        for index in facts.indices {
            let counts = [Key.character("="), .character("-")].map { key -> Int in
                var one = driver
                one.press(key)
                for _ in 0..<index { one.press(.down) }
                one.press(.enter)
                #expect(one.state.prompt == nil, "\(facts[index])")
                return one.state.log.matches.count
            }
            #expect(counts[0] > 0 && counts[0] + counts[1] == 60, "\(facts[index])")
        }
    }

    @Test("A moment leads to its record", arguments: [("14:05:02", 49), ("#1", 1), ("31s", 49)])
    func moment(text: String, number: UInt64) {
        var driver = ScreenDriver.live(
            page: .log,
            view: Sample.view(changes: [Sample.change(1, ago: 0, "ana", [])]),
            records: 120
        )
        driver.press(.character("t"))
        driver.type(text)
        driver.press(.enter)
        let log = driver.state.log
        #expect(log.mode == .held)
        #expect(log.matches[log.cursorIndex].number == number, "\(driver.message)")
    }
}
