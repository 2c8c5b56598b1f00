/// What lies over a page: help and details.
enum PopupScreen {
    static func draw(_ overlay: Overlay, state: ConsoleState, into canvas: inout Canvas) {
        let rect = self.rect(overlay, state: state)
        canvas.fill(rect, role: .text)
        let (detail, scroll) = self.content(overlay, state: state)
        let inner = self.content(of: rect)
        let rows = detail.rows(width: inner.columns, glyphs: canvas.glyphs).count
        let first = max(0, min(scroll, rows - inner.rows))
        let note = rows > inner.rows ? "\(first + 1)-\(min(rows, first + inner.rows)) of \(rows)" : ""
        canvas.frame(rect, title: detail.title, isFocused: true, note: note)
        detail.draw(into: &canvas, rect: inner, scroll: first)
        canvas.cursor = (rect.column + 1, rect.row + 1)
    }

    /// Rows of the content at the present size.
    static func rowCount(_ overlay: Overlay, state: ConsoleState) -> Int {
        let inner = self.content(of: self.rect(overlay, state: state))
        // Rows are the same in both sets of glyphs, but for names outside ASCII.
        return self.content(overlay, state: state).0.rows(width: inner.columns, glyphs: .unicode).count
    }

    private static func content(_ overlay: Overlay, state: ConsoleState) -> (Detail, Int) {
        switch overlay {
        case .help(let scroll): (HelpText.detail(state), scroll)
        case .detail(let detail, let scroll): (detail, scroll)
        }
    }

    private static func rect(_ overlay: Overlay, state: ConsoleState) -> Rect {
        let body = state.layout.body
        return body.centred(columns: 110, rows: body.rows)
    }

    private static func content(of rect: Rect) -> Rect {
        let inner = rect.inner
        return Rect(column: inner.column + 1, row: inner.row, columns: inner.columns - 2, rows: inner.rows)
    }
}
