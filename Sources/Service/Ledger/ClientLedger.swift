import Dispatch
public import Model
import Synchronization

/// Every client certificate that has been seen, and what came of it.
///
/// ``note(_:)`` only merges into a bounded list, on the thread that collects the engine's records; a queue
/// writes the list to a database of its own every few seconds. Nothing waits for it: what finds the list
/// full or cannot be written is counted. The last seconds before a crash may be missing.
public final class ClientLedger: Sendable {
    private static let delay: DispatchTimeInterval = .seconds(2)

    private struct Waiting {
        /// By fingerprint.
        var clients: [String: KnownClient] = [:]
        var isScheduled = false
        /// Connections that were not noted.
        var lost: UInt64 = 0
        var failure: OperatorError?
    }

    private let waiting = Mutex(Waiting())
    private let store: LedgerStore?
    private let queue = DispatchQueue(label: "sekisho.ledger", qos: .utility)

    /// Opens the database, making it where there is none.
    ///
    /// One that cannot be opened does not keep the gate from serving: nothing is noted then, and ``health``
    /// says why.
    public init(path: String) {
        do throws(OperatorError) {
            self.store = try LedgerStore(path: path)
        } catch {
            self.store = nil
            self.waiting.withLock { $0.failure = error }
        }
    }

    /// Takes note of the clients in records.
    public func note(_ records: [ConnectionRecord]) {
        let mustSchedule = self.waiting.withLock { waiting in
            for record in records {
                guard let client = KnownClient(record) else { continue }
                let key = client.facts.fingerprint
                if waiting.clients[key]?.merge(client) == nil {
                    guard self.store != nil, waiting.clients.count < LedgerLimits.waiting else {
                        waiting.lost += 1
                        continue
                    }
                    waiting.clients[key] = client
                }
            }
            guard !waiting.isScheduled, !waiting.clients.isEmpty else { return false }
            waiting.isScheduled = true
            return true
        }
        guard mustSchedule else { return }
        self.queue.asyncAfter(deadline: .now() + Self.delay) { self.drain() }
    }

    /// Returns when everything noted before is written, or counted as lost.
    public func flush() {
        self.queue.sync { self.drain() }
    }

    /// How it fares, in the manner of the logs.
    public var health: LogHealth {
        self.waiting.withLock { LogHealth(name: "client ledger", lost: $0.lost, failure: $0.failure) }
    }

    /// The clients that a query asks for.
    ///
    /// - Throws: ``OperatorError`` when the filter has a mistake, or the database cannot be read.
    func clients(_ query: ClientQuery, at now: Timestamp) async throws(OperatorError) -> ClientList {
        guard let store else {
            throw self.health.failure
                ?? OperatorError(
                    .internalFailure,
                    subject: "ledger",
                    message: "There is no ledger.",
                    hint: nil
                )
        }
        let filter = try Self.filter(query, at: now)
        let result = await withCheckedContinuation { continuation in
            self.queue.async {
                self.drain()
                continuation.resume(
                    returning: Result { () throws(OperatorError) in
                        try store.clients(query, matching: filter, at: now)
                    }
                )
            }
        }
        return try result.get()
    }

    private static func filter(_ query: ClientQuery, at now: Timestamp) throws(OperatorError) -> Filter {
        guard (1...LedgerLimits.page).contains(query.limit) else {
            throw .outOfRange("limit", got: "\(query.limit)", allowed: "1–\(LedgerLimits.page)")
        }
        let seconds = query.expiringWithinSeconds ?? ClientQuery.expiringWithin.lowerBound
        guard ClientQuery.expiringWithin.contains(seconds) else {
            throw .outOfRange("expiring", got: "\(seconds) s", allowed: "1 s to 100 years")
        }
        do throws(FilterMistake) {
            return try Filter(query.filter, schema: .clients, environment: FilterEnvironment(now: now))
        } catch {
            throw OperatorError(
                .validationError,
                subject: "filter",
                message: "\(error)",
                hint: "Fields: \(FilterSchema.clients.fields.map(\.name).joined(separator: ", "))."
            )
        }
    }

    private func drain() {
        let clients = self.waiting.withLock { waiting in
            waiting.isScheduled = false
            let clients = waiting.clients
            waiting.clients = [:]
            return clients
        }
        guard let store, !clients.isEmpty else { return }
        do throws(OperatorError) {
            try store.merge(Array(clients.values))
            self.waiting.withLock { $0.failure = nil }
        } catch {
            self.waiting.withLock { waiting in
                waiting.failure = error
                waiting.lost += clients.values.reduce(0) { $0 + $1.handshakes + $1.refused }
            }
        }
    }
}
