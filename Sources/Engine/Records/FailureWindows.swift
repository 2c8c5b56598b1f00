import Model

/// The failures of clients that keep failing: told a few times, then counted, and told once at the end.
///
/// A client that tries again ten times a second would otherwise write a log in which nothing else is seen,
/// and have us write down how it was judged each time. Counters count every failure all the same.
struct FailureWindows {
    /// Whose failures are counted together.
    struct Key: Hashable {
        let listener: ResourceID
        let address: IPAddress
        /// Of what was presented; see `ServerConnection.presentedMark`.
        let mark: Int
        let outcome: HandshakeOutcome
    }

    private struct Window {
        /// Of the latest failure that was told.
        var record: ConnectionRecord
        var told = 1
        var untold: UInt64 = 0
        let end: Int64
    }

    private let length: Int64
    private var windows: [Key: Window] = [:]
    /// In the order in which their windows end.
    private var keys: [Key] = []

    init(length: Duration) {
        self.length = length.milliseconds
    }

    /// When the first window ends, in monotonic milliseconds; nil for none.
    var nextEnd: Int64? { self.keys.first.flatMap { self.windows[$0]?.end } }

    /// Whether a failure is to have a record of its own; if not, it has been counted.
    ///
    /// `time`, `client` and `traceID` are those of the record that the last one counted stands for.
    mutating func isTold(_ key: Key, time: Timestamp, client: Endpoint, traceID: TraceID) -> Bool {
        guard var window = self.windows[key], window.told >= EngineLimits.failuresToldSingly else {
            return true
        }
        window.untold += 1
        window.record.time = time
        window.record.client = client
        window.record.traceID = traceID
        window.record.repeated = window.untold
        self.windows[key] = window
        return false
    }

    /// A failure has had its record.
    mutating func note(_ key: Key, _ record: ConnectionRecord, now: Int64) {
        if self.windows[key] != nil {
            self.windows[key]?.told += 1
            self.windows[key]?.record = record
        } else if self.windows.count < EngineLimits.failureWindows {
            self.windows[key] = Window(record: record, end: now + self.length)
            self.keys.append(key)
        }
    }

    /// Ends the windows whose time is over, or all; what is to be told of them.
    mutating func end(now: Int64) -> [ConnectionRecord] {
        var records: [ConnectionRecord] = []
        var ended = 0
        for key in self.keys {
            guard let window = self.windows[key], window.end <= now else { break }
            ended += 1
            self.windows[key] = nil
            if window.untold > 0 { records.append(window.record) }
        }
        self.keys.removeFirst(ended)
        return records
    }
}
