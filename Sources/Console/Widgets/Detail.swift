/// Facts about one thing, one below the other.
struct Detail: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        var label: String
        var text: String
        var role: Role = .text
        /// What is told to those who do not see it, where the text draws something; nil where it can be read.
        var words: String?
    }

    var title: String
    var lines: [Line]

    /// Columns of the labels.
    private func labelWidth(_ glyphs: Glyphs) -> Int {
        min(16, self.lines.map { TextShaping.width($0.label, glyphs: glyphs) }.max() ?? 0)
    }

    /// The facts broken to a width: label, text and role of each row.
    func rows(width: Int, glyphs: Glyphs) -> [Line] {
        let room = max(8, width - self.labelWidth(glyphs) - 1)
        return self.lines.flatMap { line -> [Line] in
            let pieces = TextShaping.wrap(line.text, width: room, glyphs: glyphs)
            guard let first = pieces.first else {
                return [Line(label: line.label, text: "", role: line.role)]
            }
            return [Line(label: line.label, text: first, role: line.role)]
                + pieces.dropFirst().map { Line(label: "", text: $0, role: line.role) }
        }
    }

    /// Draws the rows from `scroll` on into a rectangle.
    func draw(into canvas: inout Canvas, rect: Rect, scroll: Int = 0) {
        let rows = self.rows(width: rect.columns, glyphs: canvas.glyphs)
        let first = max(0, min(scroll, rows.count - rect.rows))
        let labelWidth = self.labelWidth(canvas.glyphs)
        for (offset, line) in rows.dropFirst(first).prefix(rect.rows).enumerated() {
            let row = rect.row + offset
            canvas.write(line.label, column: rect.column, row: row, width: labelWidth, role: .textMuted)
            canvas.write(
                line.text,
                column: rect.column + labelWidth + 1,
                row: row,
                width: rect.columns - labelWidth - 1,
                role: line.role
            )
        }
    }
}
