/// What lies over a page: help, details, menus, the palette.
enum PopupScreen {
    static func draw(_ overlay: Overlay, state: ConsoleState, into canvas: inout Canvas) {
        switch overlay {
        case .help(let help):
            self.draw(HelpText.detail(help, state), scroll: help.scroll, state, &canvas)
        case .detail(let detail, let scroll): self.draw(detail, scroll: scroll, state, &canvas)
        case .menu(let menu): self.draw(menu, state, &canvas)
        case .palette(let palette): self.draw(palette, state, &canvas)
        case .files(let picker): FilePickerScreen.draw(picker, state, into: &canvas)
        case .revisions(let revisions): RevisionsScreen.draw(revisions, state, into: &canvas)
        }
    }

    // MARK: Texts to read

    private static func draw(
        _ detail: Detail,
        scroll: Int,
        _ state: ConsoleState,
        _ canvas: inout Canvas
    ) {
        let rect = self.readingRect(state)
        canvas.fill(rect, role: .text)
        let inner = rect.padded
        let rows = detail.rows(width: inner.columns, glyphs: canvas.glyphs).count
        let first = max(0, min(scroll, rows - inner.rows))
        let note = Phrase.range(first + 1, min(rows, first + inner.rows), of: rows)
        canvas.frame(
            rect,
            title: detail.title,
            isFocused: true,
            note: rows > inner.rows ? canvas.language(note) : ""
        )
        detail.draw(into: &canvas, rect: inner, scroll: first)
        canvas.cursor = (rect.column + 1, rect.row + 1)
    }

    /// Rows of the content at the present size.
    static func rowCount(_ overlay: Overlay, state: ConsoleState) -> Int {
        let detail: Detail
        switch overlay {
        case .help(let help): detail = HelpText.detail(help, state)
        case .detail(let shown, _): detail = shown
        case .menu, .palette, .files, .revisions: return 0
        }
        // Rows are the same in both sets of glyphs, but for names outside ASCII.
        return detail.rows(width: self.readingRect(state).padded.columns, glyphs: .unicode).count
    }

    static func visibleRows(_ state: ConsoleState) -> Int { self.readingRect(state).padded.rows }

    private static func readingRect(_ state: ConsoleState) -> Rect {
        let body = state.layout.body
        return body.centred(columns: 110, rows: body.rows)
    }

    // MARK: Menus

    private static func draw(_ menu: Menu, _ state: ConsoleState, _ canvas: inout Canvas) {
        let say = canvas.language
        let body = state.layout.body
        let labelWidth = min(40, menu.items.map { canvas.width(say($0.label)) }.max() ?? 0)
        // Of one width, whatever strangers have written into what is offered.
        let rect = body.centred(columns: 84, rows: menu.items.count + 2)
        canvas.fill(rect, role: .dialogue)
        canvas.frame(rect, title: say(menu.title), isFocused: true)
        let inner = rect.inner
        let top = max(0, min(menu.index - inner.rows / 2, menu.items.count - inner.rows))
        for (offset, item) in menu.items.dropFirst(top).prefix(inner.rows).enumerated() {
            let row = inner.row + offset
            let index = top + offset
            let role: Role = item.line == nil ? .hintDisabled : .dialogue
            if index < 9 {
                canvas.write("\(index + 1)", column: inner.column + 3, row: row, width: 1, role: .hintKey)
            }
            canvas.write(item.label, column: inner.column + 5, row: row, width: labelWidth, role: role)
            canvas.write(
                item.note,
                column: inner.column + labelWidth + 7,
                row: row,
                width: inner.columns - labelWidth - 8,
                role: .textMuted
            )
            guard index == menu.index else { continue }
            self.markSelected(row, inner, &canvas)
        }
    }

    private static func markSelected(_ row: Int, _ inner: Rect, _ canvas: inout Canvas) {
        canvas.write(
            String(canvas.glyphs.pointer),
            column: inner.column + 1,
            row: row,
            width: 1,
            role: .dialogue
        )
        canvas.paint(row: row, columns: inner.column..<inner.endColumn, role: .selection)
        canvas.cursor = (inner.column + 1, row)
    }

    // MARK: Palette

    private static func draw(_ palette: Palette, _ state: ConsoleState, _ canvas: inout Canvas) {
        let say = canvas.language
        let body = state.layout.body
        let candidates = PaletteSearch.candidates(palette.text, state)
        let rect = body.centred(columns: 100, rows: min(body.rows, 18))
        canvas.fill(rect, role: .dialogue)
        canvas.frame(
            rect,
            title: say(.commandTitle),
            isFocused: true,
            note: say(candidates.isEmpty ? .noMatches : .matches(candidates.count))
        )
        let inner = rect.inner
        var column = canvas.write(
            ": ",
            column: inner.column + 1,
            row: inner.row,
            width: 2,
            role: .hintKey
        )
        column += inner.column + 1
        let used = canvas.write(
            palette.text,
            column: column,
            row: inner.row,
            width: inner.columns - 5,
            role: .field,
            keep: .end
        )
        let caret = (column + used, inner.row)
        let (list, note) = Rect(
            column: inner.column,
            row: inner.row + 1,
            columns: inner.columns,
            rows: inner.rows - 1
        ).splitTop(max(1, inner.rows - 2))
        let lineWidth = min(
            list.columns / 2,
            max(16, candidates.map { canvas.width($0.line) }.max() ?? 0)
        )
        let top = max(0, min(palette.index - list.rows / 2, candidates.count - list.rows))
        for (offset, candidate) in candidates.dropFirst(top).prefix(list.rows).enumerated() {
            let row = list.row + offset
            canvas.write(
                candidate.line,
                column: list.column + 3,
                row: row,
                width: lineWidth,
                role: candidate.isEnabled ? .textStrong : .hintDisabled
            )
            canvas.write(
                candidate.note,
                column: list.column + lineWidth + 5,
                row: row,
                width: list.columns - lineWidth - 6,
                role: .textMuted
            )
            if top + offset == palette.index { self.markSelected(row, list, &canvas) }
        }
        canvas.write(
            .paletteNote,
            column: note.column + 1,
            row: note.row,
            width: note.columns - 2,
            role: .textMuted
        )
        canvas.cursor = caret
        canvas.isCaretVisible = true
    }
}
