import Model

/// The newest connection records, in the order of their numbers.
///
/// Bounded in entries and in bytes; the oldest go first. The whole log is on disk with the gate.
struct EventLog: Sendable {
    /// Entries that are kept unless the settings say otherwise.
    static let defaultLimit = 2_000_000
    /// Bytes that are kept; a certificate's names can have 8 KiB.
    static let byteLimit = 512 * 1_024 * 1_024
    /// Kinds and certificates that are looked for before they are made again.
    private static let sharedLimit = 65_536
    /// Refusals whose traces are kept: some kilobytes each.
    static let traceLimit = 2_048

    let limit: Int

    /// A queue in an array: what lies before `head` is gone, and is cut off now and then.
    private var storage: [PackedRecord] = []
    private var head = 0
    /// Roughly what they take.
    private(set) var bytes = 0
    /// Dropped as a whole when they are full: sharing is lost for a while, nothing else.
    private var kinds: [Int: PackedRecord.Kind] = [:]
    private var certificates: [String: PackedRecord.Client] = [:]

    /// How the newest refused clients were judged, by the numbers of their records, oldest first.
    private var traces: [(number: UInt64, trace: VerificationTrace)] = []

    /// Records that existed but never got here: dropped by the gate's rings, or by a slow link.
    var lost: UInt64 = 0

    /// Whether older records were here and had to go.
    private(set) var hasEvicted = false

    init(limit: Int = EventLog.defaultLimit) {
        self.limit = limit
    }

    var entries: ArraySlice<PackedRecord> { self.storage[self.head...] }
    var count: Int { self.storage.count - self.head }
    var newest: UInt64? { self.storage.last?.number }
    var oldest: UInt64? { self.entries.first?.number }

    /// Adds records; a number that is not new is ignored, so that a repeated delivery is harmless.
    ///
    /// - Returns: how many were added.
    mutating func append(_ records: [NumberedRecord]) -> Int {
        var added = 0
        for record in records.suffix(self.limit)
        where record.number > self.newest ?? 0 || self.storage.isEmpty {
            let packed = self.pack(record)
            self.storage.append(packed)
            if let trace = record.record.tls?.trace { self.traces.append((record.number, trace)) }
            added += 1
        }
        self.traces.removeFirst(max(0, self.traces.count - Self.traceLimit))
        self.evict()
        return min(added, self.count)
    }

    private static let recordCost = MemoryLayout<PackedRecord>.stride

    private mutating func pack(_ numbered: NumberedRecord) -> PackedRecord {
        let record = numbered.record
        self.bytes += Self.recordCost
        var hasher = Hasher()
        hasher.combine(record.listenerID)
        hasher.combine(record.tls?.serverName)
        hasher.combine(record.tls?.cipher)
        hasher.combine(record.tls?.keyExchange)
        hasher.combine(record.tls?.mode)
        let key = hasher.finalize()
        let kind: PackedRecord.Kind
        if let known = self.kinds[key], known.fits(record) {
            kind = known
        } else {
            kind = PackedRecord.Kind(record)
            if self.kinds.count >= Self.sharedLimit { self.kinds = [:] }
            self.kinds[key] = kind
        }
        guard let leaf = record.tls?.leaf else {
            return PackedRecord(numbered, kind: kind, certificate: nil)
        }
        let certificate: PackedRecord.Client
        if let known = self.certificates[leaf.fingerprint],
            known.facts.serialNumber == leaf.serialNumber,
            known.facts.subject.utf8.count <= leaf.subject.utf8.count,
            leaf.subject.utf8.starts(with: known.facts.subject.utf8)
        {
            certificate = known
        } else {
            certificate = PackedRecord.Client(leaf)
            if self.certificates.count >= Self.sharedLimit { self.certificates = [:] }
            self.certificates[leaf.fingerprint] = certificate
        }
        // Each record is booked a share of its certificate, as if few had the same.
        self.bytes += certificate.cost / 8
        return PackedRecord(numbered, kind: kind, certificate: certificate)
    }

    private mutating func evict() {
        while self.count > self.limit || self.bytes > Self.byteLimit, self.count > 1 {
            let gone = self.storage[self.head]
            self.bytes -= Self.recordCost + (gone.certificate?.cost ?? 0) / 8
            self.head += 1
            self.hasEvicted = true
        }
        if self.head > 4_096, self.head > self.storage.count / 2 {
            self.storage.removeFirst(self.head)
            self.head = 0
        }
    }

    /// The position among ``entries`` of the first record that is not older than a number.
    func index(of number: UInt64) -> Int {
        var (low, high) = (self.head, self.storage.count)
        while low < high {
            let middle = (low + high) / 2
            if self.storage[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first record that is not older than a moment.
    func first(since time: Timestamp) -> PackedRecord? {
        // Workers write at the same time, so times are in order only nearly: a second is searched through.
        var (low, high) = (self.head, self.storage.count)
        let edge = Timestamp(microseconds: time.microseconds - 1_000_000)
        while low < high {
            let middle = (low + high) / 2
            if self.storage[middle].time < edge { low = middle + 1 } else { high = middle }
        }
        return self.storage[low...].first { $0.time >= time }
    }

    /// How a client was judged; nil where nothing was verified, or it was too long ago.
    func trace(_ number: UInt64) -> VerificationTrace? {
        self.traces.last { $0.number == number }?.trace
    }

    /// The entry of a number; nil when it was never here or has gone.
    func entry(_ number: UInt64) -> PackedRecord? {
        let index = self.index(of: number)
        guard index < self.storage.count, self.storage[index].number == number else { return nil }
        return self.storage[index]
    }
}
