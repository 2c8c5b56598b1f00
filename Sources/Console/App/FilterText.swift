import Model

/// Filters that are made rather than typed.
enum FilterText {
    /// A value that stands for itself: what means something in a filter is escaped.
    static func quoted(_ value: String) -> String {
        let isPlain = value.allSatisfy { $0.isLetter || $0.isNumber || "-._:/".contains($0) }
        if isPlain, !value.isEmpty { return value }
        var text = "\""
        for character in value {
            // A backslash takes the meaning from `*` and `?`, and inside quotes it is itself escaped.
            if "*?".contains(character) { text += "\\\\" }
            if "\"\\".contains(character) { text += "\\" }
            text.append(character)
        }
        return text + "\""
    }

    /// What the row under the cursor can be told by, in the words of the page's filter.
    static func facts(of state: ConsoleState) -> [(field: String, value: String)] {
        switch state.page {
        case .log: return state.selectedEntry.map(self.facts(of:)) ?? []
        case .refusals:
            guard let row = state.refusals.selected else { return [] }
            return [("reason", row.name), ("listener", row.group.listenerName)]
        default: return self.facts(ofList: state)
        }
    }

    private static func facts(of entry: PackedRecord) -> [(field: String, value: String)] {
        var facts: [(field: String, value: String)] = [
            ("outcome", entry.isFailure ? "fail" : "ok"), ("listener", entry.kind.listenerName),
            ("client", entry.client.address.description),
            ("client", LogGroups.Key.network(entry.client.address)),
        ]
        if let word = entry.outcome?.shortWord { facts.insert(("reason", word), at: 1) }
        if let cn = LogGroups.Key.cn.value(of: entry) { facts.append(("cn", cn)) }
        if let issuer = LogGroups.Key.issuer.value(of: entry) { facts.append(("issuer", issuer)) }
        if let certificate = entry.certificate { facts.append(("fp", certificate.facts.fingerprint)) }
        if let name = entry.kind.serverName { facts.append(("sni", name)) }
        if let version = entry.kind.version { facts.append(("tls", version)) }
        if let mode = entry.kind.mode { facts.append(("mode", mode.rawValue)) }
        return facts
    }

    private static func facts(ofList state: ConsoleState) -> [(field: String, value: String)] {
        func facts<Row: ListRow>(_ row: Row?) -> [(field: String, value: String)] {
            guard let row else { return [] }
            return Row.columns.filter { $0.kind == .text && $0.minimum > 0 }.flatMap { column in
                column.values(row).prefix(1).compactMap { value in
                    guard case .text(let text) = value, !text.isEmpty else { return nil }
                    return (field: column.name, value: text)
                }
            }
        }
        switch (state.page, state.pane) {
        case (.listeners, 1): return facts(state.names.selected)
        case (.overview, 1), (.listeners, _): return facts(state.listeners.selected)
        case (.overview, 0): return facts(state.attention.selected)
        case (.overview, _), (.changes, _): return facts(state.changeList.selected)
        case (.trustStores, 0): return facts(state.stores.selected)
        case (.trustStores, 1): return facts(state.certificates.selected)
        case (.trustStores, _): return facts(state.revocations.selected)
        case (.targets, _): return facts(state.targets.selected)
        case (.clients, _): return facts(state.clients.selected)
        case (.requests, _): return facts(state.requests.selected)
        case (.log, _), (.refusals, _): return []
        }
    }
}
