import Console
import Model

/// `sekisho logs --count-by`: how many records of the log have what in common.
extension Logs {
    func printCounts(by key: String) async throws {
        guard self.gate.isRemote else {
            throw OperatorError(
                .gateUnreachable,
                subject: "--count-by",
                message:
                    "No gate runs on \(self.gate.statePath), and records are counted by what one remembers.",
                hint: "Start the gate, or name another one with --state, --socket or --ssh."
            )
        }
        let reading = try await self.gate.reading(records: LogLimits.keptRecords)
        guard let view = reading.view else { return }
        try self.checkListener(in: view)
        let counts = reading.counts(
            by: key,
            filter: try self.filter(of: view),
            failedOnly: self.failed
        )
        switch self.format {
        case .json:
            for group in counts.groups.prefix(self.lines) { Output.line(try JSONDocument.line(group)) }
        case .text, .alb, nil: Self.table(counts, by: key, limit: self.lines).forEach(Output.line)
        }
    }

    /// The filter, and the listener with it.
    private func filter(of view: GateView) throws(OperatorError) -> Filter {
        let changes = Dictionary(view.recentChanges.map { ($0.number, $0.time) }, uniquingKeysWith: { $1 })
        guard let listener else {
            return try self.readFilter(self.filter ?? "", .connections, changes: changes)
        }
        let text = self.filter.map { "(\($0)) " } ?? ""
        return try self.readFilter("\(text)listener:\"\(listener)\"", .connections, changes: changes)
    }

    static func table(_ counts: RecordCounts, by key: String, limit: Int) -> [String] {
        let seen =
            "Of the \(counts.records) newest records"
            + (counts.since.map { ", since \($0.iso8601)" } ?? "") + "."
        guard !counts.groups.isEmpty else { return ["No such records. \(seen)"] }
        let head = [key.uppercased(), "COUNT", "FAILED", "FIRST", "LAST"]
        let rows = counts.groups.prefix(limit).map {
            [$0.value ?? "-", "\($0.count)", "\($0.failures)", $0.first.iso8601, $0.last.iso8601]
        }
        let left = counts.groups.count - rows.count
        let more = left > 0 ? ["… and \(left) more."] : []
        let uncounted = counts.uncounted > 0 ? ["\(counts.uncounted) records are of still others."] : []
        return StatusTable.columns([head] + rows) + more + uncounted + [seen]
    }
}
