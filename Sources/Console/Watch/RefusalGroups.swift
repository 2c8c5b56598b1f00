import Model

/// Failed handshakes of the last quarter of an hour, grouped by cause.
///
/// Counted as they arrive, minute by minute, so that a figure costs the same at any rate.
struct RefusalGroups: Sendable {
    /// What failures of one cause share.
    struct Key: Hashable, Sendable {
        let listenerID: ResourceID
        let outcome: HandshakeOutcome
        /// The issuer the client's certificate names, or the client's network where there is none.
        let origin: String
        let isNetwork: Bool
    }

    struct Group: Sendable, Identifiable {
        let id: Key
        let listenerName: String
        /// Failures in each of the last minutes, by the minute's number modulo ``minutes``.
        fileprivate var counts = [UInt32](repeating: 0, count: RefusalGroups.minutes)
        fileprivate var minute: Int64
        let first: Timestamp
        fileprivate(set) var last: Timestamp
        /// Their numbers, oldest first; at most ``RefusalGroups/kept``.
        fileprivate(set) var numbers: [UInt64] = []
        fileprivate(set) var clients: [IPAddress: Int] = [:]

        /// Failures within the last quarter of an hour.
        fileprivate(set) var count = 0

        /// The clients that fail most.
        var topClients: [(address: IPAddress, count: Int)] {
            self.clients.sorted { ($0.value, $1.key.description) > ($1.value, $0.key.description) }
                .map { (address: $0.key, count: $0.value) }
        }

        /// Failures a minute, oldest first.
        var perMinute: [Double?] {
            (1...Int64(RefusalGroups.minutes)).map { offset in
                let minute = self.minute - Int64(RefusalGroups.minutes) + offset
                return Double(self.counts[Int(minute % Int64(RefusalGroups.minutes))])
            }
        }

        fileprivate mutating func take(_ record: PackedRecord, minute: Int64) {
            self.advance(to: minute)
            if self.minute - minute < Int64(RefusalGroups.minutes) {
                let sum = self.counts[Int(minute % Int64(RefusalGroups.minutes))]
                self.counts[Int(minute % Int64(RefusalGroups.minutes))] = sum &+ record.attempts
                self.count += Int(record.attempts)
            }
            self.last = max(self.last, record.time)
            self.numbers.append(record.number)
            if self.numbers.count > RefusalGroups.kept { self.numbers.removeFirst() }
            let address = record.client.address
            if self.clients[address] != nil || self.clients.count < RefusalGroups.kept {
                self.clients[address, default: 0] += Int(record.attempts)
            }
        }

        /// Lets minutes pass up to one.
        fileprivate mutating func advance(to minute: Int64) {
            guard minute > self.minute else { return }
            let passed = min(minute - self.minute, Int64(RefusalGroups.minutes))
            for offset in 1...passed {
                self.counts[Int((minute - passed + offset) % Int64(RefusalGroups.minutes))] = 0
            }
            self.minute = minute
            self.count = self.counts.reduce(0) { $0 + Int($1) }
        }
    }

    static let minutes = 15
    /// Groups; strangers decide how many issuers there are.
    static let limit = 1_024
    /// Records and clients kept of each.
    static let kept = 256

    private var groups: [Key: Group] = [:]
    /// Failures whose group would have been one too many.
    private(set) var uncounted = 0

    mutating func add(_ record: PackedRecord) {
        guard record.isFailure, let outcome = record.outcome else { return }
        let issuer = record.certificate?.issuer
        let key = Key(
            listenerID: record.kind.listenerID,
            outcome: outcome,
            origin: issuer ?? LogGroups.Key.network(record.client.address),
            isNetwork: issuer == nil
        )
        let minute = Self.minute(of: record.time)
        if self.groups[key] == nil {
            if self.groups.count >= Self.limit { self.forgetOldest() }
            self.groups[key] = Group(
                id: key,
                listenerName: record.kind.listenerName,
                minute: minute,
                first: record.time,
                last: record.time
            )
        }
        self.groups[key]?.take(record, minute: minute)
    }

    private mutating func forgetOldest() {
        guard let oldest = self.groups.values.min(by: { $0.last < $1.last }) else { return }
        self.uncounted += oldest.count
        self.groups[oldest.id] = nil
    }

    /// Lets time pass: groups without a failure in the last quarter of an hour go.
    mutating func advance(to time: Timestamp) {
        let minute = Self.minute(of: time)
        for key in self.groups.keys {
            self.groups[key]?.advance(to: minute)
            if self.groups[key]?.count == 0 { self.groups[key] = nil }
        }
    }

    private static func minute(of time: Timestamp) -> Int64 { max(0, time.seconds / 60) }

    var all: [Group] { Array(self.groups.values) }

    subscript(key: Key) -> Group? { self.groups[key] }
}
