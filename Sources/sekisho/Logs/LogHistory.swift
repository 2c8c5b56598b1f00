import Model

/// The records from before a watch began, of which only the newest are wanted.
///
/// A watch sends a view, the counters, and then what it remembers, in batches; counters come again a moment
/// later, and then the history has been sent.
struct LogHistory {
    private let count: Int
    private var lines: [LogLine] = []
    private var hasSeenCounters = false
    private(set) var isOver = false

    init(count: Int) {
        self.count = count
    }

    mutating func add(_ lines: [LogLine]) {
        self.lines = (self.lines + lines).suffix(self.count)
    }

    /// Whether this update comes after the history.
    mutating func ends(with update: GateUpdate) -> Bool {
        guard case .counters = update else { return false }
        defer { self.hasSeenCounters = true }
        return self.hasSeenCounters
    }

    /// The newest lines, oldest first; once.
    mutating func finish() -> [LogLine] {
        defer { self.lines = [] }
        self.isOver = true
        return self.lines
    }
}
