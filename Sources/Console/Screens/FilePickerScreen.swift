/// Draws the search for a file.
enum FilePickerScreen {
    static func draw(_ picker: FilePicker, _ state: ConsoleState, into canvas: inout Canvas) {
        let say = canvas.language
        let body = state.layout.body
        let rect = body.centred(columns: 84, rows: body.rows)
        canvas.fill(rect, role: .dialogue)
        canvas.frame(rect, title: say(.filesTitle(picker.purpose, picker.store)), isFocused: true)
        let inner = rect.padded
        let place = picker.listing.map { Phrase(verbatim: $0.directory) } ?? .filesReading
        canvas.write(
            say(state.machine.map { .filesSent(place, to: $0) } ?? place),
            column: inner.column,
            row: inner.row,
            width: inner.columns,
            role: .textMuted,
            keep: .end
        )
        let label = say(.filesTyped) + " "
        var column = inner.column
        let row = inner.row + 1
        column += canvas.write(label, column: column, row: row, width: inner.columns, role: .textMuted)
        TextField(text: picker.typed, isFocused: true).draw(
            into: &canvas,
            column: column,
            row: row,
            width: min(50, inner.endColumn - column)
        )
        let caret = canvas.cursor
        let problem = picker.problem.map {
            TextShaping.wrap(say($0), width: inner.columns, glyphs: canvas.glyphs)
        }
        let note = problem ?? (picker.listing?.isCut == true ? [say(.filesCut)] : [])
        let list = Rect(
            column: inner.column,
            row: inner.row + 2,
            columns: inner.columns,
            rows: max(0, inner.rows - 2 - note.count)
        )
        self.drawEntries(picker, list, &canvas)
        for (offset, line) in note.enumerated() {
            canvas.write(
                line,
                column: inner.column,
                row: list.endRow + offset,
                width: inner.columns,
                role: problem == nil ? .textMuted : .fieldError
            )
        }
        canvas.cursor = caret
    }

    private static func drawEntries(_ picker: FilePicker, _ list: Rect, _ canvas: inout Canvas) {
        let entries = picker.entries
        if entries.isEmpty, picker.listing != nil {
            canvas.write(
                picker.isPath ? .filesPath : .filesNone,
                column: list.column + 2,
                row: list.row,
                width: list.columns - 2,
                role: .textMuted
            )
        }
        let top = max(0, min(picker.index - list.rows / 2, entries.count - list.rows))
        for (offset, entry) in entries.dropFirst(top).prefix(list.rows).enumerated() {
            let row = list.row + offset
            let isLikely = picker.purpose.endings.contains { entry.name.lowercased().hasSuffix($0) }
            canvas.write(
                entry.isDirectory ? "\(entry.name)/" : entry.name,
                column: list.column + 2,
                row: row,
                width: list.columns - 14,
                role: entry.isDirectory ? .dialogue : isLikely ? .textStrong : .textMuted
            )
            if !entry.isDirectory {
                canvas.write(
                    Figures.bytes(entry.size),
                    column: list.endColumn - 10,
                    row: row,
                    width: 10,
                    role: .textMuted,
                    alignment: .right
                )
            }
            guard top + offset == picker.index, !picker.isPath else { continue }
            canvas.write(
                String(canvas.glyphs.pointer),
                column: list.column,
                row: row,
                width: 1,
                role: .dialogue
            )
            canvas.paint(row: row, columns: list.column..<list.endColumn, role: .selection)
        }
    }
}

extension FilePicker.Purpose {
    /// How files of this kind are usually called.
    fileprivate var endings: [String] {
        self == .addRevocations ? [".crl", ".pem"] : [".pem", ".crt", ".cer"]
    }
}
