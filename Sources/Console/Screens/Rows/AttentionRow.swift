import Model

extension AttentionItem: ListRow {
    var name: String { self.object }
    static let noun = Phrase.nounAlarm

    static let columns: [Column<AttentionItem>] = [
        Column(
            name: "level",
            title: .columnState,
            kind: .text,
            minimum: 5,
            ideal: 7,
            priority: 20,
            values: { [.text($0.level.word)] },
            field: { row, context in
                let glyph =
                    switch row.level {
                    case .fail: context.glyphs.fail
                    case .trial: context.glyphs.trial
                    case .warn: context.glyphs.warn
                    }
                let role: Role =
                    switch row.level {
                    case .fail: .stateFail
                    case .trial: .stateTrial
                    case .warn: .stateWarn
                    }
                let mark = context.glyphs.isUnicode ? "\(glyph) " : ""
                return Table.Field(text: mark + row.level.word, role: role)
            },
            words: { row, _ in Phrase(verbatim: row.level.word) }
        ),
        .text("object", .columnObject, 8...14, priority: 19, role: .textStrong, words: Phrase.init(verbatim:))
        {
            $0.object
        },
        Column(
            name: "sentence",
            title: .columnSentence,
            kind: .text,
            minimum: 20,
            ideal: 200,
            grows: true,
            priority: 18,
            values: { [.text($0.sentence.english)] },
            field: { row, context in Table.Field(text: context.language(row.sentence)) },
            words: { row, _ in row.sentence }
        ),
        Column(
            name: "keys",
            title: .columnSentence,
            kind: .text,
            minimum: 16,
            ideal: 16,
            priority: 17,
            alignment: .right,
            values: { _ in [] },
            field: { row, context in
                let keys: Phrase =
                    switch row.place {
                    case .change: .attentionKeep
                    case .nowhere: .empty
                    default: .attentionOpen
                    }
                return Table.Field(text: context.language(keys), role: .textMuted)
            }
        ),
    ]
}
