import Model

/// How the clients of one name, or pattern, of the selected listener are judged.
struct NameRow: ListRow {
    /// nil for all names that have no policy of their own.
    let serverName: String?
    let mutual: MutualAuthentication
    /// Against which it verifies.
    let store: TrustStore?

    var id: String { self.serverName ?? "" }
    var name: String { self.serverName ?? "*" }
    static let noun = Phrase.nounName

    /// None for a listener whose names are all judged alike.
    static func rows(_ state: ConsoleState) -> [NameRow] {
        guard let view = state.view, let listener = state.selectedListener?.listener,
            !listener.namePolicies.isEmpty
        else { return [] }
        func row(_ name: String?, _ mutual: MutualAuthentication) -> NameRow {
            NameRow(
                serverName: name,
                mutual: mutual,
                store: mutual.mode == .verify
                    ? mutual.trustStoreID.flatMap { view.configuration.trustStore($0) } : nil
            )
        }
        let named = listener.namePolicies.flatMap { policy in
            policy.names.map { row($0, policy.mutualAuthentication) }
        }
        return named.sorted { $0.name < $1.name } + [row(nil, listener.mutualAuthentication)]
    }

    static let columns: [Column<NameRow>] = [
        Column(
            name: "name",
            title: .columnName,
            kind: .text,
            minimum: 12,
            ideal: 30,
            grows: true,
            priority: 20,
            keep: .end,
            values: { [.text($0.name)] },
            field: { row, context in
                row.serverName.map { Table.Field(text: $0, role: .textStrong) }
                    ?? Table.Field(text: context.language(.otherNames), role: .textMuted)
            },
            words: { _, cell in Phrase(verbatim: cell) }
        ),
        Column(
            name: "mode",
            title: .columnMode,
            kind: .text,
            minimum: 11,
            ideal: 17,
            priority: 19,
            values: { [.text($0.mutual.mode.rawValue)] },
            field: { row, _ in
                Table.Field(text: row.mutual.modeText, role: ListenersScreen.role(of: row.mutual))
            },
            words: { _, cell in Phrase(verbatim: cell) }
        ),
        .text("store", .columnStore, 12...14, priority: 9, words: Phrase.toldStore) { $0.store?.name },
    ]
}
