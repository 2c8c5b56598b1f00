/// A grid of cells that a page is drawn into, all of it, every time.
struct Canvas: Hashable, Sendable {
    let size: Size
    let glyphs: Glyphs
    let language: Language
    /// In which times of day are written.
    var zone: ClockZone = .utc
    /// What a click means something on.
    private(set) var hits: [Hit] = []
    private(set) var cells: [Cell]
    /// Where the terminal's cursor is parked: the selected row or the caret.
    ///
    /// Screen readers follow it.
    var cursor: (column: Int, row: Int)? {
        get { self.cursorColumn >= 0 ? (self.cursorColumn, self.cursorRow) : nil }
        set { (self.cursorColumn, self.cursorRow) = newValue.map { ($0.column, $0.row) } ?? (-1, 0) }
    }
    /// Whether the cursor is to be seen: only while text is typed.
    var isCaretVisible = false
    private var cursorColumn = -1
    private var cursorRow = 0

    init(size: Size, glyphs: Glyphs, language: Language = .english) {
        self.size = size
        self.glyphs = glyphs
        self.language = language
        self.cells = Array(repeating: .blank(.text), count: max(0, size.columns) * max(0, size.rows))
    }

    /// Says what a click in a part of a row is about.
    mutating func mark(row: Int, columns: Range<Int>, as target: Hit.Target) {
        self.hits.append(Hit(row: row, columns: columns, target: target))
    }

    var bounds: Rect { Rect(column: 0, row: 0, columns: self.size.columns, rows: self.size.rows) }

    func row(_ row: Int) -> ArraySlice<Cell> {
        self.cells[(row * self.size.columns)..<((row + 1) * self.size.columns)]
    }

    /// The characters of one row, without trailing spaces.
    func text(row: Int) -> String {
        var text = self.row(row).reduce(into: "") { $0 += $1.text }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// All rows, each with its line end.
    var text: String { (0..<self.size.rows).map { self.text(row: $0) + "\n" }.joined() }

    /// Blanks a rectangle.
    mutating func fill(_ rect: Rect, role: Role) {
        for row in rect.row..<rect.endRow {
            for column in rect.column..<rect.endColumn {
                self.set(.blank(role), column: column, row: row)
            }
        }
    }

    /// Gives every cell of a row one role, whatever it had.
    mutating func paint(row: Int, columns: Range<Int>, role: Role) {
        guard (0..<self.size.rows).contains(row) else { return }
        for column in columns where (0..<self.size.columns).contains(column) {
            self.cells[row * self.size.columns + column].role = role
        }
    }

    /// Writes text into `width` cells of a row, cut to fit.
    ///
    /// - Returns: how many cells were written, without padding.
    @discardableResult
    mutating func write(
        _ text: some StringProtocol,
        column: Int,
        row: Int,
        width: Int,
        role: Role,
        alignment: Alignment = .left,
        keep: TextShaping.Keep = .start
    ) -> Int {
        let room = min(width, self.size.columns - column)
        guard room > 0, (0..<self.size.rows).contains(row) else { return 0 }
        let shaped = TextShaping.fit(text, width: room, role: role, glyphs: self.glyphs, keep: keep)
        self.put(shaped.cells, column: column, row: row, width: room, alignment: alignment)
        return shaped.cells.count
    }

    /// Writes a text of ours in the canvas' language.
    @discardableResult
    mutating func write(
        _ phrase: Phrase,
        column: Int,
        row: Int,
        width: Int,
        role: Role,
        alignment: Alignment = .left,
        keep: TextShaping.Keep = .start
    ) -> Int {
        self.write(
            self.language(phrase),
            column: column,
            row: row,
            width: width,
            role: role,
            alignment: alignment,
            keep: keep
        )
    }

    /// Columns that a text takes when nothing is cut.
    func width(_ text: String) -> Int { TextShaping.width(text, glyphs: self.glyphs) }

    enum Alignment: Hashable, Sendable {
        case left
        case right
    }

    /// Puts cells that are already shaped.
    mutating func put(
        _ cells: [Cell],
        column: Int,
        row: Int,
        width: Int,
        alignment: Alignment = .left
    ) {
        var position = column + (alignment == .right ? max(0, width - cells.count) : 0)
        for cell in cells {
            self.set(cell, column: position, row: row)
            position += 1
        }
    }

    /// Writes one cell; a wide character of which only half would be left becomes a space.
    private mutating func set(_ cell: Cell, column: Int, row: Int) {
        guard (0..<self.size.rows).contains(row), (0..<self.size.columns).contains(column) else {
            return
        }
        let index = row * self.size.columns + column
        let isAtEdge = column == self.size.columns - 1
        if self.cells[index].width == 0, cell.width != 0, column > 0 {
            self.cells[index - 1] = .blank(self.cells[index - 1].role)
        }
        if self.cells[index].width == 2, cell.width != 2, !isAtEdge, self.cells[index + 1].width == 0 {
            self.cells[index + 1] = .blank(self.cells[index + 1].role)
        }
        self.cells[index] = cell.width == 2 && isAtEdge ? .blank(cell.role) : cell
    }

    /// Draws a frame around a rectangle, with a title in its upper edge.
    mutating func frame(_ rect: Rect, title: String, isFocused: Bool, note: String = "") {
        guard rect.columns >= 2, rect.rows >= 2 else { return }
        let box = isFocused ? self.glyphs.focused : self.glyphs.plain
        let role: Role = isFocused ? .frameFocus : .frame
        let horizontal = String(repeating: box.horizontal, count: rect.columns - 2)
        let top = "\(box.corners[0])\(horizontal)\(box.corners[1])"
        let bottom = "\(box.corners[2])\(horizontal)\(box.corners[3])"
        self.write(top, column: rect.column, row: rect.row, width: rect.columns, role: role)
        self.write(bottom, column: rect.column, row: rect.endRow - 1, width: rect.columns, role: role)
        for row in (rect.row + 1)..<(rect.endRow - 1) {
            self.write(String(box.vertical), column: rect.column, row: row, width: 1, role: role)
            self.write(String(box.vertical), column: rect.endColumn - 1, row: row, width: 1, role: role)
        }
        var used = 0
        if !title.isEmpty, rect.columns >= 8 {
            used = self.write(
                " \(title) ",
                column: rect.column + 2,
                row: rect.row,
                width: rect.columns - 4,
                role: isFocused ? .titleFocus : .title
            )
        }
        let room = rect.columns - 6 - used
        if !note.isEmpty, TextShaping.width(note, glyphs: self.glyphs) + 2 <= room {
            self.write(
                " \(note) ",
                column: rect.column + 3 + used,
                row: rect.row,
                width: room,
                role: .textMuted,
                alignment: .right
            )
        }
    }
}
