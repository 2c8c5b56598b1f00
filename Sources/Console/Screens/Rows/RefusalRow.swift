import Model

/// Failures of one cause in the list of refusals.
struct RefusalRow: ListRow {
    let group: RefusalGroups.Group

    var id: RefusalGroups.Key { self.group.id }
    var numbers: [UInt64] { self.group.numbers }
    var name: String { self.group.id.outcome.shortWord ?? "" }
    static let noun = Phrase.nounRefusals

    static func rows(_ state: ConsoleState) -> [RefusalRow] {
        state.refusalGroups.all.filter { $0.count > 0 }
            .sorted { ($0.last, $1.id.origin) > ($1.last, $0.id.origin) }
            .map { RefusalRow(group: $0) }
    }

    /// `ClientCertUntrusted`, `Unmapped: no-cert`.
    static func code(_ outcome: HandshakeOutcome) -> String {
        switch outcome {
        case .success: ""
        case .refused(let reason): reason.rawValue
        case .failed(let detail): "Unmapped: \(detail.rawValue)"
        }
    }

    static let columns: [Column<RefusalRow>] = [
        .number(
            "count",
            .columnCount,
            6...6,
            priority: 20,
            role: { _ in .stateFail },
            words: Phrase.toldFailures
        ) { Double($0.group.count) },
        Column(
            name: "reason",
            title: .columnReason,
            kind: .text,
            minimum: 9,
            ideal: 11,
            priority: 19,
            values: { row in
                [Self.code(row.id.outcome), row.id.outcome.shortWord].compactMap { $0 }.map { .text($0) }
            },
            field: { row, _ in Table.Field(text: row.name, role: .logReason) },
            words: { _, cell in Phrase(verbatim: cell) }
        ),
        Self.origin,
        .text("listener", .columnListener, 8...14, priority: 16, words: Phrase.toldListener) {
            $0.group.listenerName
        },
        Column(
            name: "last",
            title: .columnLast,
            kind: .age,
            minimum: 8,
            ideal: 8,
            priority: 5,
            values: { [.number(Double($0.group.last.microseconds))] },
            field: { row, context in
                Table.Field(
                    text: String(context.zone.shown(row.group.last).clockMilliseconds.prefix(8)),
                    role: .logTime
                )
            },
            words: { _, cell in .toldLast(cell) }
        ),
    ]

    /// Where the clients come from: the issuer of their certificates, or their network.
    private static let origin: Column<RefusalRow> = {
        var column = Column<RefusalRow>.text(
            "origin",
            .columnOrigin,
            16...24,
            priority: 17,
            grows: true
        ) { row in row.id.isNetwork ? row.id.origin : NameText.short(row.id.origin) }
        column.words = { row, cell in row.id.isNetwork ? .toldFrom(cell) : .toldIssuer(cell) }
        return column
    }()
}
