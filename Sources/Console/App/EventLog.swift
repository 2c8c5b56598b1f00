import Model

/// The newest connection records, in the order of their numbers.
///
/// Bounded in entries and in bytes; the oldest go first. The whole log is on disk with the gate.
struct EventLog: Sendable {
    /// Entries that are kept.
    static let entryLimit = 50_000
    /// Bytes of names that are kept with them; a name can have 64 KiB.
    static let byteLimit = 64 * 1_024 * 1_024

    /// A record with what drawing and filtering need of it, made once.
    struct Entry: Sendable {
        let number: UInt64
        let record: ConnectionRecord
        /// `CN=…` of the client's certificate; nil without one.
        let identity: String?
        /// What a word of a filter is looked for in: lower-case UTF-8.
        let haystack: [UInt8]
        /// Bytes, roughly.
        let cost: Int

        init(_ numbered: NumberedRecord) {
            let record = numbered.record
            self.number = numbered.number
            self.record = record
            self.identity = record.tls?.leaf.map(NameText.identity)
            var words = [record.listenerName, record.client.description, record.isFailure ? "fail" : "ok"]
            if let tls = record.tls {
                words += [tls.outcome.shortWord, tls.outcome.reason?.rawValue, tls.version, tls.serverName]
                    .compactMap { $0 }
                if let leaf = tls.leaf {
                    words += [
                        NameText.readable(leaf.subject), NameText.readable(leaf.issuer), leaf.serialNumber,
                    ]
                }
            }
            self.haystack = Array(words.joined(separator: "\n").lowercased().utf8)
            let names = record.tls?.leaf.map { $0.subject.utf8.count + $0.issuer.utf8.count } ?? 0
            self.cost = 512 + names + self.haystack.count + (self.identity?.utf8.count ?? 0)
        }
    }

    /// A queue in an array: what lies before `head` is gone, and is cut off now and then.
    private var storage: [Entry] = []
    private var head = 0
    private var bytes = 0

    /// Records that existed but never got here: dropped by the gate's rings, or by a slow link.
    var lost: UInt64 = 0

    var entries: ArraySlice<Entry> { self.storage[self.head...] }
    var newest: UInt64? { self.storage.last?.number }
    var oldest: UInt64? { self.entries.first?.number }

    /// Whether older records were here and had to go.
    private(set) var hasEvicted = false

    /// Adds records; a number that is not new is ignored, so that a repeated delivery is harmless.
    ///
    /// - Returns: what was added.
    mutating func append(_ records: [NumberedRecord]) -> [Entry] {
        var added: [Entry] = []
        for record in records.suffix(Self.entryLimit)
        where record.number > self.newest ?? 0 || self.storage.isEmpty {
            let entry = Entry(record)
            self.storage.append(entry)
            self.bytes += entry.cost
            added.append(entry)
        }
        while self.storage.count - self.head > Self.entryLimit || self.bytes > Self.byteLimit,
            self.storage.count - self.head > 1
        {
            self.bytes -= self.storage[self.head].cost
            self.head += 1
            self.hasEvicted = true
        }
        if self.head > 4_096, self.head > self.storage.count / 2 {
            self.storage.removeFirst(self.head)
            self.head = 0
        }
        return added
    }

    /// The entry of a number; nil when it was never here or has gone.
    func entry(_ number: UInt64) -> Entry? {
        var low = self.head
        var high = self.storage.count
        while low < high {
            let middle = (low + high) / 2
            if self.storage[middle].number < number { low = middle + 1 } else { high = middle }
        }
        guard low < self.storage.count, self.storage[low].number == number else { return nil }
        return self.storage[low]
    }
}
