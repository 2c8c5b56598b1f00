import Model

/// The records from before a watch began, of which only the newest are wanted.
///
/// A watch sends a view, the counters, and then what it remembers, in batches. Between two counters there is
/// a batch as long as records wait, so the history has been sent when there is none, or when a record is
/// younger than the first counters.
struct LogHistory {
    private let count: Int
    private var lines: [LogLine] = []
    private var begin: Timestamp?
    private var isQuiet = false
    private(set) var isOver = false

    init(count: Int) {
        self.count = count
    }

    mutating func add(_ lines: [LogLine]) {
        self.lines = (self.lines + lines).suffix(self.count)
    }

    /// Whether the history ends with this update.
    mutating func ends(with update: GateUpdate) -> Bool {
        switch update {
        case .view: return false
        case .counters(let counters):
            if self.begin == nil { self.begin = counters.time }
            defer { self.isQuiet = true }
            return self.isQuiet
        case .records(let batch):
            self.isQuiet = false
            guard let begin, let last = batch.records.last else { return false }
            return last.record.time > begin
        }
    }

    /// The newest lines, oldest first; once.
    mutating func finish() -> [LogLine] {
        defer { self.lines = [] }
        self.isOver = true
        return self.lines
    }
}
