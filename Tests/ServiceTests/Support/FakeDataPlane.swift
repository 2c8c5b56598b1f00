import Model
import Synchronization

/// An engine that serves nothing, remembers what it was told, and fails where a test wants it to.
final class FakeDataPlane: DataPlane {
    enum Call: Hashable, Sendable {
        case prepare(UInt64)
        case commit(UInt64)
        case discard(UInt64)
        case stop
    }

    private struct State {
        var calls: [Call] = []
        var prepared: Snapshot?
        var running: Snapshot?
        var failures: [String: OperatorError] = [:]
        var counters = EngineCounters()
        var beforePrepare: (@Sendable () async -> Void)?
    }

    private let state = Mutex(State())

    var calls: [Call] { self.state.withLock { $0.calls } }
    var running: Snapshot? { self.state.withLock { $0.running } }

    /// What `prepare` says of listeners, by name.
    func fail(_ failures: [String: OperatorError]) {
        self.state.withLock { $0.failures = failures }
    }

    func count(_ counters: EngineCounters) {
        self.state.withLock { $0.counters = counters }
    }

    /// Runs at the start of every `prepare`.
    func beforePrepare(_ body: (@Sendable () async -> Void)?) {
        self.state.withLock { $0.beforePrepare = body }
    }

    func prepare(_ snapshot: Snapshot) async -> [ResourceID: OperatorError] {
        let wait = self.state.withLock { state in
            state.calls.append(.prepare(snapshot.generation))
            return state.beforePrepare
        }
        await wait?()
        return self.state.withLock { state in
            state.prepared = snapshot
            return snapshot.listeners.reduce(into: [:]) { failures, listener in
                failures[listener.id] = state.failures[listener.name]
            }
        }
    }

    func commit(generation: UInt64) async {
        self.state.withLock { state in
            state.calls.append(.commit(generation))
            state.running = state.prepared
        }
    }

    func discard(generation: UInt64) async {
        self.state.withLock { state in
            state.calls.append(.discard(generation))
            state.prepared = nil
        }
    }

    func counters() -> EngineCounters {
        self.state.withLock { $0.counters }
    }

    func stop(grace: Duration) async {
        self.state.withLock { $0.calls.append(.stop) }
    }
}
