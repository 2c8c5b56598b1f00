import Model
import Testing

@testable import sekisho

/// Where the past ends and the present begins, for `sekisho logs`.
@Suite("Log history")
struct LogHistoryTests {
    private func counters(_ second: Int64) -> GateUpdate {
        .counters(GateCounters(time: Timestamp(seconds: second), engine: EngineCounters(), rates: [:]))
    }

    private func records(_ second: Int64) -> GateUpdate {
        let record = ConnectionRecord(
            time: Timestamp(seconds: second),
            listenerID: ResourceID(bits: 1),
            listenerName: "front",
            client: Endpoint(address: .loopback, port: 1),
            listenerPort: 443,
            tls: nil,
            traceID: TraceID(high: 1, low: 2),
            loadBalancerPath: "app/edge/1",
            nodeAddress: .loopback
        )
        return .records(RecordBatch(records: [NumberedRecord(number: 1, record: record)], lost: 0))
    }

    private func ends(_ updates: [GateUpdate]) -> [Bool] {
        var history = LogHistory(count: 10)
        return updates.map { history.ends(with: $0) }
    }

    @Test("It ends with counters that no record came before")
    func quiet() {
        #expect(self.ends([self.counters(10), self.counters(11)]) == [false, true])
    }

    /// A busy machine delivers several counters while records still wait.
    @Test("Counters between two batches do not end it")
    func interleaved() {
        let updates = [
            self.counters(10), self.records(8), self.counters(11), self.records(9), self.counters(12),
            self.counters(13),
        ]
        #expect(self.ends(updates) == [false, false, false, false, false, true])
    }

    /// Where clients come all the time, there is no quiet moment.
    @Test("It ends with a record that is younger than the watch")
    func busy() {
        #expect(self.ends([self.counters(10), self.records(9), self.records(11)]) == [false, false, true])
    }

    @Test("Only the newest lines are kept, and given once")
    func newest() {
        var history = LogHistory(count: 2)
        history.add(["a", "b"].map { LogLine(alb: $0) })
        history.add([LogLine(alb: "c")])
        #expect(history.finish().map(\.alb) == ["b", "c"])
        #expect(history.finish().isEmpty)
        #expect(history.isOver)
    }
}
