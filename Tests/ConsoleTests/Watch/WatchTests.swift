import Model
import Testing

@testable import Console

/// What is made of the gate's counters and records: figures over time, causes, alarms.
@Suite("Watching")
struct WatchTests {
    private static func counters(
        _ second: Int64,
        handshakes: UInt64,
        failures: UInt64
    )
        -> GateCounters
    {
        var engine = EngineCounters()
        var listener = ListenerCounters()
        listener.handshakes = handshakes
        listener.failures = failures
        listener.failuresByWord = ["untrusted": failures]
        engine.listeners[Sample.id(1)] = listener
        return GateCounters(
            time: Timestamp(seconds: Sample.start.seconds + second),
            engine: engine,
            rates: [:]
        )
    }

    @Test("A window is the difference of its ends, and its series has a value for each step")
    func history() {
        var history = History()
        for step in 0...80 {
            history.add(
                Self.counters(Int64(step) * 5, handshakes: UInt64(step) * 50, failures: UInt64(step) * 5)
            )
        }
        let now = Self.counters(402, handshakes: 4_020, failures: 402)
        let sum = history.recent(Sample.id(1), now: now)
        // The oldest step that is kept is five minutes before the newest.
        #expect(sum.handshakes == 4_020 - 20 * 50)
        #expect(sum.words["untrusted"] == 302.0)
        let series = history.series(.handshakes)
        #expect(series.count == History.columns)
        #expect(series.allSatisfy { $0 == 10 })
    }

    @Test("A time without news is drawn as long as it was")
    func gap() {
        var history = History()
        for second in [0, 5, 65, 70] as [Int64] {
            history.add(Self.counters(second, handshakes: UInt64(second) * 10, failures: 0))
        }
        #expect(history.series(.handshakes).compactMap { $0 } == Array(repeating: 10, count: 14))
    }

    @Test("What has just been made is not to blame for what fails there, and is not offered to be undone")
    func creation() throws {
        for (verb, isBlamed) in [(Plan.Line.Verb.create, false), (.change, true)] {
            let line = Plan.Line(verb: verb, resource: "listener edge-api", details: [])
            let change = Sample.change(21, ago: 30, "ana", [line])
            let driver = ScreenDriver.live(
                Size(columns: 140, rows: 40),
                page: .refusals,
                view: Sample.view(changes: [change])
            )
            #expect(driver.state.selectedRefusal?.kind.listenerName == "edge-api")
            #expect(driver.contains("after ana changed listener edge-api (#21)") == isBlamed)
            #expect(driver.contains("undo #21 of ana") == isBlamed)
        }
    }

    @Test("A group's figures are those of the last five minutes, of all listeners together")
    func groups() throws {
        let view = Sample.view(groups: [Sample.api, Sample.lambda])
        var history = GroupHistory()
        history.add(Sample.traffic(view, steps: 1))
        #expect(history.recent(Sample.api.id) == nil)
        for step in 2...80 { history.add(Sample.traffic(view, steps: step)) }
        let figures = try #require(history.recent(Sample.api.id))
        #expect(figures.requests.count == History.columns)
        // From step 20 to step 80.
        let requests = Double(80 * (1_200 + 3_200) - 20 * (1_200 + 800))
        #expect(figures.requestsPerSecond == requests / 300)
        #expect(figures.errorShare == 60 * 30 / requests)
        #expect(figures.median.map { $0 < 1_000 } == true)
        #expect(figures.slowest.map { (1_000...2_500).contains($0) } == true)
        #expect(history.recent(Sample.id(999)) == nil)
        history.add(Sample.traffic(view, steps: 1))
        #expect(history.recent(Sample.api.id) == nil)
    }

    @Test("Counters that began anew are no burst, and a clock set back begins anew")
    func resets() {
        var history = History()
        history.add(Self.counters(0, handshakes: 1_000, failures: 0))
        history.add(Self.counters(5, handshakes: 10, failures: 0))
        #expect(history.series(.handshakes).last == .some(0))
        history.add(Self.counters(-60, handshakes: 20, failures: 0))
        #expect(history.series(.handshakes).last == .some(nil))
    }

    @Test("Failures are grouped by cause and leave after a quarter of an hour")
    func refusals() throws {
        var log = EventLog()
        _ = log.append(Sample.records(60))
        var groups = RefusalGroups()
        for entry in log.entries { groups.add(entry) }
        let failures = log.entries.count { $0.isFailure }
        #expect(groups.all.reduce(0) { $0 + $1.count } == failures)
        for group in groups.all {
            for number in group.numbers {
                let entry = try #require(log.entry(number))
                #expect(entry.outcome == group.id.outcome)
                #expect(entry.kind.listenerID == group.id.listenerID)
            }
        }
        groups.advance(to: Timestamp(seconds: Sample.start.seconds + 16 * 60))
        #expect(groups.all.isEmpty)
    }

