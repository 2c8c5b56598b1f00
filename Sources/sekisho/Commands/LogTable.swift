import Model

/// Logs that miss lines, in columns; nothing where none does.
enum LogTable {
    static func lines(_ logs: [LogHealth]) -> [String] {
        let rows = logs.filter { $0.lost > 0 || $0.failure != nil }.map { log in
            [log.name, "\(log.lost)", log.failure.map { "FAILED: \($0)" } ?? "writing again"]
        }
        guard !rows.isEmpty else { return [] }
        return [""] + StatusTable.columns([["LOG", "LINES LOST", "STATE"]] + rows)
    }
}
