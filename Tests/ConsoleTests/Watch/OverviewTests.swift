import Model
import Testing

@testable import Console

/// Whether anything is wrong, and where one presses: what the overview says, with its numbers.
@Suite("Overview")
struct OverviewTests {
    private static let size = Size(columns: 140, rows: 40)

    private static func counters(
        _ seconds: Int64,
        cpu: Int64 = 0,
        descriptors: Int = 400,
        trials: [TrialCounters]? = nil
    ) -> GateCounters {
        var counters = Sample.counters(Sample.view(), seconds: seconds)
        counters.process = ProcessCounters(
            cpuMicroseconds: cpu,
            residentBytes: 412 << 20,
            openDescriptors: descriptors,
            descriptorLimit: 65_536
        )
        counters.trials = trials
        return counters
    }

    @Test("The process is told with its share of a core over the last seconds")
    func process() {
        var driver = ScreenDriver.live(Self.size, page: .overview)
        #expect(!driver.contains("RSS"))
        driver.send(.counters(Self.counters(60, cpu: 1_000_000)))
        #expect(driver.contains("RSS 412 MiB  fds 400/65.5k"))
        driver.send(.counters(Self.counters(70, cpu: 4_800_000)))
        #expect(driver.contains("CPU 38%  RSS 412 MiB"))
        // A gate that has begun anew has used less than before.
        driver.send(.counters(Self.counters(80, cpu: 5)))
        #expect(!driver.contains("CPU"))
    }

    @Test("Descriptors that run out are told before they do")
    func descriptors() {
        var driver = ScreenDriver.live(Self.size, page: .overview)
        driver.send(.counters(Self.counters(60, descriptors: 52_000)))
        #expect(!driver.contains("descriptors are open"))
        driver.send(.counters(Self.counters(70, descriptors: 53_000)))
        #expect(driver.contains("53.0k of 65.5k descriptors are open"))
    }

    @Test("A trial is told by its listener, with what is left of it, its limit and what it refuses now")
    func trial() {
        let trial = Trial(
            change: 17,
            author: Sample.trial.author,
            startedAt: Sample.trial.startedAt,
            deadline: Sample.trial.deadline,
            lines: Sample.trial.lines,
            maximumRefusalPercent: 9
        )
        var driver = ScreenDriver.live(
            Self.size,
            page: .overview,
            view: Sample.view(changes: Sample.changes, trials: [trial])
        )
        #expect(driver.contains("edge-pay       rolls back in 07:22, or at 9% refused; mode passthrough"))
        #expect(driver.contains("K keep  R revert"))
        #expect(driver.contains("trial 07:22"))
        let counted = TrialCounters(change: 17, connections: 9_685, refused: 571)
        driver.send(.counters(Self.counters(60, trials: [counted])))
        #expect(driver.contains("or at 9% refused (now 5.9%)"))
        // K shows what it has come to, and so does the listener.
        driver.press(.character("!"), .character("K"))
        #expect(driver.contains("571 of 9685 connections were refused"))
        driver.press(.escape)
        _ = driver.takeEffects()
        driver.press(.character(":"))
        driver.type("listener edge-pay")
        driver.press(.enter)
        #expect(driver.contains("571 of 9685 connections were refused"))
    }

    @Test("Revocation lists that are out of date, and files that were not taken, lead to their store")
    func stores() {
        var driver = ScreenDriver.live(
            Self.size,
            page: .overview,
            view: Sample.view(stores: [Sample.revoking, Sample.fleet])
        )
        #expect(driver.contains("revocation list 2 of CN=Globex Root: it expired"))
        while driver.state.attention.selected?.place != .store(Sample.revoking.id) { driver.press(.down) }
        driver.press(.enter)
        #expect(driver.state.page == .trustStores && driver.state.pane == 2)
        #expect(driver.state.stores.selected?.name == "partners")
    }

    @Test("Clients that expire soon are asked about while somebody looks, once in five minutes")
    func expiring() {
        var driver = ScreenDriver.live(Self.size, page: .overview)
        let asked = driver.takeEffects()
        #expect(asked == [.request(driver.state.lastRequest, .clients(ExpiringClients.query))])
        let clients = [
            Sample.client("CN=svc-31", days: 3, number: 3), Sample.client("CN=svc-32", days: 5, number: 200),
        ]
        driver.answer(.clients(ClientList(clients: clients, matching: 2, verified: 9, unverified: 0)))
        #expect(
            driver.contains("2 client certificates expire within 7 days; 1 of them came in the last hour")
        )
        driver.send(.counters(Self.counters(70)))
        #expect(driver.takeEffects() == [])
        driver.advance(300_000)
        driver.send(.counters(Self.counters(400)))
        #expect(driver.takeEffects().count == 1)
        while driver.state.attention.selected?.object != "clients" { driver.press(.down) }
        driver.press(.enter)
        #expect(driver.state.page == .clients)
        #expect(driver.state.clients.filterText == "expires<7d")
        driver.advance(300_000)
        _ = driver.takeEffects()
        driver.send(.counters(Self.counters(800)))
        #expect(driver.takeEffects() == [])
    }

    @Test("Handshake times are of five minutes, and a sparkline has all of them however narrow it is")
    func times() {
        var driver = ScreenDriver.live(Self.size, page: .overview)
        for step in 0...60 as ClosedRange<Int64> {
            var counters = Self.counters(60 + step * 5)
            var engine = counters.engine
            var traffic = TrafficCounters()
            var counts = [UInt64](repeating: 0, count: DurationHistogram.edges.count + 1)
            (counts[1], counts[4]) = (UInt64(step) * 95, UInt64(step) * 5)
            traffic.handshakeTime = DurationHistogram(counts: counts, microseconds: UInt64(step) * 1_000)
            engine.listeners[Sample.id(1)]?.traffic = traffic
            engine.listeners[Sample.id(1)]?.handshakes = UInt64(step) * 100
            counters = GateCounters(time: counters.time, engine: engine, rates: [:])
            driver.send(.counters(counters))
        }
        let row = driver.state.listeners.rows.first
        #expect(row.flatMap { $0.times }.map { (1_000...2_500).contains($0.half) } == true)
        #expect(row.flatMap { $0.times }.map { (10_000...25_000).contains($0.slowest) } == true)
        #expect(driver.contains("p99 ms"))
        #expect(driver.contains("scale 0-20"))
        #expect(Sparkline.squeezed([1, 1, nil, nil, 4, 6], columns: 3) == [1, nil, 5])
        #expect(Sparkline.squeezed([1], columns: 3) == [1])
    }
}
