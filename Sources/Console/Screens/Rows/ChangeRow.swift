import Model

/// A change in the list of changes.
struct ChangeRow: ListRow {
    let change: ChangeRecord
    /// What it has to do with a trial or another change.
    let state: String
    let role: Role

    var id: Int64 { self.change.number }
    var name: String { "#\(self.change.number)" }
    static let noun = Phrase.nounChange

    static func rows(_ state: ConsoleState) -> [ChangeRow] {
        state.changes.map { change in
            let origin = self.origin(change, state)
            return ChangeRow(
                change: change,
                state: origin.map { state.language($0.text) } ?? "",
                role: origin?.role ?? .text
            )
        }
    }

    /// What a change has to do with a trial or another change; nil for one that stands for itself.
    static func origin(_ change: ChangeRecord, _ state: ConsoleState) -> (text: Phrase, role: Role)? {
        switch change.origin {
        case .keep(let number): return (.originKeep(number), .stateOk)
        case .undo(let number): return (.originUndo(number), .stateWarn)
        case .rollback(let number, _): return (.originRollback(number), .stateWarn)
        case .trial(let until):
            if state.view?.trials?.contains(where: { $0.change == change.number }) == true {
                return (
                    .originTrial(String(state.settings.zone.shown(until).clockMilliseconds.prefix(8))),
                    .stateTrial
                )
            }
            fallthrough
        case nil:
            // What became of it stands in a later change.
            for later in state.changes where later.number > change.number {
                switch later.origin {
                case .keep(change.number): return (.originKept(later.author.name), .stateOk)
                case .undo(change.number): return (.originUndone(later.author.name), .stateWarn)
                case .rollback(change.number, _): return (.originRolledBack, .stateWarn)
                default: continue
                }
            }
            return nil
        }
    }

    /// `listener edge-api`, and how many more.
    private var object: String {
        guard let first = self.change.lines.first else { return "" }
        let more = self.change.lines.count - 1
        return more > 0 ? "\(first.resource) +\(more)" : first.resource
    }

    /// What was done to it, in short.
    private var summary: String {
        guard let first = self.change.lines.first else { return "" }
        // The number of a revision says less than what is in it.
        let details =
            first.details.filter { !$0.hasPrefix("bundle revision ") }
            + first.details.filter { $0.hasPrefix("bundle revision ") }
        return details.isEmpty ? first.verb.rawValue : details.joined(separator: ", ")
    }

    static let columns: [Column<ChangeRow>] = [
        .number("number", .columnNumber, 4...6, priority: 20, words: { Phrase(verbatim: "#\($0)") }) {
            Double($0.change.number)
        },
        Column(
            name: "when",
            title: .columnWhen,
            kind: .time,
            minimum: 11,
            ideal: 16,
            priority: 18,
            values: { [.number(Double($0.change.time.microseconds))] },
            field: { row, context in
                Table.Field(
                    text: Figures.moment(row.change.time, now: context.now, in: context.zone),
                    role: .logTime
                )
            },
            words: { _, cell in Phrase(verbatim: cell) }
        ),
        .text("who", .columnWho, 6...12, priority: 17, words: Phrase.toldBy) { $0.change.author.name },
        .text("via", .columnVia, 7...14, priority: 5, role: .textMuted) { $0.change.author.via },
        Column(
            name: "object",
            title: .columnObject,
            kind: .text,
            minimum: 22,
            ideal: 28,
            priority: 16,
            values: { row in row.change.lines.map { .text($0.resource) } },
            field: { row, _ in Table.Field(text: row.object, role: .textStrong) },
            words: { _, cell in Phrase(verbatim: cell) }
        ),
        Column(
            name: "change",
            title: .columnChange,
            kind: .text,
            minimum: 20,
            ideal: 40,
            grows: true,
            priority: 15,
            values: { row in row.change.lines.map { .text($0.description) } },
            field: { row, _ in Table.Field(text: row.summary) },
            words: { _, cell in Phrase(verbatim: cell) }
        ),
        Column(
            name: "state",
            title: .columnState,
            kind: .text,
            minimum: 12,
            ideal: 22,
            priority: 14,
            appears: { rows in rows.contains { !$0.state.isEmpty } },
            values: { $0.state.isEmpty ? [] : [.text($0.state)] },
            field: { row, _ in Table.Field(text: row.state, role: row.role) },
            words: { _, cell in cell.isEmpty ? nil : Phrase(verbatim: cell) }
        ),
        .number("generation", .columnGeneration, 5...6, priority: 3, role: { _ in .textMuted }) {
            Double($0.change.generation)
        },
    ]
}
