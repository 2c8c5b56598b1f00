import Model

/// A trust store in the list of trust stores.
struct StoreRow: ListRow {
    let store: TrustStore
    /// Listeners that verify against it, by name.
    let users: [String]

    var id: ResourceID { self.store.id }
    var name: String { self.store.name }
    static let noun = Phrase.nounTrustStore

    static func rows(_ state: ConsoleState) -> [StoreRow] {
        guard let view = state.view else { return [] }
        return view.configuration.trustStores.map { store in
            let users = view.configuration.listeners.filter { _, listener in
                let all =
                    [listener.mutualAuthentication] + listener.namePolicies.map(\.mutualAuthentication)
                return all.contains { $0.mode == .verify && $0.trustStoreID == store.id }
            }
            return StoreRow(store: store, users: users.map(\.listener.name))
        }
    }

    static let columns: [Column<StoreRow>] = [
        .text(
            "name",
            .columnName,
            8...14,
            priority: 20,
            role: .textStrong,
            grows: true,
            words: Phrase.init(verbatim:)
        ) { $0.name },
        .number("rev", .columnRevision, 3...3, priority: 2, words: Phrase.toldRevision) {
            Double($0.store.revision)
        },
        .number("cas", .columnAuthorities, 3...3, priority: 3, words: Phrase.toldAuthorities) {
            Double($0.store.certificates.count)
        },
        Column(
            name: "users",
            title: .columnUsedBy,
            kind: .text,
            minimum: 8,
            ideal: 20,
            priority: 1,
            values: { $0.users.map { .text($0) } },
            field: { row, context in
                row.users.isEmpty
                    ? context.none : Table.Field(text: row.users.joined(separator: " "), role: .textMuted)
            },
            words: { _, cell in .toldUsers(cell.isEmpty ? .noListener : Phrase(verbatim: cell)) }
        ),
        // A store is also found by what is in it.
        Column(
            name: "ca",
            title: .columnAuthorities,
            kind: .text,
            minimum: 0,
            ideal: 0,
            priority: 0,
            values: { row in
                row.store.certificates.flatMap { certificate -> [Column<StoreRow>.Value] in
                    let facts = certificate.facts
                    return [NameText.readable(facts.subject), facts.serialNumber, facts.fingerprint].map {
                        .text($0)
                    }
                }
            },
            field: { _, context in context.none }
        ),
    ]
}
