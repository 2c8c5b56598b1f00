import Model

/// What limits have refused since the gate started, in columns; nothing where they have refused nothing.
enum RejectionTable {
    static func lines(_ view: GateView, _ counters: EngineCounters) -> [String] {
        let rows = view.configuration.listeners.flatMap { _, listener in
            let reasons = counters.listeners[listener.id]?.rejectedByReason ?? [:]
            return reasons.sorted { $0.key.rawValue < $1.key.rawValue }.map { reason, count in
                [listener.name, reason.rawValue, "\(count)"]
            }
        }
        guard !rows.isEmpty else { return [] }
        return [""] + StatusTable.columns([["LISTENER", "LIMIT", "REFUSED"]] + rows)
    }
}
