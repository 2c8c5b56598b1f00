import Model

/// The newest connection records, in the order of their numbers.
///
/// Bounded in entries and in bytes; the oldest go first. The whole log is on disk with the gate.
struct EventLog: Sendable {
    /// Entries that are kept unless the settings say otherwise.
    static let defaultLimit = 2_000_000
    /// Bytes that are kept; a certificate's names can have 8 KiB.
    static let byteLimit = 512 * 1_024 * 1_024
    /// Kinds that are looked for before they are made again.
    private static let kindLimit = 65_536
    /// Refusals whose traces are kept: some kilobytes each.
    static let traceLimit = 2_048

    let limit: Int

    private(set) var entries = ChunkedQueue<PackedRecord>()
    /// Roughly what they take.
    private(set) var bytes = 0
    /// Dropped as a whole when they are full: sharing is lost for a while, nothing else.
    private var kinds: [Int: PackedRecord.Kind] = [:]

    /// A certificate, and how many of the records have it.
    private struct Shared {
        let certificate: PackedRecord.Client
        var records = 0
    }

    /// By their fingerprints; they go with the last record that has them.
    private var certificates: [String: Shared] = [:]

    /// How the newest refused clients were judged, by the numbers of their records, oldest first.
    private var traces: [(number: UInt64, trace: VerificationTrace)] = []

    /// Records that existed but never got here: dropped by the gate's rings, or by a slow link.
    var lost: UInt64 = 0

    /// Whether older records were here and had to go.
    private(set) var hasEvicted = false

    init(limit: Int = EventLog.defaultLimit) {
        self.limit = limit
    }

    var count: Int { self.entries.count }
    var newest: UInt64? { self.entries.last?.number }
    var oldest: UInt64? { self.entries.first?.number }

    /// Adds records; a number that is not new is ignored, so that a repeated delivery is harmless.
    ///
    /// - Returns: how many were added.
    mutating func append(_ records: [NumberedRecord]) -> Int {
        var added = 0
        for record in records.suffix(self.limit)
        where record.number > self.newest ?? 0 || self.entries.isEmpty {
            let packed = self.pack(record)
            self.entries.append(packed)
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
        let kind = self.kind(of: record)
        guard let leaf = record.tls?.leaf else {
            return PackedRecord(numbered, kind: kind, certificate: nil)
        }
        return PackedRecord(numbered, kind: kind, certificate: self.take(PackedRecord.Client.shown(leaf)))
    }

    private mutating func take(_ facts: CertificateFacts) -> PackedRecord.Client {
        if let place = self.certificates.index(forKey: facts.fingerprint) {
            let known = self.certificates.values[place].certificate
            if known.facts == facts {
                self.certificates.values[place].records += 1
                return known
            }
            self.bytes -= known.cost
        }
        let certificate = PackedRecord.Client(facts)
        self.bytes += certificate.cost
        self.certificates[facts.fingerprint] = Shared(certificate: certificate, records: 1)
        return certificate
    }

    private mutating func release(_ certificate: PackedRecord.Client) {
        guard let place = self.certificates.index(forKey: certificate.facts.fingerprint),
            self.certificates.values[place].certificate === certificate
        else { return }
        self.certificates.values[place].records -= 1
        guard self.certificates.values[place].records == 0 else { return }
        self.certificates.remove(at: place)
        self.bytes -= certificate.cost
    }

    private mutating func kind(of record: ConnectionRecord) -> PackedRecord.Kind {
        // Neighbours are alike more often than not.
        if let last = self.entries.last?.kind, last.fits(record) { return last }
        var hasher = Hasher()
        hasher.combine(record.listenerID)
        hasher.combine(record.tls?.serverName)
        hasher.combine(record.tls?.cipher)
        hasher.combine(record.tls?.keyExchange)
        hasher.combine(record.tls?.mode)
        let key = hasher.finalize()
        if let known = self.kinds[key], known.fits(record) { return known }
        let kind = PackedRecord.Kind(record)
        if self.kinds.count >= Self.kindLimit { self.kinds = [:] }
        self.kinds[key] = kind
        return kind
    }

    private mutating func evict() {
        while self.count > self.limit || self.bytes > Self.byteLimit, self.count > 1,
            let gone = self.entries.first
        {
            self.bytes -= Self.recordCost
            if let certificate = gone.certificate { self.release(certificate) }
            self.entries.removeFirst()
            self.hasEvicted = true
        }
    }

    /// The position among ``entries`` of the first record that is not older than a number.
    func index(of number: UInt64) -> Int {
        var (low, high) = (self.entries.startIndex, self.entries.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first record that is not older than a moment.
    func first(since time: Timestamp) -> PackedRecord? {
        // Workers write at the same time, so times are in order only nearly: a second is searched through.
        var (low, high) = (self.entries.startIndex, self.entries.endIndex)
        let edge = Timestamp(microseconds: time.microseconds - 1_000_000)
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].time < edge { low = middle + 1 } else { high = middle }
        }
        return self.entries[low...].first { $0.time >= time }
    }

    /// How a client was judged; nil where nothing was verified, or it was too long ago.
    func trace(_ number: UInt64) -> VerificationTrace? {
        self.traces.last { $0.number == number }?.trace
    }

    /// The entry of a number; nil when it was never here or has gone.
    func entry(_ number: UInt64) -> PackedRecord? {
        let index = self.index(of: number)
        guard index < self.entries.endIndex, self.entries[index].number == number else { return nil }
        return self.entries[index]
    }
}
