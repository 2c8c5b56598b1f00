/// What dialogues that ask before a change have in common.
enum DialogueParts {
    /// What is asked to be typed, and the field for it.
    static func drawField(
        _ label: String,
        _ text: String,
        isFocused: Bool,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        var column = inner.column
        column += canvas.write(label, column: column, row: row, width: inner.columns, role: .dialogue)
        TextField(text: text, isFocused: isFocused).draw(
            into: &canvas,
            column: column,
            row: row,
            width: min(40, inner.endColumn - column)
        )
    }

    /// The buttons of the last row, side by side.
    static func drawButtons(
        _ buttons: [(text: Phrase, isFocused: Bool, isEnabled: Bool)],
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        var column = inner.column + max(0, (inner.columns - 30) / 2)
        for (text, isFocused, isEnabled) in buttons {
            if isFocused { canvas.cursor = (column + 2, row) }
            column +=
                canvas.write(
                    "[ \(canvas.language(text)) ]",
                    column: column,
                    row: row,
                    width: inner.endColumn - column,
                    role: isFocused ? .buttonFocus : isEnabled ? .button : .hintDisabled
                ) + 8
        }
    }
}
