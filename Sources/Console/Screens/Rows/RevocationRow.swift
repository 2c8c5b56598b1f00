import Model

/// A revocation list of the trust store that is looked at.
struct RevocationRow: ListRow {
    let list: RevocationList
    let now: Timestamp?

    var id: Int { self.list.id }
    var name: String { NameText.short(self.list.facts.issuer) }
    static let noun = Phrase.nounRevocationList

    static func rows(_ state: ConsoleState) -> [RevocationRow] {
        (state.selectedStore?.revocationLists ?? []).map {
            RevocationRow(list: $0, now: state.counters?.time)
        }
    }

    static let columns: [Column<RevocationRow>] = [
        .number("id", .columnID, 3...4, priority: 12, words: Phrase.toldList) { Double($0.id) },
        .text(
            "issuer",
            .columnIssuer,
            12...28,
            priority: 20,
            role: .textStrong,
            grows: true,
            words: Phrase.toldIssuer
        ) { $0.name },
        .number("entries", .columnEntries, 7...8, priority: 8, words: Phrase.toldEntries) {
            Double($0.list.facts.entries)
        },
        Column(
            name: "next",
            title: .columnNext,
            kind: .remaining,
            minimum: 12,
            ideal: 16,
            priority: 16,
            values: { row in
                row.list.facts.nextUpdate.map { [.number(Double($0.microseconds))] } ?? []
            },
            field: { row, context in
                let state = ListState(row.list, now: context.now)
                return Table.Field(text: context.language(state.next), role: state.role)
            },
            words: { row, _ in .labelNext + " " + ListState(row.list, now: row.now).words }
        ),
        Column(
            name: "state",
            title: .columnState,
            kind: .text,
            minimum: 7,
            ideal: 7,
            priority: 18,
            values: { [.text(ListState($0.list, now: $0.now).word)] },
            field: { row, context in
                let state = ListState(row.list, now: context.now)
                return Table.Field(text: state.word, role: state.role)
            },
            words: { _, cell in cell == "ok" ? nil : Phrase(verbatim: cell) }
        ),
        .text("file", .columnFile, 8...24, priority: 2, role: .textMuted, keep: .end) {
            $0.list.source.path
        },
    ]
}
