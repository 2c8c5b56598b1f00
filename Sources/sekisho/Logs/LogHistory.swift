import Model

/// The records from before a watch began, of which only the newest are wanted.
struct LogHistory {
    private let count: Int
    private var lines: [LogLine] = []
    private var past = PastRecords()
    private(set) var isOver = false

    init(count: Int) {
        self.count = count
    }

    mutating func add(_ lines: [LogLine]) {
        self.lines = (self.lines + lines).suffix(self.count)
    }

    /// Whether the history ends with this update.
    mutating func ends(with update: GateUpdate) -> Bool {
        self.past.take(update)
        return self.past.areOver
    }

    /// The newest lines, oldest first; once.
    mutating func finish() -> [LogLine] {
        defer { self.lines = [] }
        self.isOver = true
        return self.lines
    }
}
