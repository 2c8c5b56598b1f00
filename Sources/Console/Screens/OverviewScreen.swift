import Model

/// Page 1: whether anything is wrong, and where one presses.
enum OverviewScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        var rest = state.layout.body
        func take(_ rows: Int) -> Rect {
            let (upper, lower) = rest.splitTop(rows)
            rest = lower
            return upper
        }
        let isFocused = state.overlay == nil && state.dialogue == nil && state.prompt == nil
        let alarms = max(1, min(state.attention.count, max(3, rest.rows / 4)))
        self.drawAttention(
            state,
            take(min(rest.rows, alarms + 2)),
            isFocused && state.pane == 0,
            &canvas
        )
        let isTall = rest.rows >= 24
        if rest.rows >= 12 { OverviewCharts.draw(state, take(isTall ? 8 : 6), &canvas) }
        let hasChanges = rest.rows >= 16
        let listenerRows =
            hasChanges ? min(rest.rows - 7, max(4, state.listeners.count + 3)) : rest.rows
        let list = take(listenerRows)
        guard list.rows > 2 else { return }
        canvas.frame(
            list,
            title: canvas.language(.listenersTitle(state.listeners.count)),
            isFocused: isFocused && state.pane == 1
        )
        if state.listeners.count == 0 {
            ConsoleScreen.drawNotice([.noListeners], in: list.inner, &canvas)
        } else {
            state.listeners.draw(
                into: &canvas,
                rect: list.inner,
                isFocused: isFocused && state.pane == 1,
                now: state.counters?.time
            )
        }
        guard hasChanges, rest.rows > 2 else { return }
        canvas.frame(
            rest,
            title: canvas.language(.recentChangesTitle),
            isFocused: isFocused && state.pane == 2
        )
        if state.changeList.count == 0 {
            ConsoleScreen.drawNotice([.noChanges], in: rest.inner, &canvas)
        } else {
            state.changeList.draw(
                into: &canvas,
                rect: rest.inner,
                isFocused: isFocused && state.pane == 2,
                now: state.counters?.time
            )
        }
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        let kept = Phrase.kept(
            Figures.count(state.events.count),
            of: Figures.count(state.events.limit),
            memory: Figures.memory(bytes: state.events.bytes)
        )
        return (kept, .textMuted)
    }

    private static func drawAttention(
        _ state: ConsoleState,
        _ rect: Rect,
        _ isFocused: Bool,
        _ canvas: inout Canvas
    ) {
        let say = canvas.language
        canvas.frame(
            rect,
            title: say(.attentionTitle(state.attention.count)),
            isFocused: isFocused,
            note: say(.mostUrgentFirst)
        )
        let inner = rect.inner
        guard state.attention.count > 0 else {
            canvas.write(
                .allQuiet,
                column: inner.column + 3,
                row: inner.row,
                width: inner.columns - 4,
                role: .stateOk
            )
            if isFocused { canvas.cursor = (inner.column + 1, inner.row) }
            return
        }
        // The titles of its columns would say nothing.
        state.attention.draw(
            into: &canvas,
            rect: inner,
            isFocused: isFocused,
            now: state.counters?.time,
            hasTitles: false,
            without: state.layout.isNarrow ? ["keys"] : []
        )
    }
}
