import Foundation
import Synchronization

/// Where a task hands lines to the thread that writes them: one at a time, so that a reader who does not
/// read holds back the task and nothing else.
///
/// The task waits in ``offer(_:)`` until the thread has taken its line; the thread never waits for the task
/// but is woken by it.
final class LineOutbox: Sendable {
    enum Item {
        case line(Data)
        /// Everything was handed over and taken.
        case finished
        case nothing
    }

    private struct State {
        var line: Data?
        var waiter: CheckedContinuation<Bool, Never>?
        var isFinished = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wakeup: Wakeup

    init(wakeup: Wakeup) {
        self.wakeup = wakeup
    }

    /// Hands a line over; returns when it was taken, with false when nobody will write it any more.
    ///
    /// One task at a time.
    func offer(_ line: Data) async -> Bool {
        await withCheckedContinuation { continuation in
            let isClosed = self.state.withLock { state in
                guard !state.isClosed else { return true }
                state.line = line
                state.waiter = continuation
                return false
            }
            if isClosed {
                continuation.resume(returning: false)
            } else {
                self.wakeup.signal()
            }
        }
    }

    /// Says that no line follows.
    func finish() {
        self.state.withLock { $0.isFinished = true }
        self.wakeup.signal()
    }

    /// Takes what there is; for the writing thread.
    func take() -> Item {
        let (item, waiter) = self.state.withLock { state -> (Item, CheckedContinuation<Bool, Never>?) in
            guard let line = state.line else { return (state.isFinished ? .finished : .nothing, nil) }
            state.line = nil
            let waiter = state.waiter
            state.waiter = nil
            return (.line(line), waiter)
        }
        waiter?.resume(returning: true)
        return item
    }

    /// Lets the task go: its peer is no more.
    func close() {
        let waiter = self.state.withLock { state -> CheckedContinuation<Bool, Never>? in
            state.isClosed = true
            state.line = nil
            let waiter = state.waiter
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: false)
    }
}
