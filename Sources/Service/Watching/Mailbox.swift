import Model
import Synchronization

/// What waits for one watcher: the newest view, the newest counters, and a place in the records.
///
/// Whoever fills it never waits and never allocates more for a slow reader: views and counters replace the
/// one that was not fetched, records stay where they are kept for everyone.
final class Mailbox: Sendable {
    /// Records in one update at most, so that a message over the socket stays small.
    private static let batchRecords = 1_024

    private struct State {
        var view: GateView?
        var counters: GateCounters?
        /// The next record to deliver.
        var cursor: UInt64
        var lost: UInt64 = 0
        /// Whether the last update was counters.
        var isRecordsTurn = false
        var isFinished = false
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>
    private let records: RecordHub

    init(records: RecordHub, recentRecords: Int, view: GateView, counters: GateCounters) {
        self.records = records
        self.state = Mutex(
            State(view: view, counters: counters, cursor: records.cursor(back: recentRecords))
        )
    }

    func put(_ view: GateView) {
        self.change { $0.view = view }
    }

    func put(_ counters: GateCounters) {
        self.change { $0.counters = counters }
    }

    /// Says that there may be new records.
    func wake() {
        self.change { _ in }
    }

    /// Nothing comes after what is there.
    func finish() {
        self.change { $0.isFinished = true }
    }

    /// The next update, when there is one; nil at the end, or when the reading task is cancelled.
    ///
    /// For one reader at a time.
    func next() async -> GateUpdate? {
        while !Task.isCancelled {
            if let update = self.take() { return update }
            if self.state.withLock({ $0.isFinished }) { return self.take() }
            await withTaskCancellationHandler {
                await withCheckedContinuation { reader in
                    let mustResume = self.state.withLock { state in
                        guard !state.isFinished, !self.hasUpdate(state), !Task.isCancelled else {
                            return true
                        }
                        state.reader = reader
                        return false
                    }
                    if mustResume { reader.resume() }
                }
            } onCancel: {
                self.wake()
            }
        }
        return nil
    }

    private func hasUpdate(_ state: State) -> Bool {
        state.view != nil || state.counters != nil
            || !self.records.records(from: state.cursor, limit: 1).records.isEmpty
    }

    private func take() -> GateUpdate? {
        self.state.withLock { state in
            if let view = state.view {
                state.view = nil
                return .view(view)
            }
            // In turns: two counters in a row tell a slow reader that no record waits, not that it is slow.
            if let counters = state.counters, !state.isRecordsTurn {
                state.counters = nil
                state.isRecordsTurn = true
                return .counters(counters)
            }
            state.isRecordsTurn = false
            let (records, gone) = self.records.records(from: state.cursor, limit: Self.batchRecords)
            if let last = records.last {
                state.lost += gone
                state.cursor = last.number + 1
                return .records(RecordBatch(records: records, lost: state.lost))
            }
            guard let counters = state.counters else { return nil }
            state.counters = nil
            state.isRecordsTurn = true
            return .counters(counters)
        }
    }

    private func change(_ body: (inout sending State) -> Void) {
        let reader = self.state.withLock { state in
            body(&state)
            let reader = state.reader
            state.reader = nil
            return reader
        }
        reader?.resume()
    }
}
