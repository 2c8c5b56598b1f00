import Model

/// The command that prints what a page shows.
enum ViewCommand {
    /// nil where there is nothing yet.
    static func text(of state: ConsoleState) -> String? {
        switch (state.page, state.pane) {
        case (.overview, 0): "sekisho attention"
        case (.overview, 1): "sekisho rates"
        case (.overview, _), (.changes, _): "sekisho changes"
        case (.listeners, _):
            state.listeners.selected.map { "sekisho status \(OpenSSLCommand.quoted($0.name))" }
        case (.trustStores, _):
            state.stores.selected.map { "sekisho trust-store \(OpenSSLCommand.quoted($0.name))" }
        case (.log, _): self.log(state)
        case (.refusals, _): "sekisho refusals"
        case (.targets, _): "sekisho status"
        case (.clients, _): "sekisho clients --all"
        case (.requests, _): "sekisho logs --access"
        }
    }

    private static func log(_ state: ConsoleState) -> String {
        var words = ["sekisho logs"]
        if let key = state.log.groups?.key { words.append("--count-by \(key.rawValue)") }
        if state.log.query.failedOnly { words.append("--failed") }
        if !state.log.filterText.isEmpty {
            words.append("--filter \(OpenSSLCommand.quoted(state.log.filterText))")
        }
        return words.joined(separator: " ")
    }
}
