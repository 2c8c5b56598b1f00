import Model

/// Page 5: why handshakes fail, cause by cause, and what mends it.
enum RefusalsScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let body = state.layout.body
        if state.refusals.count == 0 {
            ConsoleScreen.drawNotice(ConsoleScreen.emptiness(state), in: body, &canvas)
            return
        }
        let isFocused = state.overlay == nil && state.dialogue == nil
        let list: Rect
        let pane: Rect
        if state.isZoomed {
            (list, pane) = body.splitTop(0)
        } else if state.layout.isNarrow {
            // The explanation is what is read: the list gets what its rows need, a third at most.
            let rows = max(4, min(state.refusals.count + 1, body.rows / 3))
            (list, pane) = state.layout.hasLowerPane ? body.splitTop(rows) : body.splitTop(body.rows)
        } else {
            let (left, right) = body.splitLeft(body.columns * 2 / 5)
            canvas.frame(left, title: canvas.language(.refusalsTitle), isFocused: isFocused)
            (list, pane) = (left.inner, right)
        }
        if list.rows > 1 {
            let isWide = list.rows > state.refusals.count + 10 && !state.layout.isNarrow
            let (rows, lower) = isWide ? list.splitTop(max(3, state.refusals.count + 1)) : (list, list)
            state.refusals.draw(
                into: &canvas,
                rect: rows,
                isFocused: isFocused,
                now: state.counters?.time
            )
            if isWide { self.drawClients(state, lower, &canvas) }
        }
        if pane.rows > 2 { self.drawInspector(state, pane, &canvas) }
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        (FooterScreen.status(of: state.refusals, .causes(state.refusals.count)), .textMuted)
    }

    /// Who fails for the selected cause, and when.
    private static func drawClients(_ state: ConsoleState, _ rect: Rect, _ canvas: inout Canvas) {
        guard let group = state.refusals.selected?.group, rect.rows > 3 else { return }
        let width = min(RefusalGroups.minutes, rect.columns - 4)
        canvas.write(
            Sparkline.text(group.perMinute, width: width, glyphs: canvas.glyphs),
            column: rect.column + 2,
            row: rect.row + 1,
            width: width,
            role: .chartFail
        )
        canvas.write(
            .lastOf(Figures.count(group.count)),
            column: rect.column + 3 + width,
            row: rect.row + 1,
            width: rect.columns - width - 4,
            role: .textMuted
        )
        let clients = group.topClients
        for (offset, client) in clients.prefix(rect.rows - 3).enumerated() {
            let row = rect.row + 3 + offset
            canvas.write(
                client.address.description,
                column: rect.column + 2,
                row: row,
                width: rect.columns - 10,
                role: .text
            )
            canvas.write(
                Figures.count(client.count),
                column: rect.endColumn - 8,
                row: row,
                width: 6,
                role: .text,
                alignment: .right
            )
        }
    }

    private static func drawInspector(_ state: ConsoleState, _ pane: Rect, _ canvas: inout Canvas) {
        guard let row = state.refusals.selected else { return }
        guard let entry = state.selectedRefusal else {
            canvas.frame(pane, title: RefusalRow.code(row.id.outcome), isFocused: false)
            ConsoleScreen.drawNotice([.recordGone], in: pane.inner, &canvas)
            return
        }
        let place = row.numbers.firstIndex(of: entry.number) ?? row.numbers.count - 1
        ConsoleScreen.drawPane(
            Inspection.detail(entry, row.group, state),
            in: pane,
            note: .place(place + 1, of: row.numbers.count),
            &canvas
        )
    }
}
