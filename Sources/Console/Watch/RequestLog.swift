import Model

/// The newest requests of the access log, as far as somebody has looked.
struct RequestLog: Sendable {
    /// Requests that are kept; each has some 700 bytes.
    static let limit = 5_000

    struct Entry: Hashable, Sendable {
        /// Grows by one.
        let number: UInt64
        let request: RequestRecord
    }

    private(set) var entries: [Entry] = []
    /// Where the log was read to; nil before it was.
    private(set) var end: UInt64?
    /// Requests that were not told because too many came at once.
    private(set) var skipped = 0

    mutating func take(_ page: RequestPage) {
        var number = self.entries.last?.number ?? 0
        for request in page.lines.compactMap(RequestRecord.init) {
            number += 1
            self.entries.append(Entry(number: number, request: request))
        }
        let excess = self.entries.count - Self.limit
        if excess > 0 { self.entries.removeFirst(excess) }
        self.end = page.end
        self.skipped += page.skipped
    }
}
