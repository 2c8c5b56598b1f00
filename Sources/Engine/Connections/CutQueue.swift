/// Connections that are to be closed, at a steady rate: a list that names too many must not empty the house
/// at once, and its clients must not all come back in the same second.
struct CutQueue {
    private var tokens: [PollToken] = []
    /// Those before it have been taken.
    private var start = 0
    /// When the next one may be closed, in monotonic microseconds.
    private var dueAt: Int64 = 0

    var isEmpty: Bool { self.start == self.tokens.count }

    mutating func append(_ token: PollToken) {
        self.tokens.append(token)
    }

    /// The next connection if its time has come, both in microseconds; what was not used is not saved up.
    mutating func next(now: Int64, interval: Int64) -> PollToken? {
        guard !self.isEmpty, self.dueAt <= now else { return nil }
        // A loop that comes a little late keeps the rate; what was long due is not made up for.
        self.dueAt = (now - self.dueAt < interval ? self.dueAt : now) + interval
        let token = self.tokens[self.start]
        self.start += 1
        if self.isEmpty {
            self.tokens = []
            self.start = 0
        }
        return token
    }

    /// Milliseconds until the next one may be closed; nil when there is none.
    func delay(now: Int64) -> Int64? {
        self.isEmpty ? nil : max(0, self.dueAt - now + 999) / 1_000
    }
}
