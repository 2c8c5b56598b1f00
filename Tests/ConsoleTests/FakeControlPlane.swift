import Model
import Synchronization

/// A gate that is made up: it tells watchers what a test gives it, and flips what it is told to flip.
final class FakeControlPlane: ControlPlane {
    private struct State {
        var view: GateView
        var watchers: [AsyncThrowingStream<GateUpdate, any Error>.Continuation] = []
        var changes: [MutualAuthenticationChange] = []
        var targetsLeft: Int?
    }

    private let state: Mutex<State>

    init(_ view: GateView) {
        self.state = Mutex(State(view: view))
    }

    var changes: [MutualAuthenticationChange] { self.state.withLock { $0.changes } }

    func send(_ update: GateUpdate) {
        for watcher in self.state.withLock({ $0.watchers }) { watcher.yield(update) }
    }

    func view() async throws(OperatorError) -> GateView { self.state.withLock { $0.view } }

    func plan(_ desired: DesiredConfiguration) async throws(OperatorError) -> Plan { Plan(lines: []) }

    func apply(
        _ desired: DesiredConfiguration,
        trial: TrialTerms?,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt { self.nothingChanged }

    func keep(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        self.nothingChanged
    }

    func undo(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        self.nothingChanged
    }

    private var nothingChanged: ChangeReceipt {
        ChangeReceipt(generation: self.state.withLock { $0.view.generation }, plan: Plan(lines: []))
    }

    func setMutualAuthentication(
        _ change: MutualAuthenticationChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        let view = self.state.withLock { state in
            state.changes.append(change)
            state.view = Sample.view(state.view, flipping: change.listener, to: change.mode)
            return state.view
        }
        self.send(.view(view))
        let line = Plan.Line(verb: .change, resource: "listener \(change.listener)")
        return ChangeReceipt(generation: view.generation, plan: Plan(lines: [line]))
    }

    func setTarget(
        _ change: TargetOverride,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        let isRefused = self.state.withLock { state in
            state.targetsLeft = state.targetsLeft.map { $0 - 1 }
            return state.targetsLeft.map { $0 < 0 } ?? false
        }
        guard isRefused else { return self.nothingChanged }
        throw OperatorError(.validationError, subject: "x", message: "It is made up.", hint: nil)
    }

    /// Lets changes of targets fail after so many.
    func failsTargets(from count: Int) { self.state.withLock { $0.targetsLeft = count } }

    func changeTrustStore(
        _ change: TrustStoreChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt { self.nothingChanged }

    func preview(_ change: TrustStoreChange) async throws(OperatorError) -> TrustStorePreview {
        Sample.preview
    }

    func revisions(ofTrustStore name: String) async throws(OperatorError) -> [TrustStoreRevision] {
        Sample.revisions
    }

    func revocations(_ query: RevocationQuery) async throws(OperatorError) -> RevocationAnswer {
        RevocationAnswer(findings: [], lists: 0, entries: 0)
    }

    func requests(_ query: RequestQuery) async throws(OperatorError) -> RequestPage {
        RequestPage(lines: [], end: 0, skipped: 0)
    }

    func changes(limit: Int) async throws(OperatorError) -> [ChangeRecord] { [] }

    func explain(_ request: ExplanationRequest) async throws(OperatorError) -> Explanation {
        throw OperatorError(.recordNotFound, subject: "record", message: "It is made up.", hint: nil)
    }

    func clients(_ query: ClientQuery) async throws(OperatorError) -> ClientList {
        ClientList(clients: [], matching: 0, verified: 0, unverified: 0)
    }

    func rehearse(_ request: RehearsalRequest) async throws(OperatorError) -> [RehearsalReport] { [] }

    func watch(
        recentRecords: Int
    ) async throws(OperatorError) -> AsyncThrowingStream<
        GateUpdate, any Error
    > {
        let (stream, continuation) = AsyncThrowingStream<GateUpdate, any Error>.makeStream()
        let view = self.state.withLock { state in
            state.watchers.append(continuation)
            return state.view
        }
        continuation.yield(.view(view))
        continuation.yield(.counters(Sample.counters(view)))
        continuation.yield(.records(RecordBatch(records: Sample.records(40), lost: 0)))
        return stream
    }
}
