import Synchronization

/// One engine at a time: whose turn it is.
///
/// Tests speak to an engine with blocking sockets, each of which keeps one of the few threads of Swift's task
/// pool. Two such tests at once leave none on a small machine, and everything that has a deadline misses it.
final class EngineTurn: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private static let state = Mutex(State())

    private let isOver = Atomic<Bool>(false)

    /// Waits for the turn, without a thread.
    init() async {
        await withCheckedContinuation { continuation in
            let isFree = Self.state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    deinit {
        self.end()
    }

    /// Passes the turn on; once, however often it is called.
    func end() {
        guard !self.isOver.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let next = Self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
