import Model

/// What the overview draws of the last five minutes, and of the gate's process.
enum OverviewCharts {
    static func draw(_ state: ConsoleState, _ rect: Rect, _ canvas: inout Canvas) {
        let (left, right) = rect.splitLeft(rect.columns * 3 / 5)
        let say = canvas.language
        let rates = state.history.series(.handshakes)
        canvas.frame(left, title: say(.handshakesTitle), isFocused: false, note: say(self.note(state, rates)))
        let inner = left.padded
        let isTall = inner.rows >= 6
        var row = inner.row
        func line(_ label: Phrase, _ values: [Double?], _ figure: String, _ role: Role) {
            guard row < inner.endRow else { return }
            self.drawSeries(label, values, figure, role, row: row, inner, &canvas)
            row += 1
        }
        line(.seriesAll, rates, Figures.rate(self.rate(state) { $0.handshakes }), .chartMain)
        line(
            .seriesFailures,
            state.history.series(.failures),
            Figures.rate(self.rate(state) { $0.failures }),
            .chartFail
        )
        let times = state.history.recent(now: state.counters).times
        if isTall {
            let slowest = times.quantile(0.99).map { Figures.latency($0) }
            line(
                .seriesSlowest,
                state.history.series(.slowest),
                slowest ?? String(canvas.glyphs.none),
                .chartMain
            )
            row += 1
        }
        for text in self.facts(state, times, isTall: isTall) where row < inner.endRow {
            canvas.write(text, column: inner.column, row: row, width: inner.columns, role: .textMuted)
            row += 1
        }
        canvas.frame(
            right,
            title: say(.failuresTitle),
            isFocused: false,
            note: right.columns >= 50 ? say(.opensRefusals) : ""
        )
        self.drawFailures(state.history.recent(now: state.counters), in: right.padded, &canvas)
    }

    /// What the columns are of: all of five minutes, or as much as has been watched.
    private static func note(_ state: ConsoleState, _ rates: [Double?]) -> Phrase {
        let seen = state.history.seenMicroseconds
        guard seen >= History.windowMicroseconds else {
            return .sampled(.duration(seconds: seen / 1_000_000))
        }
        return .scale(Figures.rate(rates.compactMap { $0 }.max() ?? 0))
    }

    private static func drawSeries(
        _ label: Phrase,
        _ values: [Double?],
        _ figure: String,
        _ role: Role,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        let labelWidth = inner.columns >= 60 ? 8 : 6
        canvas.write(label, column: inner.column, row: row, width: labelWidth, role: .textMuted)
        let width = min(History.columns, inner.columns - labelWidth - 9)
        canvas.write(
            Sparkline.text(values, width: width, glyphs: canvas.glyphs),
            column: inner.column + labelWidth,
            row: row,
            width: width,
            role: role
        )
        canvas.write(
            figure,
            column: inner.column + labelWidth + width + 1,
            row: row,
            width: 7,
            role: .text,
            alignment: .right
        )
    }

    /// Handshake times, connections, and what the process uses; on low screens what fits.
    private static func facts(
        _ state: ConsoleState,
        _ times: DurationHistogram,
        isTall: Bool
    ) -> [Phrase] {
        let listeners = state.counters?.engine.listeners.values.map { $0 } ?? []
        let resumed = listeners.compactMap(\.resumed).reduce(0, +)
        let handshakes = listeners.reduce(0) { $0 + $1.handshakes }
        let connections = Phrase.connectionFacts(
            open: Figures.count(state.openConnections),
            draining: Figures.count(listeners.reduce(0) { $0 + $1.draining }),
            resumed: resumed > 0 ? Figures.share(Double(resumed), of: Double(handshakes)) : nil
        )
        let speed = times.quantile(0.5).map { half in
            Phrase.handshakeTimes(
                Figures.latency(half),
                Figures.latency(times.quantile(0.99) ?? half)
            )
        }
        let process = state.counters?.process.map { process in
            Phrase.processFacts(
                cpu: state.history.processorShare(now: state.counters).map { Figures.decimal($0 * 100, 0) },
                memory: Figures.memory(bytes: process.residentBytes),
                descriptors:
                    "\(Figures.count(process.openDescriptors))/\(Figures.count(process.descriptorLimit))",
                log: Figures.share(Double(state.events.count), of: Double(state.events.limit))
            )
        }
        return [isTall ? nil : speed, connections, process].compactMap { $0 }
    }

    private static func rate(_ state: ConsoleState, _ value: (GateCounters.Rates) -> Double) -> Double {
        state.counters?.rates.values.reduce(0) { $0 + value($1) } ?? 0
    }

    /// Reasons with their counts and bars, the most frequent first; in full where there is room.
    static func drawFailures(_ sum: History.Sum, in rect: Rect, _ canvas: inout Canvas) {
        let words = sum.words.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        guard let most = words.first?.value else {
            canvas.write(
                .noFailures,
                column: rect.column,
                row: rect.row,
                width: rect.columns,
                role: .textMuted
            )
            return
        }
        let isRoomy = rect.columns >= 48
        let wordWidth = isRoomy ? 26 : 13
        for (offset, (word, count)) in words.prefix(rect.rows).enumerated() {
            let row = rect.row + offset
            let text = isRoomy ? Reasons.full(word) : word
            canvas.write(text, column: rect.column, row: row, width: wordWidth, role: .logReason)
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
