/// Columns and rows of a terminal, or of a part of it.
struct Size: Hashable, Sendable {
    var columns: Int
    var rows: Int
}

/// A part of a canvas; the origin is the upper left cell.
///
/// Empty when a side is not positive.
struct Rect: Hashable, Sendable {
    var column: Int
    var row: Int
    var columns: Int
    var rows: Int

    init(column: Int, row: Int, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    /// The part inside a frame one cell thick.
    var inner: Rect {
        Rect(column: self.column + 1, row: self.row + 1, columns: self.columns - 2, rows: self.rows - 2)
    }

    var endRow: Int { self.row + self.rows }
    var endColumn: Int { self.column + self.columns }

    /// The upper `rows` and what is left below them.
    func splitTop(_ rows: Int) -> (Rect, Rect) {
        let upper = min(max(0, rows), self.rows)
        return (
            Rect(column: self.column, row: self.row, columns: self.columns, rows: upper),
            Rect(
                column: self.column,
                row: self.row + upper,
                columns: self.columns,
                rows: self.rows - upper
            )
        )
    }

    /// The left `columns` and what is left beside them.
    func splitLeft(_ columns: Int) -> (Rect, Rect) {
        let left = min(max(0, columns), self.columns)
        return (
            Rect(column: self.column, row: self.row, columns: left, rows: self.rows),
            Rect(column: self.column + left, row: self.row, columns: self.columns - left, rows: self.rows)
        )
    }

    /// A rectangle of at most this size in the middle of this one.
    func centred(columns: Int, rows: Int) -> Rect {
        let width = min(columns, self.columns)
        let height = min(rows, self.rows)
        return Rect(
            column: self.column + (self.columns - width) / 2,
            row: self.row + (self.rows - height) / 2,
            columns: width,
            rows: height
        )
    }
}
