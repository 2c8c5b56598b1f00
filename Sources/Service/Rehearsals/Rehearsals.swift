import Dispatch
public import Model
import Synchronization
import TLS

/// What policies that are not in force would do to the clients that come, or have come.
///
/// The engine hands over each client's certificates once; they are remembered here and judged by the function
/// that handshakes use, on a queue of its own. Workers pay for no second judgement, and nothing here can let
/// anybody in or keep anybody out.
public final class Rehearsals: Sendable {
    /// A candidate that is attached to a listener.
    fileprivate struct Attachment {
        let candidate: CandidatePolicy
        let since: Timestamp
        /// What had been counted when it was attached.
        let baseline: [String: UInt64]
        let anonymous: AnonymousConnections?
    }

    fileprivate struct State {
        var remembered = RememberedClients()
        var attached: [ResourceID: Attachment] = [:]
        var tripWires: [Int64: TripWire] = [:]
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sekisho.rehearsals", qos: .utility)

    public init() {}

    /// Takes note of who came; called where records are collected.
    public func note(_ records: [ConnectionRecord]) {
        let wires = self.state.withLock { state in
            for record in records { state.remembered.note(record) }
            return Array(state.tripWires.values)
        }
        guard !wires.isEmpty else { return }
        let relevant = records.filter { record in wires.contains { $0.concerns(record) } }
        guard !relevant.isEmpty else { return }
        self.queue.async { for wire in wires { wire.note(relevant) } }
    }

    // MARK: Trials

    /// Watches a trial: `trip` is called once, when too many of those whom the former policies let in have
    /// been refused.
    func watch(_ trial: Int64, _ wire: TripWire) {
        self.state.withLock { $0.tripWires[trial] = wire }
    }

    /// What has come of the changes that are watched.
    var trialCounters: [TrialCounters] {
        self.state.withLock { $0.tripWires }.sorted { $0.key < $1.key }.map { change, wire in
            let (connections, refused) = wire.counted
            return TrialCounters(change: change, connections: connections, refused: refused)
        }
    }

    func forget(trial: Int64) {
        self.state.withLock { $0.tripWires[trial] = nil }
    }

    // MARK: Reports

    /// Judges by a candidate, and says what would be different.
    ///
    /// - Parameters:
    ///   - candidate: the policy that is wanted.
    ///   - current: the one in force.
    ///   - start: when the gate began to remember; nil if only who has come since counts that this candidate
    ///     was first asked for.
    ///   - directory: where missing issuers are looked for besides.
    ///   - now: the moment at which certificates must be valid.
    /// - Returns: the report, without what the ledger knows.
    func report(
        on candidate: CandidatePolicy,
        beside current: CandidatePolicy,
        since start: Timestamp?,
        knowing directory: AuthorityDirectory,
        at now: Timestamp
    ) async -> RehearsalReport {
        let (clients, attachment, anonymous) = self.state.withLock { state in
            if start == nil { state.attach(candidate, at: now) }
            let listener = candidate.listener.id
            return (
                state.remembered.clients, start == nil ? state.attached[listener] : nil,
                state.remembered.anonymous[listener]
            )
        }
        let since = attachment?.since ?? start ?? now
        return await withCheckedContinuation { continuation in
            self.queue.async {
                let comparison = Comparison(
                    candidate: candidate,
                    current: current,
                    directory: directory,
                    now: now,
                    since: since,
                    baseline: attachment?.baseline ?? [:]
                )
                continuation.resume(
                    returning: comparison.report(
                        clients,
                        anonymous: anonymous,
                        anonymousBefore: attachment?.anonymous
                    )
                )
            }
        }
    }
}

extension Rehearsals.State {
    /// Begins to count for a candidate, unless the very same is attached already.
    fileprivate mutating func attach(_ candidate: CandidatePolicy, at now: Timestamp) {
        let listener = candidate.listener.id
        if let known = self.attached[listener], known.candidate.judgesAlike(candidate) { return }
        var baseline: [String: UInt64] = [:]
        for client in self.remembered.clients {
            baseline[client.facts.fingerprint] = client.sights[listener]?.connections
        }
        self.attached[listener] = Rehearsals.Attachment(
            candidate: candidate,
            since: now,
            baseline: baseline,
            anonymous: self.remembered.anonymous[listener]
        )
    }
}
