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
        if rest.rows >= 12 { self.drawCharts(state, take(isTall ? 8 : 6), &canvas) }
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
            hasTitles: false
        )
    }

    // MARK: Charts

    private static func drawCharts(_ state: ConsoleState, _ rect: Rect, _ canvas: inout Canvas) {
        let (left, right) = rect.splitLeft(rect.columns * 3 / 5)
        let say = canvas.language
        canvas.frame(left, title: say(.handshakesTitle), isFocused: false)
        let inner = left.padded
        let sum = state.history.recent(now: state.counters)
        let rows: [(Phrase, History.Series, Role, String)] = [
            (.seriesAll, .handshakes, .chartMain, Figures.rate(self.rate(state) { $0.handshakes })),
            (.seriesFailures, .failures, .chartFail, Figures.rate(self.rate(state) { $0.failures })),
        ]
        for (offset, (label, series, role, figure)) in rows.enumerated() where offset < inner.rows {
            let row = inner.row + offset
            canvas.write(label, column: inner.column, row: row, width: 6, role: .textMuted)
            let width = min(History.columns, inner.columns - 15)
            canvas.write(
                Sparkline.text(state.history.series(series), width: width, glyphs: canvas.glyphs),
                column: inner.column + 6,
                row: row,
                width: width,
                role: role
            )
            canvas.write(
                figure,
                column: inner.column + 6 + width + 1,
                row: row,
                width: 7,
                role: .text,
                alignment: .right
            )
        }
        let seen = state.history.seenMicroseconds
        if seen < History.windowMicroseconds, inner.rows > 2 {
            canvas.write(
                .sampled(.duration(seconds: seen / 1_000_000)),
                column: inner.column,
                row: inner.row + 2,
                width: inner.columns,
                role: .textMuted
            )
        }
        canvas.frame(right, title: say(.failuresTitle), isFocused: false)
        self.drawFailures(sum, in: right.padded, &canvas)
    }

    private static func rate(_ state: ConsoleState, _ value: (GateCounters.Rates) -> Double) -> Double {
        state.counters?.rates.values.reduce(0) { $0 + value($1) } ?? 0
    }

    /// Words with their counts and bars, the most frequent first.
    static func drawFailures(_ sum: History.Sum, in rect: Rect, _ canvas: inout Canvas) {
        let words = sum.words.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        guard !words.isEmpty else {
            canvas.write(
                .noFailures,
                column: rect.column,
                row: rect.row,
                width: rect.columns,
                role: .textMuted
            )
            return
        }
        let most = words[0].value
        let wordWidth = 13
        for (offset, (word, count)) in words.prefix(rect.rows).enumerated() {
            let row = rect.row + offset
            canvas.write(word, column: rect.column, row: row, width: wordWidth, role: .logReason)
            canvas.write(
                Figures.count(Int(count)),
                column: rect.column + wordWidth,
                row: row,
                width: 6,
                role: .text,
                alignment: .right
            )
            let width = rect.columns - wordWidth - 7
            canvas.write(
                Sparkline.bar(count, of: most, width: width, glyphs: canvas.glyphs),
                column: rect.column + wordWidth + 7,
                row: row,
                width: width,
                role: .bar
            )
        }
    }
}
