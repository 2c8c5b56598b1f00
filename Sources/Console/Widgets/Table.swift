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
    /// Rows that are marked.
    var marked: Set<Int> = []
    let isFocused: Bool
    /// The first row to draw.
    let top: Int
    /// Whether the first row is the titles'.
    var hasTitles = true
    /// What clicks on it are about; nil for a table that is only read.
    var clicks: Clicks?

    struct Clicks: Sendable {
        let list: String
        /// The first row drawn, among all of the list.
        let first: Int
        /// Names of the columns that can be sorted by; empty where none can.
        var columns: [String] = []
    }

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
        for position in shown.indices.sorted(by: {
            columns[shown[$0]].priority > columns[shown[$1]].priority
        }
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
        let layout = Self.layout(self.columns, width: rect.columns - Self.pointerWidth - 1)
        if self.hasTitles { self.drawTitles(layout, rect, &canvas) }
        let titleRows = self.hasTitles ? 1 : 0
        let visible = self.rows.dropFirst(self.top).prefix(max(0, rect.rows - titleRows))
        for (offset, fields) in visible.enumerated() {
            let row = rect.row + titleRows + offset
            var column = rect.column + Self.pointerWidth
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
            if let clicks {
                let target = Hit.Target.row(list: clicks.list, index: clicks.first + offset)
                canvas.mark(row: row, columns: rect.column..<rect.endColumn, as: target)
            }
            if self.marked.contains(self.top + offset) {
                canvas.write(
                    String(canvas.glyphs.mark),
                    column: rect.column + 2,
                    row: row,
                    width: 1,
                    role: .mark
                )
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

    /// Columns before the first: a mark and the pointer.
    private static let pointerWidth = 3

    private func drawTitles(
        _ layout: [(index: Int, width: Int)],
        _ rect: Rect,
        _ canvas: inout Canvas
    ) {
        var column = rect.column + Self.pointerWidth
        for (index, width) in layout {
            let spec = self.columns[index]
            let mark =
                switch spec.sort {
                case .ascending: String(canvas.glyphs.up)
                case .descending: String(canvas.glyphs.down)
                case nil: ""
                }
            // A title that is as wide as its column gives way to the mark, not the other way round.
            let title = TextShaping.fit(
                spec.title,
                width: max(1, width - mark.count),
                role: .tableHeader,
                glyphs: canvas.glyphs
            ).cells.reduce(into: "") { $0 += $1.text }
            canvas.write(
                title + mark,
                column: column,
                row: rect.row,
                width: width,
                role: spec.sort == nil ? .tableHeader : .tableSorted,
                alignment: spec.alignment
            )
            if let clicks, clicks.columns.indices.contains(index) {
                let target = Hit.Target.title(list: clicks.list, column: clicks.columns[index])
                canvas.mark(row: rect.row, columns: column..<(column + width), as: target)
            }
            column += width + 1
        }
    }
}
