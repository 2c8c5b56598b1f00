/// What a console, a command or an API may ask of a gate, in this process or another.
public protocol ControlPlane: Sendable {
    /// The state of everything, as of now.
    func view() async throws(OperatorError) -> GateView

    /// What `apply` would do; checks everything and changes nothing.
    func plan(_ desired: DesiredConfiguration) async throws(OperatorError) -> Plan

    /// Makes the configuration what is declared; returns when every worker enforces it.
    ///
    /// With `trial` it is undone again unless it is kept.
    ///
    /// - Throws: ``OperatorError``; then nothing has changed. Its subject is the path of the field.
    func apply(
        _ desired: DesiredConfiguration,
        trial: TrialTerms?,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt

    /// Flips one listener's mutual TLS; returns when every worker enforces it.
    func setMutualAuthentication(
        _ change: MutualAuthenticationChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt

    /// Drains a target by hand, or restores it; returns when every worker enforces it.
    func setTarget(_ change: TargetOverride, by author: Author) async throws(OperatorError) -> ChangeReceipt

    /// Changes one trust store's bundle or revocation lists; returns when every worker enforces it.
    func changeTrustStore(
        _ change: TrustStoreChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt

    /// What a change of a trust store would do; checks everything and changes nothing.
    func preview(_ change: TrustStoreChange) async throws(OperatorError) -> TrustStorePreview

    /// The bundles that a trust store has had, the one in force in front; at most
    /// ``TrustStoreRevision/listed``.
    func revisions(ofTrustStore name: String) async throws(OperatorError) -> [TrustStoreRevision]

    /// Whether a certificate is revoked, and by which lists.
    func revocations(_ query: RevocationQuery) async throws(OperatorError) -> RevocationAnswer

    /// Ends the trial of a change by letting it stay.
    func keep(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt

    /// Takes a change back, as a new change; returns when every worker enforces it.
    ///
    /// - Throws: ``OperatorError`` with `RevisionConflict` when what it changed has changed again.
    func undo(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt

    /// The newest changes, newest first; at most 1,000.
    func changes(limit: Int) async throws(OperatorError) -> [ChangeRecord]

    /// Why a client was, or would be, accepted or refused; changes nothing.
    func explain(_ request: ExplanationRequest) async throws(OperatorError) -> Explanation

    /// What a change would do to the clients that come, or have come; changes nothing for any of them.
    ///
    /// A report for each listener that would judge its clients in another way.
    func rehearse(_ request: RehearsalRequest) async throws(OperatorError) -> [RehearsalReport]

    /// Clients of the ledger.
    func clients(_ query: ClientQuery) async throws(OperatorError) -> ClientList

    /// Lines of the access log; none where no load balancer writes one.
    func requests(_ query: RequestQuery) async throws(OperatorError) -> RequestPage

    /// What happens from now on, beginning with a view, the counters and up to `recentRecords` records.
    ///
    /// A reader that is too slow loses records, never the newest view or counters: each batch says how many
    /// were lost before it. The sequence ends when the gate stops, with an error when the link breaks.
    func watch(recentRecords: Int) async throws(OperatorError) -> AsyncThrowingStream<GateUpdate, any Error>
}

extension ControlPlane {
    /// Makes the configuration what is declared, to stay.
    public func apply(
        _ desired: DesiredConfiguration,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        try await self.apply(desired, trial: nil, by: author)
    }
}

/// One thing a watcher is told.
public enum GateUpdate: Hashable, Sendable {
    case view(GateView)
    case counters(GateCounters)
    case records(RecordBatch)
}

public struct RecordBatch: Hashable, Sendable {
    /// Ordered by number.
    public let records: [NumberedRecord]
    /// Records that existed but were not delivered to this watcher, since the watch began.
    public let lost: UInt64

    public init(records: [NumberedRecord], lost: UInt64) {
        self.records = records
        self.lost = lost
    }
}
