/// What a client may spend on frames that bring nothing forward.
///
/// Floods of HTTP/2 (CVE-2019-9511 to 9518, CVE-2023-44487, CVE-2024-28182) have in common that many cheap
/// frames make us work and answer no request. Every such frame costs; answers, data sent and time pay. A
/// client that has spent it all is told `ENHANCE_YOUR_CALM` and closed.
struct FrameBudget {
    /// What 128 streams in flight cost, each waiting for its answer, is a quarter of it; cancelling all of
    /// them, as a browser does that leaves a page, is three quarters.
    static let full = 2_048
    /// Pings, and settings that change, of a connection that idles.
    static let perSecond = 20
    static let perAnswer = 16
    /// Clients answer data with updates of two windows.
    static let perDataFrameSent = 2
    /// Resetting a stream whose request we have begun wastes the most.
    static let reset = 8
    static let malformed = 8

    private(set) var left = FrameBudget.full
    private var refilled: Int64?

    var isSpent: Bool { self.left < 0 }

    mutating func earn(_ amount: Int) {
        self.left = min(Self.full, self.left + amount)
    }

    mutating func spend(_ amount: Int) {
        self.left -= amount
    }

    /// Pays for the time since the last call; `now` is in monotonic milliseconds.
    mutating func refill(now: Int64) {
        let since = now - (self.refilled ?? now)
        let amount = since * Int64(Self.perSecond) / 1_000
        // Less than a whole unit is kept for the next time.
        guard amount > 0 || self.refilled == nil else { return }
        self.refilled = now
        self.earn(Int(min(amount, Int64(Self.full))))
    }
}
