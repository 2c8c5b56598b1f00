import Model
import Synchronization

/// Counts, during a trial, those who are refused and would not have been before it.
///
/// What a client does wrong by itself (no TLS, a broken handshake, no patience) says nothing about the
/// change and is not counted. Used by one queue at a time, except for ``concerns(_:)``.
final class TripWire: Sendable {
    /// Fewer connections say nothing about a share.
    static let leastConnections: UInt64 = 20
    /// Judgements of one batch of records; a flood of refusals must not keep a core busy.
    private static let judgements = 500

    private struct Counts {
        var connections: UInt64 = 0
        var refused: UInt64 = 0
        var hasTripped = false
    }

    /// What was in force before the trial, by listener.
    private let former: [ResourceID: CandidatePolicy]
    /// nil for one that only counts.
    private let percent: Int?
    private let trip: @Sendable () -> Void
    private let counts = Mutex(Counts())

    init(former: [ResourceID: CandidatePolicy], percent: Int?, trip: @escaping @Sendable () -> Void) {
        self.former = former
        self.percent = percent
        self.trip = trip
    }

    /// Handshakes since the beginning of the trial, and how many of them were refused because of it.
    var counted: (connections: UInt64, refused: UInt64) {
        self.counts.withLock { ($0.connections, $0.refused) }
    }

    func concerns(_ record: ConnectionRecord) -> Bool {
        record.tls != nil && self.former[record.listenerID] != nil
    }

    func note(_ records: [ConnectionRecord]) {
        var judgements = 0
        var connections: UInt64 = 0
        var refused: UInt64 = 0
        for record in records {
            guard let tls = record.tls, let policy = self.former[record.listenerID] else { continue }
            switch tls.outcome {
            case .success:
                connections += 1
            case .failed(.noCertificate):
                connections += record.attempts
                if policy.admitsAnonymous(for: tls.serverName) { refused += record.attempts }
            case .refused:
                guard judgements < Self.judgements else { continue }
                judgements += 1
                connections += record.attempts
                let refusal = policy.refusal(of: tls.presentedChain, for: tls.serverName, at: record.time)
                if refusal == nil { refused += record.attempts }
            case .failed:
                continue
            }
        }
        let trips = self.counts.withLock { counts in
            counts.connections += connections
            counts.refused += refused
            guard let percent = self.percent, !counts.hasTripped,
                counts.connections >= Self.leastConnections,
                counts.refused * 100 >= UInt64(percent) * counts.connections, counts.refused > 0
            else { return false }
            counts.hasTripped = true
            return true
        }
        if trips { self.trip() }
    }
}
