import Foundation
import Model
import Testing

@testable import Service

/// A watcher sees the newest, learns what it lost, and costs nobody else anything.
@Suite("Watch")
struct WatchTests {
    @Test("A watch begins with a view, the counters and the newest records")
    func beginning() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        gate.records.publish(Records.make(1..<11))
        var updates = try await gate.service.watch(recentRecords: 3).makeAsyncIterator()
        #expect(try await updates.next()?.view?.generation == 1)
        #expect(try await updates.next()?.counters != nil)
        let batch = try await Self.nextRecords(&updates)
        #expect(batch?.records.map(\.number) == [8, 9, 10])
        #expect(batch?.lost == 0)
    }

    @Test("A change and new records reach a watcher")
    func following() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        var updates = try await gate.service.watch(recentRecords: 0).makeAsyncIterator()
        #expect(try await Self.nextView(&updates)?.generation == 1)
        _ = try await gate.flip("edge-8443", .off)
        let view = try #require(try await Self.nextView(&updates))
        #expect(view.generation == 2)
        #expect(
            view.recentChanges.first?.lines.map(\.description) == [
                "change listener edge-8443: mode verify -> off"
            ]
        )
        gate.records.publish(Records.make(1..<3))
        #expect(try await Self.nextRecords(&updates)?.records.map(\.number) == [1, 2])
    }

    @Test("A slow watcher gets the newest view, and is told how many records it lost")
    func slow() async throws {
        let gate = try TestGate(kept: 10)
        try await gate.service.start()
        _ = try await gate.apply(try Declarations.edge())
        var slow = try await gate.service.watch(recentRecords: 0).makeAsyncIterator()
        var quick = try await gate.service.watch(recentRecords: 0).makeAsyncIterator()
        for generation in UInt64(2)...4 {
            let mode: MutualAuthentication.Mode = generation.isMultiple(of: 2) ? .off : .passthrough
            _ = try await gate.flip("edge-8443", mode)
            #expect(try await Self.nextView(&quick)?.generation == generation)
        }
        gate.records.publish(Records.make(1..<26))
        #expect(try await Self.nextView(&slow)?.generation == 4)
        let first = try await Self.nextRecords(&slow)
        #expect(first?.records.map(\.number) == Array(16...25))
        #expect(first?.lost == 15)

        gate.records.publish(Records.make(26..<27))
        let second = try await Self.nextRecords(&slow)
        #expect(second?.records.map(\.number) == [26])
        #expect(second?.lost == 15)
    }

    @Test("A long backlog comes in batches")
    func batches() async throws {
        let gate = try await TestGate.started()
        gate.records.publish(Records.make(1..<2_501))
        var updates = try await gate.service.watch(recentRecords: .max).makeAsyncIterator()
        var sizes: [Int] = []
        while sizes.reduce(0, +) < 2_500, let batch = try await Self.nextRecords(&updates) {
            sizes.append(batch.records.count)
        }
        #expect(sizes == [1_024, 1_024, 452])
    }

    @Test("Counters are sent when they change, with rates over five seconds")
    func counters() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let listener = try #require(try await gate.listener("edge-8443"))
        var updates = try await gate.service.watch(recentRecords: 0).makeAsyncIterator()
        _ = try await Self.nextCounters(&updates) { $0.engine.listeners.isEmpty }

        var engine = EngineCounters()
        engine.listeners[listener.id] = ListenerCounters()
        engine.listeners[listener.id]?.handshakes = 40
        engine.listeners[listener.id]?.failures = 10
        gate.time.advance(milliseconds: 2_000)
        gate.plane.count(engine)
        let counters = try await Self.nextCounters(&updates) { $0.engine == engine }
        #expect(counters?.time == gate.time.now)
        #expect(counters?.rates[listener.id] == GateCounters.Rates(handshakes: 20, failures: 5))
    }

    @Test("Without a change counters come once a second")
    func unchangedCounters() async throws {
        let gate = try await TestGate.started()
        var updates = try await gate.service.watch(recentRecords: 0).makeAsyncIterator()
        let first = gate.time.now
        _ = try await Self.nextCounters(&updates) { $0.time == first }
        gate.time.advance(milliseconds: 999)
        gate.time.advance(milliseconds: 1)
        let next = try await Self.nextCounters(&updates) { $0.time > first }
        #expect((next?.time.microseconds ?? 0) >= first.microseconds + 1_000_000)
    }

    @Test("Lines that are not in the log are counted with the records that were dropped")
    func lostLines() async throws {
        let gate = try await TestGate.started()
        // The disk that holds the log has gone.
        try FileManager.default.removeItem(atPath: "\(gate.directory.path)/logs")
        gate.records.publish(Records.make(1..<6))
        gate.records.flush()
        var updates = try await gate.service.watch(recentRecords: 0).makeAsyncIterator()
        let counters = try await Self.nextCounters(&updates) { _ in true }
        #expect(counters?.engine.droppedRecords == 5)
    }

    @Test("A watch ends when the gate stops, after what was still to be told")
    func ending() async throws {
        let gate = try await TestGate.started()
        var updates = try await gate.service.watch(recentRecords: 0).makeAsyncIterator()
        gate.records.publish(Records.make(1..<2))
        await gate.service.stop(grace: .zero)
        var records: [NumberedRecord] = []
        while let update = try await updates.next() {
            if case .records(let batch) = update { records += batch.records }
        }
        #expect(records.map(\.number) == [1])
        let late = try await gate.service.watch(recentRecords: 1)
        var count = 0
        for try await _ in late { count += 1 }
        #expect(count == 3)
    }

    @Test("A watcher that waits can be cancelled")
    func cancellation() async throws {
        let hub = try RecordHub(logPath: nil)
        let mailbox = Mailbox(records: hub, recentRecords: 0, view: Self.emptyView, counters: Self.noCounters)
        _ = await mailbox.next()
        _ = await mailbox.next()
        let waiting = Task { await mailbox.next() }
        waiting.cancel()
        #expect(await waiting.value == nil)
    }

    @Test("A watcher that went away is forgotten")
    func forgotten() async throws {
        let hub = try RecordHub(logPath: nil)
        let watchers = Watchers(records: hub)
        let mailbox = Mailbox(records: hub, recentRecords: 0, view: Self.emptyView, counters: Self.noCounters)
        do {
            let stream = watchers.stream(mailbox)
            #expect(!watchers.isEmpty)
            withExtendedLifetime(stream) {}
        }
        #expect(watchers.isEmpty)
    }

    private static let emptyView = GateView(
        generation: 0,
        startedAt: Timestamp(seconds: 0),
        processID: 1,
        stateDirectory: "/",
        workers: 1,
        configuration: .empty,
        failedListeners: [:],
        recentChanges: []
    )

    private static let noCounters = GateCounters(
        time: Timestamp(seconds: 0),
        engine: EngineCounters(),
        rates: [:]
    )

    private typealias Updates = AsyncThrowingStream<GateUpdate, any Error>.AsyncIterator

    private static func nextView(_ updates: inout Updates) async throws -> GateView? {
        while let update = try await updates.next() {
            if let view = update.view { return view }
        }
        return nil
    }

    private static func nextRecords(_ updates: inout Updates) async throws -> RecordBatch? {
        while let update = try await updates.next() {
            if case .records(let batch) = update { return batch }
        }
        return nil
    }

    private static func nextCounters(
        _ updates: inout Updates,
        where isMeant: (GateCounters) -> Bool
    ) async throws -> GateCounters? {
        while let update = try await updates.next() {
            if let counters = update.counters, isMeant(counters) { return counters }
        }
        return nil
    }
}

extension GateUpdate {
    fileprivate var view: GateView? {
        if case .view(let view) = self { view } else { nil }
    }

    fileprivate var counters: GateCounters? {
        if case .counters(let counters) = self { counters } else { nil }
    }
}
