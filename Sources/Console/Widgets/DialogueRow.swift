/// A row of a dialogue, written from left to right: words, and fields that can have the focus.
struct DialogueRow {
    private let row: Int
    private let endColumn: Int
    private(set) var column: Int

    init(_ row: Int, in rect: Rect) {
        self.row = row
        self.endColumn = rect.endColumn
        self.column = rect.column
    }

    /// Columns that are left.
    var room: Int { max(0, self.endColumn - self.column) }

    mutating func write(_ text: String, _ role: Role, _ canvas: inout Canvas) {
        self.column += canvas.write(text, column: self.column, row: self.row, width: self.room, role: role)
    }

    /// Something to be changed; the cursor stands in the one that has the focus.
    mutating func field(
        _ text: String,
        isFocused: Bool,
        role: Role = .field,
        _ canvas: inout Canvas
    ) {
        if isFocused { canvas.cursor = (self.column + 1, self.row) }
        self.write(text, isFocused ? .fieldFocus : role, &canvas)
    }

    mutating func skip(_ columns: Int) { self.column += columns }
}
