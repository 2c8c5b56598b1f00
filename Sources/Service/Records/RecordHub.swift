public import Model
import Synchronization

/// Where connection records arrive: numbered, written to the log, kept for scroll-back, told to watchers.
///
/// ``publish(_:)`` is called from the engine's collector thread and waits for nothing but a lock that is
/// held for appending. Watchers read from what is kept, at their own speed: a slow one finds records gone
/// and learns how many, and costs nobody else anything.
public final class RecordHub: Sendable {
    /// Of all kept records together, whatever strangers put into their certificates.
    private static let keptBytes = 256 << 20

    private struct State {
        var ring: RecordRing
        var refusals = RefusalShelf()
        var wakers: [UInt64: @Sendable () -> Void] = [:]
        var nextWaker: UInt64 = 0

        /// What a refused client presented goes to the shelf, everything else to the ring.
        mutating func append(_ record: ConnectionRecord) {
            var record = record
            if let tls = record.tls, tls.trace != nil {
                let forgotten = self.refusals.put(tls, number: self.ring.next)
                for number in forgotten { self.ring.forgetTrace(number) }
            }
            record.tls?.presentedChain = []
            record.tls?.alternativeNames = []
            record.tls?.anchor = nil
            self.ring.append(record)
        }
    }

    private let state: Mutex<State>
    private let writer: LogWriter?

    /// Opens the log.
    ///
    /// - Parameters:
    ///   - logPath: The file to append to; nil keeps records in memory only.
    ///   - rotateBytes: The size at which the file is moved aside.
    ///   - keptFiles: How many files moved aside are kept: `<logPath>.1` is the newest.
    ///   - kept: How many records can be scrolled back to.
    ///   - clock: What the time is, for the intervals of buckets.
    /// - Throws: ``OperatorError`` when the file cannot be opened.
    public init(
        logPath: String?,
        rotateBytes: Int = LogLimits.fileBytes,
        keptFiles: Int = LogLimits.keptFiles,
        kept: Int = LogLimits.keptRecords,
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) throws(OperatorError) {
        self.state = Mutex(State(ring: RecordRing(kept: kept, keptBytes: Self.keptBytes)))
        if let logPath {
            self.writer = LogWriter(
                name: "connection log",
                file: try RotatedFile(path: logPath, rotateBytes: rotateBytes, keptFiles: keptFiles),
                clock: clock
            )
        } else {
            self.writer = nil
        }
    }

    /// Takes records over, in the order of their numbers to be.
    public func publish(_ records: [ConnectionRecord]) {
        guard !records.isEmpty else { return }
        let chunks = self.writer == nil ? [] : records.map(Self.chunk)
        let wakers = self.state.withLock { state in
            for record in records { state.append(record) }
            // Within the lock, so that file and numbers have one order whoever publishes.
            self.writer?.append(chunks)
            return Array(state.wakers.values)
        }
        for wake in wakers { wake() }
    }

    /// A record that is remembered, with what the client presented if it was refused and that is still kept.
    ///
    /// `name` is the record's `TID_…`, or its number.
    func record(named name: String) -> (record: NumberedRecord, chain: [[UInt8]])? {
        self.state.withLock { state in
            let number =
                UInt64(name) ?? TraceID(name).flatMap { id in state.ring.number { $0.traceID == id } }
            guard let number, let record = state.ring.records(from: number, limit: 1).first,
                record.number == number
            else { return nil }
            return (record, state.refusals.chain(of: number))
        }
    }

    private static func chunk(_ record: ConnectionRecord) -> LogWriter.Chunk {
        LogWriter.Chunk(path: record.loadBalancerPath, bytes: Array("\(record.albLine)\n".utf8), count: 1)
    }

    func deliver(to places: [String: BucketPlace]) {
        self.writer?.deliver(to: places)
    }

    func finish() {
        self.writer?.finish()
    }

    /// Waits until everything published is in the file, or counted in ``lostInFile``.
    public func flush() {
        self.writer?.flush()
    }

    /// The newest records, oldest first.
    public func recent(_ count: Int) -> [NumberedRecord] {
        self.state.withLock { state in
            let count = UInt64(clamping: max(0, count))
            let first = state.ring.next > count ? state.ring.next - count : 1
            return state.ring.records(from: first, limit: .max)
        }
    }

    /// Records that are not in the log file because it could not be written, or not fast enough.
    public var lostInFile: UInt64 { self.writer?.health.lost ?? 0 }

    /// How the log fares; none where records are kept in memory only.
    public var logs: [LogHealth] { self.writer.map { [$0.health] } ?? [] }

    /// Where a watcher begins that wants the newest `count` records first.
    func cursor(back count: Int) -> UInt64 {
        self.state.withLock { state in
            let count = UInt64(clamping: max(0, count))
            let first = state.ring.next > count ? state.ring.next - count : 1
            return max(first, state.ring.first)
        }
    }

    /// Records from a number on, and how many of those asked for are gone.
    func records(from number: UInt64, limit: Int) -> (records: [NumberedRecord], gone: UInt64) {
        self.state.withLock { state in
            let gone = state.ring.first > number ? state.ring.first - number : 0
            return (state.ring.records(from: number, limit: limit), gone)
        }
    }

    /// Calls a function after every publication, on the publisher's thread.
    func addWaker(_ wake: @escaping @Sendable () -> Void) -> UInt64 {
        self.state.withLock { state in
            state.nextWaker += 1
            state.wakers[state.nextWaker] = wake
            return state.nextWaker
        }
    }

    func removeWaker(_ token: UInt64) {
        self.state.withLock { $0.wakers[token] = nil }
    }
}
