/// A text that is being typed in a dialogue, between brackets.
struct TextField {
    let text: String
    let isFocused: Bool

    func draw(into canvas: inout Canvas, column: Int, row: Int, width: Int) {
        let role: Role = self.isFocused ? .fieldFocus : .field
        let blank = String(repeating: "_", count: max(0, width - 2))
        canvas.write("[\(blank)]", column: column, row: row, width: width, role: role)
        let used = canvas.write(
            self.text,
            column: column + 1,
            row: row,
            width: width - 2,
            role: role,
            keep: .end
        )
        guard self.isFocused else { return }
        canvas.cursor = (column + 1 + min(used, width - 2), row)
        canvas.isCaretVisible = true
    }
}
