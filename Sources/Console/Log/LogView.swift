import Model

/// What of the log is looked at, and from where.
///
/// In ``Mode/follow`` the newest matching record is at the bottom. In ``Mode/held`` the view hangs on the
/// number of a record: neither new records nor the loss of old ones moves what is being read.
///
/// A new query looks first for what the screen shows, then for the rest in slices, so that two million
/// records never stand between a key and its answer. The part of the log that has been looked through is
/// one range of numbers, `lowest..<highest`, which grows towards both ends.
struct LogView: Sendable {
    enum Mode: Hashable, Sendable {
        case follow
        case held
    }

    /// Records looked at in one turn: some milliseconds.
    static let slice = 32_768

    private(set) var mode: Mode = .follow
    private(set) var query = LogQuery()
    /// The filter as typed, without the failed-only switch.
    private(set) var filterText = ""
    /// The matching records among those looked at, in order.
    private(set) var matches = MatchList()
    private(set) var groups: LogGroups?
    private var lowest: UInt64 = 0
    private var highest: UInt64 = 0
    /// Whether something has yet to be looked at.
    private(set) var isSearching = false
    /// The record the cursor is on, and the one in the first row; only while held.
    private var cursorNumber: UInt64 = 0
    private var topNumber: UInt64 = 0
    /// The newest record when the view was held.
    private var heldAt: UInt64 = 0
    /// Matching records that arrived since the view was held.
    private(set) var newer = 0
    private(set) var newerFailures = 0
    /// Records that came with the newest delivery, of which a screen shows the last.
    private(set) var burst = 0

    // MARK: Data

    /// Takes what is new in the log.
    mutating func update(_ log: EventLog, added: Int) {
        if let oldest = log.oldest {
            self.matches.evict(before: oldest)
            self.lowest = max(self.lowest, oldest)
            self.highest = max(self.highest, self.lowest)
        }
        let before = self.matches.count
        self.search(log, limit: max(Self.slice, added))
        // What was there when the console came is no burst.
        self.burst = before == 0 ? 0 : max(0, self.matches.count - before)
    }

    mutating func reset() {
        self.matches = MatchList()
        self.groups?.clear()
        (self.lowest, self.highest) = (0, 0)
        self.follow()
    }

    /// Shows other records; what was under the cursor stays there if it still matches.
    mutating func setQuery(_ query: LogQuery, text: String, log: EventLog) {
        self.query = query
        self.filterText = text
        self.restart(log)
    }

    /// Counts the matches by something, or shows them one by one again.
    mutating func group(by key: LogGroups.Key?, log: EventLog) {
        self.groups = key.map { LogGroups(key: $0) }
        self.restart(log)
    }

    mutating func moveGroup(by step: Int) { self.groups?.move(by: step) }

    private mutating func restart(_ log: EventLog) {
        self.matches = MatchList()
        self.groups?.clear()
        (self.newer, self.newerFailures, self.burst) = (0, 0, 0)
        let newest = log.newest ?? 0
        self.highest = self.mode == .held ? min(self.cursorNumber, newest) : newest + 1
        self.lowest = self.highest
        self.search(log, limit: Self.slice)
    }

    /// Looks through at most `limit` records more: first the newer ones, which are on the screen or counted
    /// beside it, then the older ones.
    mutating func search(_ log: EventLog, limit: Int) {
        guard let oldest = log.oldest, let newest = log.newest else {
            self.isSearching = false
            return
        }
        var left = limit
        // What is seen first while held are the records above the cursor.
        if self.matches.count < 512, self.mode == .held {
            left -= self.searchOlder(log, limit: min(left, 4_096))
        }
        if self.highest <= newest {
            let entries = log.entries
            let start = log.index(of: self.highest)
            let end = min(entries.endIndex, start + left)
            for entry in entries[start..<end] where self.query.matches(entry) {
                self.add(entry, isNewer: true)
            }
            if start < end { self.highest = entries[end - 1].number + 1 }
            left -= end - start
        }
        if left > 0 { _ = self.searchOlder(log, limit: left) }
        self.isSearching = self.lowest > oldest || self.highest <= newest
    }

    private mutating func searchOlder(_ log: EventLog, limit: Int) -> Int {
        let entries = log.entries
        let end = log.index(of: self.lowest)
        let start = max(entries.startIndex, end - limit)
        guard start < end else { return 0 }
        for entry in entries[start..<end].reversed() where self.query.matches(entry) {
            self.add(entry, isNewer: false)
        }
        self.lowest = entries[start].number
        return end - start
    }

    private mutating func add(_ entry: PackedRecord, isNewer: Bool) {
        let match = MatchList.Match(number: entry.number, isFailure: entry.isFailure)
        if isNewer { self.matches.append(match) } else { self.matches.prepend(match) }
        self.groups?.add(entry)
        guard self.mode == .held, entry.number > self.heldAt else { return }
        self.newer += 1
        if match.isFailure { self.newerFailures += 1 }
    }

    // MARK: Movement; `rows` is the height of the list

    /// Of the rows that clicks are about.
    static let listName = "log"

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
        self.heldAt = max(self.highest, 1) - 1
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

    /// Goes to the first matching record that is not older than a number.
    mutating func move(to number: UInt64, rows: Int) {
        guard !self.matches.isEmpty else { return }
        self.hold(rows: rows)
        self.place(min(self.matches.index(of: number), self.matches.count - 1), rows: rows)
    }

    /// Goes to the next failure in a direction.
    ///
    /// - Returns: whether there is one.
    mutating func moveToFailure(forward: Bool, rows: Int) -> Bool {
        let start = self.cursorIndex
        let found =
            forward
            ? (start + 1..<max(start + 1, self.matches.count)).first { self.matches[$0].isFailure }
            : (0..<start).last { self.matches[$0].isFailure }
        guard let found else { return false }
        self.hold(rows: rows)
        self.place(found, rows: rows)
        return true
    }

    private mutating func place(_ index: Int, rows: Int) {
        self.cursorNumber = self.matches[index].number
        let top = self.matches.index(of: self.topNumber)
        if index < top { self.topNumber = self.cursorNumber }
        if index >= top + rows { self.topNumber = self.matches[max(0, index - rows + 1)].number }
    }

    // MARK: Reading

    /// The place of the cursor among the matches; the newest while following.
    var cursorIndex: Int {
        let last = max(0, self.matches.count - 1)
        return self.mode == .follow ? last : min(self.matches.index(of: self.cursorNumber), last)
    }

    /// The matches to draw in so many rows.
    func visible(rows: Int) -> Range<Int> {
        guard rows > 0 else { return 0..<0 }
        let end = self.matches.count
        if self.mode == .follow { return max(0, end - rows)..<end }
        let cursor = self.cursorIndex
        // A smaller window than the one the top was chosen for must still show the cursor.
        let top = max(min(self.matches.index(of: self.topNumber), cursor), cursor - rows + 1)
        return top..<min(end, top + rows)
    }

    /// Whether the first visible record is the oldest match.
    func isAtOldest(rows: Int) -> Bool {
        !self.isSearching && self.visible(rows: rows).lowerBound == 0
    }
}
