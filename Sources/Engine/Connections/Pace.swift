/// How much a peer has moved since a window began.
struct Pace {
    /// Monotonic milliseconds.
    private var start: Int64 = 0
    private var bytes = 0

    mutating func restart(at now: Int64) {
        self.start = now
        self.bytes = 0
    }

    mutating func add(_ count: Int) {
        self.bytes += count
    }

    func isOver(_ window: Int64, at now: Int64) -> Bool {
        now - self.start >= window
    }

    /// Whether less than `rate` bytes a second has moved, or nothing at all.
    func isSlow(_ rate: Int, at now: Int64) -> Bool {
        self.bytes < max(1, Int(now - self.start) * rate / 1_000)
    }
}
