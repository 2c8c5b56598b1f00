import Model
import Synchronization

/// Everyone who watches the gate.
final class Watchers: Sendable {
    private struct State {
        var mailboxes: [UInt64: Mailbox] = [:]
        var next: UInt64 = 0
        var isFinished = false
    }

    private let state = Mutex(State())
    private let records: RecordHub

    init(records: RecordHub) {
        self.records = records
    }

    var isEmpty: Bool {
        self.state.withLock { $0.mailboxes.isEmpty }
    }

    /// Adds a watcher; it is removed when the last reference to its stream goes, read to the end or not.
    func stream(_ mailbox: Mailbox) -> AsyncThrowingStream<GateUpdate, any Error> {
        let (token, isFinished) = self.state.withLock { state in
            state.next += 1
            if !state.isFinished { state.mailboxes[state.next] = mailbox }
            return (state.next, state.isFinished)
        }
        if isFinished { mailbox.finish() }
        let waker = self.records.addWaker { mailbox.wake() }
        let lease = Lease { [weak self, records = self.records] in
            records.removeWaker(waker)
            self?.state.withLock { state in state.mailboxes[token] = nil }
        }
        return AsyncThrowingStream {
            let update = await mailbox.next()
            if update == nil { lease.end() }
            return update
        }
    }

    func send(_ view: GateView) {
        for mailbox in self.mailboxes { mailbox.put(view) }
    }

    func send(_ counters: GateCounters) {
        for mailbox in self.mailboxes { mailbox.put(counters) }
    }

    /// Ends every stream after what waits in it, and every later one after its beginning.
    func finish() {
        self.state.withLock { $0.isFinished = true }
        for mailbox in self.mailboxes { mailbox.finish() }
    }

    private var mailboxes: [Mailbox] {
        self.state.withLock { Array($0.mailboxes.values) }
    }
}

/// Calls a function once: when told to, or when nobody holds it any more.
private final class Lease: Sendable {
    private let onEnd: Mutex<(@Sendable () -> Void)?>

    init(_ onEnd: @escaping @Sendable () -> Void) {
        self.onEnd = Mutex(onEnd)
    }

    func end() {
        let onEnd = self.onEnd.withLock { stored in
            let onEnd = stored
            stored = nil
            return onEnd
        }
        onEnd?()
    }

    deinit {
        self.end()
    }
}
