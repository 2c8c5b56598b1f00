import Model

/// What of the log is looked at, and from where.
///
/// In ``Mode/follow`` the newest matching record is at the bottom. In ``Mode/held`` the view hangs on the
/// number of a record: neither new records nor the loss of old ones moves what is being read.
struct LogView: Sendable {
    enum Mode: Hashable, Sendable {
        case follow
        case held
    }

    struct Match: Hashable, Sendable {
        let number: UInt64
        let isFailure: Bool
    }

    private(set) var mode: Mode = .follow
    private(set) var filter: LogFilter = .all
    /// The filter as typed, without the failed-only switch.
    private(set) var filterText = ""
    /// The matching records, in order.
    private(set) var matches: [Match] = []
    /// The record the cursor is on, and the one in the first row; only while held.
    private var cursorNumber: UInt64 = 0
    private var topNumber: UInt64 = 0
    /// Matching records that arrived since the view was held.
    private(set) var newer = 0
    private(set) var newerFailures = 0

    // MARK: Data

    mutating func append(_ entries: [EventLog.Entry], oldest: UInt64?) {
        for entry in entries where self.filter.matches(entry) {
            self.matches.append(Match(number: entry.number, isFailure: entry.record.isFailure))
            guard self.mode == .held else { continue }
            self.newer += 1
            if entry.record.isFailure { self.newerFailures += 1 }
        }
        if let oldest, let first = self.matches.first, first.number < oldest {
            self.matches.removeFirst(self.index(of: oldest))
        }
    }

    mutating func reset() {
        self.matches = []
        self.follow()
    }

    /// Shows other records; what was under the cursor stays there if it still matches.
    mutating func setFilter(_ filter: LogFilter, text: String, log: EventLog) {
        let heldSince = self.mode == .held ? self.matches.count - self.newer : 0
        let newestSeen = heldSince > 0 ? self.matches[heldSince - 1].number : 0
        self.filter = filter
        self.filterText = text
        self.matches = log.entries.filter { filter.matches($0) }
            .map { Match(number: $0.number, isFailure: $0.record.isFailure) }
        guard self.mode == .held else { return }
        let since = self.matches[self.index(of: newestSeen + 1)...]
        self.newer = since.count
        self.newerFailures = since.count { $0.isFailure }
    }

    // MARK: Movement; `rows` is the height of the list

    mutating func follow() {
        self.mode = .follow
        self.newer = 0
        self.newerFailures = 0
    }

    /// Stops where we are.
    mutating func hold(rows: Int) {
        guard self.mode == .follow, let last = self.matches.last else { return }
        self.topNumber = self.matches[max(0, self.matches.count - rows)].number
        self.cursorNumber = last.number
        self.mode = .held
    }

    /// Moves the cursor; down past the newest record follows again.
    mutating func move(by step: Int, rows: Int) {
        guard !self.matches.isEmpty else { return }
        if self.mode == .follow {
            if step >= 0 { return }
            self.hold(rows: rows)
        }
        let wanted = self.cursorIndex + step
        if wanted >= self.matches.count {
            self.follow()
            return
        }
        self.place(max(0, wanted), rows: rows)
    }

    mutating func moveToFirst(rows: Int) {
        guard !self.matches.isEmpty else { return }
        self.hold(rows: rows)
        self.place(0, rows: rows)
    }

    /// Goes to the next failure in a direction.
    ///
    /// - Returns: whether there is one.
    mutating func moveToFailure(forward: Bool, rows: Int) -> Bool {
        let start = self.cursorIndex
        let found =
            forward
            ? self.matches.indices.dropFirst(start + 1).first { self.matches[$0].isFailure }
            : self.matches.indices.prefix(start).last { self.matches[$0].isFailure }
        guard let found else { return false }
        self.hold(rows: rows)
        self.place(found, rows: rows)
        return true
    }

    private mutating func place(_ index: Int, rows: Int) {
        self.cursorNumber = self.matches[index].number
        let top = self.index(of: self.topNumber)
        if index < top { self.topNumber = self.cursorNumber }
        if index >= top + rows { self.topNumber = self.matches[max(0, index - rows + 1)].number }
    }

    // MARK: Reading

    /// The place of the cursor among the matches; the newest while following.
    var cursorIndex: Int {
        let last = max(0, self.matches.count - 1)
        return self.mode == .follow ? last : min(self.index(of: self.cursorNumber), last)
    }

    /// The matches to draw in so many rows.
    func visible(rows: Int) -> Range<Int> {
        guard rows > 0 else { return 0..<0 }
        let end = self.matches.count
        if self.mode == .follow { return max(0, end - rows)..<end }
        let cursor = self.cursorIndex
        // A smaller window than the one the top was chosen for must still show the cursor.
        let top = max(min(self.index(of: self.topNumber), cursor), cursor - rows + 1)
        return top..<min(end, top + rows)
    }

    /// Whether the first visible record is the oldest that is kept.
    func isAtOldest(rows: Int) -> Bool { self.visible(rows: rows).lowerBound == 0 }

    /// The first match that is not older than a number.
    private func index(of number: UInt64) -> Int {
        var (low, high) = (0, self.matches.count)
        while low < high {
            let middle = (low + high) / 2
            if self.matches[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
