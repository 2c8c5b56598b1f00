/// Values by what a client presented; of a bounded number, those that were asked for last.
///
/// Two halves take turns: when the recent one is full it becomes the former one, whose entries come back by
/// being asked for. So the least recently seen go, without a list to keep in order.
struct RecentTable<Value> {
    private struct Entry {
        let value: Value
        /// Seconds since 1970, the last one excluded.
        let validity: Range<Int64>
    }

    let capacity: Int
    private var recent: [VerdictCache.Digest: Entry] = [:]
    private var former: [VerdictCache.Digest: Entry] = [:]

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { self.recent.count + self.former.count }

    /// What is kept under a digest, if it holds at that moment.
    mutating func value(_ digest: VerdictCache.Digest, at seconds: Int64) -> Value? {
        if let entry = self.recent[digest] {
            if entry.validity.contains(seconds) { return entry.value }
            self.recent[digest] = nil
            return nil
        }
        guard let entry = self.former.removeValue(forKey: digest), entry.validity.contains(seconds) else {
            return nil
        }
        self.keep(entry, digest)
        return entry.value
    }

    mutating func keep(_ value: Value, _ digest: VerdictCache.Digest, for validity: Range<Int64>) {
        self.former[digest] = nil
        self.keep(Entry(value: value, validity: validity), digest)
    }

    private mutating func keep(_ entry: Entry, _ digest: VerdictCache.Digest) {
        if self.recent.count >= self.capacity / 2, self.recent[digest] == nil {
            self.former = self.recent
            self.recent = [:]
        }
        self.recent[digest] = entry
    }
}
