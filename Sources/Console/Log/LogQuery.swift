import Model

/// Which records of the log are shown.
struct LogQuery: Sendable {
    var filter: Filter = .all
    /// Only handshakes that did not complete.
    var failedOnly = false

    var isEmpty: Bool { self.filter.isEmpty && !self.failedOnly }

    func matches(_ record: PackedRecord) -> Bool {
        if self.failedOnly, !record.isFailure { return false }
        return self.filter.isEmpty || self.filter.matches(record.row)
    }
}
