/// A row of a list that has been told, and how to find it again when other rows have come or gone.
struct ToldRow: Sendable {
    let sentence: String
    /// Puts the cursor of a list on it; false when it has gone.
    let select: @Sendable (inout any ListControl) -> Bool
}

extension ListView {
    /// The sentence that tells a row: its cells in words, those that are hidden left out.
    func sentence(of row: Row, _ context: DrawContext) -> String {
        let columns = Self.drawn.filter { !self.hidden.contains($0.name) && $0.appears(self.rows) }
        var words = columns.compactMap { column in
            let cell = column.field(row, context).text
            return column.words(row, cell == context.none.text ? "" : cell)
        }
        if self.marks.contains(row.id) { words.append(.rowMarked) }
        return context.language(words.filter { $0 != .empty }.joined())
    }

    func told(_ range: Range<Int>, _ context: DrawContext) -> [ToldRow] {
        self.rows[range].map { row in
            ToldRow(sentence: self.sentence(of: row, context)) { control in
                guard var list = control as? Self, list.ids.contains(row.id) else { return false }
                list.select(row.id)
                control = list
                return true
            }
        }
    }
}
