/// Rows and columns that give way when there is not enough room.
struct Table: Sendable {
    struct Column: Sendable {
        let title: String
        /// Cells it needs to be of any use.
        let minimum: Int
        /// Cells it takes when there is room.
        let ideal: Int
        /// Takes what is left over.
        var grows = false
        /// Columns with the smallest go first; the last to go are name, state and mode.
        let priority: Int
        var alignment: Canvas.Alignment = .left
        var keep: TextShaping.Keep = .start
        /// The order of the rows is this column's.
        var sort: Sort?
    }

    enum Sort: Hashable, Sendable {
        case ascending, descending
    }

    struct Field: Sendable {
        let text: String
        var role: Role = .text
    }

    let columns: [Column]
    let rows: [[Field]]
    /// The row with the cursor.
    let selected: Int?
    let isFocused: Bool
    /// The first row to draw.
    let top: Int

    /// Which columns are drawn, and how wide; at least the most important one.
    static func layout(_ columns: [Column], width: Int) -> [(index: Int, width: Int)] {
        var shown = Array(columns.indices)
        func total() -> Int { shown.reduce(0) { $0 + columns[$1].minimum } + max(0, shown.count - 1) }
        while shown.count > 1, total() > width,
            let least = shown.min(by: { columns[$0].priority < columns[$1].priority })
        {
            shown.removeAll { $0 == least }
        }
        var widths = shown.map { columns[$0].minimum }
        var rest = width - total()
        // The most important columns get their ideal width first.
        for position in shown.indices.sorted(by: { columns[shown[$0]].priority > columns[shown[$1]].priority }
        ) {
            let more = max(0, min(rest, columns[shown[position]].ideal - widths[position]))
            widths[position] += more
            rest -= more
        }
        if rest > 0, let growing = shown.indices.first(where: { columns[shown[$0]].grows }) {
            widths[growing] += rest
        }
        if shown.count == 1 { widths[0] = min(widths[0], max(0, width)) }
        return Array(zip(shown, widths)).map { (index: $0.0, width: $0.1) }
    }

    /// Draws the titles in the first row of the rectangle and the rows below them.
    func draw(into canvas: inout Canvas, rect: Rect) {
        let pointerWidth = 3
        let layout = Self.layout(self.columns, width: rect.columns - pointerWidth - 1)
        var column = rect.column + pointerWidth
        for (index, width) in layout {
            let spec = self.columns[index]
            let mark =
                switch spec.sort {
                case .ascending: String(canvas.glyphs.up)
                case .descending: String(canvas.glyphs.down)
                case nil: ""
                }
            canvas.write(
                spec.title + mark,
                column: column,
                row: rect.row,
                width: width,
                role: spec.sort == nil ? .tableHeader : .tableSorted,
                alignment: spec.alignment
            )
            column += width + 1
        }
        for (offset, fields) in self.rows.dropFirst(self.top).prefix(max(0, rect.rows - 1)).enumerated() {
            let row = rect.row + 1 + offset
            var column = rect.column + pointerWidth
            for (index, width) in layout {
                canvas.write(
                    fields[index].text,
                    column: column,
                    row: row,
                    width: width,
                    role: fields[index].role,
                    alignment: self.columns[index].alignment,
                    keep: self.columns[index].keep
                )
                column += width + 1
            }
            guard self.top + offset == self.selected else { continue }
            canvas.write(
                String(canvas.glyphs.pointer),
                column: rect.column + 1,
                row: row,
                width: 1,
                role: .text
            )
            canvas.paint(
                row: row,
                columns: rect.column..<rect.endColumn,
                role: self.isFocused ? .selection : .selectionUnfocused
            )
            if self.isFocused { canvas.cursor = (rect.column + 1, row) }
        }
    }
}
