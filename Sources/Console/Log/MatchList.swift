/// The records that fit a filter, in the order of their numbers, grown at both ends.
///
/// Looking for them begins somewhere in the log and goes on towards both ends, so both ends grow; eviction
/// takes from the older one. Everything but a search costs the same however many there are.
struct MatchList: Sendable {
    struct Match: Hashable, Sendable {
        let number: UInt64
        let isFailure: Bool
    }

    /// A number with its failure in the lowest bit: eight bytes a match.
    private var older: [UInt64] = []
    private var newer: [UInt64] = []
    /// What lies before it in `newer` is gone.
    private var head = 0

    var count: Int { self.older.count + self.newer.count - self.head }
    var isEmpty: Bool { self.count == 0 }
    var first: Match? { self.isEmpty ? nil : self[0] }
    var last: Match? { self.isEmpty ? nil : self[self.count - 1] }

    subscript(index: Int) -> Match {
        let packed =
            index < self.older.count
            ? self.older[self.older.count - 1 - index] : self.newer[self.head + index - self.older.count]
        return Match(number: packed >> 1, isFailure: packed & 1 == 1)
    }

    mutating func append(_ match: Match) { self.newer.append(Self.pack(match)) }

    /// Adds one that is older than all others.
    mutating func prepend(_ match: Match) { self.older.append(Self.pack(match)) }

    private static func pack(_ match: Match) -> UInt64 {
        match.number << 1 | (match.isFailure ? 1 : 0)
    }

    /// Forgets what is older than a number.
    mutating func evict(before number: UInt64) {
        while let last = self.older.last, last >> 1 < number { self.older.removeLast() }
        guard self.older.isEmpty else { return }
        while self.head < self.newer.count, self.newer[self.head] >> 1 < number { self.head += 1 }
        if self.head > 4_096, self.head > self.newer.count / 2 {
            self.newer.removeFirst(self.head)
            self.head = 0
        }
    }

    /// The first match that is not older than a number.
    func index(of number: UInt64) -> Int {
        var (low, high) = (0, self.count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
