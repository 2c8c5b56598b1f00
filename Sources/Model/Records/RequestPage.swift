/// Which lines of the access log are wanted.
public struct RequestQuery: Hashable, Sendable, Codable {
    /// Lines of one answer, at most.
    public static let lines = 1_000

    /// Where the last answer ended; nil for the newest lines.
    public var after: UInt64?
    /// 1–``lines``.
    public var limit: Int

    public init(after: UInt64? = nil, limit: Int = RequestQuery.lines) {
        self.after = after
        self.limit = limit
    }
}

/// Lines of the access log, oldest first.
public struct RequestPage: Hashable, Sendable, Codable {
    /// As ALB writes them.
    public let lines: [String]
    /// What to ask after for what comes next.
    public let end: UInt64
    /// Lines between the two that were left out, because there were more than asked for.
    public let skipped: Int

    public init(lines: [String], end: UInt64, skipped: Int) {
        self.lines = lines
        self.end = end
        self.skipped = skipped
    }
}
