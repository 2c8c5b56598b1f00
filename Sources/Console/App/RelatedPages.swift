import Model

/// What of another page belongs to the row under the cursor.
extension ConsoleState {
    /// Goes to a page; where rows of it belong to the row under the cursor, only those are shown.
    ///
    /// A filter that somebody has typed there stays: only that of an earlier visit like this one is replaced.
    mutating func goToRelated(_ page: Page) -> [Effect] {
        let related = self.related(on: page)
        let effects = self.go(to: page)
        guard let related else { return effects }
        let before = self.currentFilterText
        guard before.isEmpty || before == self.visits[page] else {
            self.say(.info, .relatedKept(before))
            return effects
        }
        self.visits[page] = related
        self.say(.info, .relatedShown(related))
        return effects + self.filter(by: related)
    }

    /// A filter of a page for what the cursor is on; nil where nothing there belongs to it.
    func related(on page: Page) -> String? {
        func term(_ field: String, _ value: String) -> String { "\(field):\(FilterText.quoted(value))" }
        switch (self.page, page) {
        case (.listeners, .log), (.listeners, .refusals), (.listeners, .clients):
            return self.listeners.selected.map { term("listener", $0.name) }
        case (.refusals, .log), (.refusals, .clients):
            guard let group = self.refusals.selected?.group else { return nil }
            let (origin, listener) = (group.id.origin, term("listener", group.listenerName))
            if page == .log {
                let whose = group.id.isNetwork ? "client:\(origin)" : term("issuer", origin)
                return "\(term("reason", group.id.outcome.shortWord ?? "")) \(whose) \(listener)"
            }
            // Who has shown no certificate is not in the ledger.
            return group.id.isNetwork ? nil : "\(term("issuer", NameText.short(origin))) \(listener)"
        case (.clients, .log): return self.clients.selected.map { term("fp", $0.id) }
        case (.targets, .requests): return self.targets.selected?.target.map { term("target", "\($0)") }
        default: return nil
        }
    }
}