    @Test("A record that stands for more attempts counts as many, and keeps its number")
    func repeated() throws {
        var record = Sample.record(1, outcome: .refused(.untrusted)).record
        record.repeated = 40
        record.tls?.cut = .timePassed
        var log = EventLog()
        _ = log.append([NumberedRecord(number: 1, record: record)])
        var groups = RefusalGroups()
        for entry in log.entries { groups.add(entry) }
        #expect(groups.all.map(\.count) == [40])
        #expect(groups.all.first?.topClients.map(\.count) == [40])
        let kept = try #require(log.entry(1)).record
        #expect((kept.attempts, kept.tls?.cut) == (40, .timePassed))
    }

    @Test("Connections refused at accept stand on the overview, because good clients may be among them")
    func turnedAway() throws {
        let view = Sample.view(stores: [Sample.fleet])
        var driver = ScreenDriver.live(page: .overview, view: view)
        let listener = try #require(view.configuration.listeners.first?.listener)
        let counters = Sample.counters(view, seconds: 38)
        var engine = counters.engine
        engine.listeners[listener.id]?.rejectedByReason[.failingSource] = 7
        driver.send(.counters(GateCounters(time: counters.time, engine: engine, rates: [:])))
        #expect(driver.contains("7 connections were refused at accept"))
        driver.press(.enter)
        #expect(driver.state.page == .refusals)
    }

    @Test("Strangers cannot make more causes than are kept")
    func bound() {
        var log = EventLog()
        var groups = RefusalGroups()
        let records = (1...UInt64(RefusalGroups.limit + 200)).map { number -> NumberedRecord in
            var numbered = Sample.record(number, outcome: .refused(.untrusted))
            let leaf = Sample.facts("CN=x", issuer: "CN=\(number)", number: Int(number))
            var record = numbered.record
            record.tls = record.tls.map {
                ConnectionRecord.TLSDetails(
                    mode: $0.mode,
                    outcome: $0.outcome,
                    version: $0.version,
                    cipher: $0.cipher,
                    keyExchange: $0.keyExchange,
                    latencyMicroseconds: nil,
                    serverName: nil,
                    leaf: leaf,
                    chainCount: 1,
                    isResumed: false
                )
            }
            numbered = NumberedRecord(number: number, record: record)
            return numbered
        }
        _ = log.append(records)
        for entry in log.entries { groups.add(entry) }
        #expect(groups.all.count == RefusalGroups.limit)
        #expect(groups.uncounted == 200)
    }

    @Test("What is down comes first, and every line leads to its object")
    func attention() {
        var driver = ScreenDriver.live(
            page: .overview,
            view: Sample.view(
                failed: Sample.down,
                health: Sample.health,
                changes: Sample.changes,
                trials: [Sample.trial]
            )
        )
        let items = driver.state.attention.rows
        #expect(items.first?.object == "edge-web")
        #expect(items.map(\.level) == items.map(\.level).sorted())
        for index in items.indices {
            var opened = driver
            for _ in 0..<index { opened.press(.down) }
            let item = opened.state.attention.selected
            opened.press(.enter)
            #expect(opened.state.page != .overview, "\(item?.sentence.english ?? "")")
            opened.press(.character("q"))
            #expect(opened.state.page == .overview)
        }
        // A cause that is gone takes its line with it.
        driver.send(.view(Sample.view(stores: [Sample.fleet], generation: 13)))
        #expect(driver.state.attention.count == 0)
        #expect(driver.contains("nothing needs attention"))
    }

    @Test("A share of failures is an alarm only with enough attempts, and against the hour before")
    func failureAlarm() {
        func items(handshakes: UInt64, failures: UInt64) -> [AttentionItem] {
            var driver = ScreenDriver.live(page: .overview, view: Sample.view(stores: [Sample.fleet]))
            // On top of what the sample has counted already.
            driver.send(
                .counters(Self.counters(105, handshakes: 18_231 + handshakes, failures: failures))
            )
            return driver.state.attention.rows.filter { $0.level == .fail }
        }
        #expect(items(handshakes: 10, failures: 5).isEmpty)
        #expect(items(handshakes: 1_000, failures: 10).isEmpty)
        #expect(items(handshakes: 90, failures: 10).map(\.object) == ["edge-api"])
    }
}
