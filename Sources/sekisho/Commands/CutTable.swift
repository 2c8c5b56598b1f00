import Model

/// Clients that had passed and were cut while they were connected, by listener; nothing where there are none.
enum CutTable {
    static func lines(_ view: GateView, _ counters: EngineCounters) -> [String] {
        let rows = view.configuration.listeners.compactMap { _, listener -> [String]? in
            guard let cut = counters.listeners[listener.id]?.cut, cut > 0 else { return nil }
            return [listener.name, "\(cut)"]
        }
        guard !rows.isEmpty else { return [] }
        return [""] + StatusTable.columns([["LISTENER", "CUT WHILE CONNECTED"]] + rows)
    }
}
