public import Model

/// Records of the connection log counted by one of their facts.
public struct RecordCounts: Sendable {
    public struct Group: Hashable, Sendable, Encodable {
        /// What was counted by: a field of filters.
        public let key: String
        /// What its records have of it; nil for those that have none.
        public let value: String?
        public let count: Int
        public let failures: Int
        public let first: Timestamp
        public let last: Timestamp

        init(_ group: LogGroups.Group, key: LogGroups.Key) {
            self.key = key.rawValue
            self.value = group.id.map { TextShaping.plain($0) }
            self.count = group.count
            self.failures = group.failures
            self.first = group.first
            self.last = group.last
        }
    }

    public let groups: [Group]
    /// Records whose group would have been one too many.
    public let uncounted: Int
    /// All that were looked at, and the time of the oldest.
    public let records: Int
    public let since: Timestamp?
}
