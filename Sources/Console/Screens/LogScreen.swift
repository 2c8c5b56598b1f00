import Model

/// Page 4: every connection attempt, as it happens.
enum LogScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let (list, pane) = state.layout.logAndPane
        self.drawFilter(state, row: list.row, &canvas)
        self.drawMode(state, row: list.row + 1, &canvas)
        let rect = Rect(column: 0, row: list.row + 2, columns: list.columns, rows: list.rows - 2)
        if state.log.matches.isEmpty {
            let texts =
                state.events.entries.isEmpty
                ? ["no connection yet: every attempt, successful or not, appears here"]
                : ["no record fits the filter: Esc clears it, F switches failed only"]
            ConsoleScreen.drawNotice(texts, in: rect, &canvas)
            return
        }
        let rows = max(1, rect.rows - 1)
        let visible = state.log.visible(rows: rows)
        let entries = state.log.matches[visible].compactMap { state.events.entry($0.number) }
        // Milliseconds are the first thing that nobody needs.
        let isShort = rect.columns < 72
        let table = Table(
            columns: state.layout.isNarrow ? self.narrowColumns(time: isShort ? 8 : 12) : self.wideColumns,
            rows: entries.map { entry in
                let time = entry.record.time.clockMilliseconds
                return [Table.Field(text: isShort ? String(time.prefix(8)) : time, role: .logTime)]
                    + (state.layout.isNarrow
                        ? self.narrow(entry, canvas.glyphs) : self.wide(entry, canvas.glyphs))
            },
            selected: state.log.cursorIndex - visible.lowerBound,
            isFocused: state.log.mode == .held && state.overlay == nil && state.dialogue == nil,
            top: 0
        )
        table.draw(into: &canvas, rect: rect)
        guard pane.rows > 0, let entry = state.selectedEntry else { return }
        self.drawPane(entry, pane, &canvas)
    }

    static func status(_ state: ConsoleState) -> (text: String, role: Role) {
        var parts = ["\(Figures.count(state.events.entries.count)) records here"]
        if state.events.hasEvicted { parts.append("older ones are only in the log file") }
        if state.events.lost > 0 { parts.append("\(Figures.count(state.events.lost)) never arrived") }
        if let dropped = state.counters?.engine.droppedRecords, dropped > 0 {
            parts.append("\(Figures.count(dropped)) dropped by the gate under load")
        }
        return (parts.joined(separator: ", "), parts.count > 1 ? .stateWarn : .textMuted)
    }

    private static func drawFilter(_ state: ConsoleState, row: Int, _ canvas: inout Canvas) {
        let width = canvas.size.columns
        var column = canvas.write(" filter  ", column: 0, row: row, width: width, role: .textMuted)
        if state.log.filter.failedOnly {
            column += canvas.write(
                "failed only  ",
                column: column,
                row: row,
                width: width - column,
                role: .logFail
            )
        }
        let text =
            state.log.filterText.isEmpty ? (state.log.filter.failedOnly ? "" : "none") : state.log.filterText
        let note = state.log.filter.isEmpty ? "" : "\(Figures.count(state.log.matches.count)) match"
        let noteWidth = note.utf8.count
        canvas.write(text, column: column, row: row, width: width - column - noteWidth - 2, role: .text)
        canvas.write(note, column: width - noteWidth - 1, row: row, width: noteWidth, role: .textMuted)
    }

    private static func drawMode(_ state: ConsoleState, row: Int, _ canvas: inout Canvas) {
        let width = canvas.size.columns
        switch (state.link, state.log.mode) {
        case (.gone, _):
            canvas.write(
                " FROZEN  the gate cannot be reached; nothing new arrives",
                column: 0,
                row: row,
                width: width,
                role: .linkGone
            )
        case (_, .follow):
            canvas.write(" FOLLOW  newest at the bottom", column: 0, row: row, width: width, role: .logFollow)
        case (_, .held):
            let time = state.selectedEntry.map { " at \($0.record.time.clockMilliseconds)" } ?? ""
            let newer =
                "+\(Figures.count(state.log.newer)) newer (\(Figures.count(state.log.newerFailures)) FAIL)"
            let long = " HELD\(time)   \(newer)   f or End follows again"
            let short =
                " HELD\(time) +\(Figures.count(state.log.newer)) (\(Figures.count(state.log.newerFailures)) FAIL)"
            let fits = TextShaping.width(long, glyphs: canvas.glyphs) <= width
            canvas.write(fits ? long : short, column: 0, row: row, width: width, role: .logHeld)
        }
    }

    // MARK: Rows

    private static func narrowColumns(time: Int) -> [Table.Column] {
        [Table.Column(title: "TIME", minimum: time, ideal: time, priority: 6)] + self.narrowFacts
    }

    private static let narrowFacts = [
        Table.Column(title: "RES", minimum: 4, ideal: 4, priority: 9),
        Table.Column(title: "LISTENER", minimum: 8, ideal: 12, priority: 3),
        Table.Column(title: "CLIENT", minimum: 12, ideal: 21, priority: 2),
        Table.Column(title: "TLS", minimum: 3, ideal: 3, priority: 1),
        Table.Column(title: "IDENTITY / REASON", minimum: 10, ideal: 22, grows: true, priority: 8),
    ]

    private static let wideColumns = [
        Table.Column(title: "TIME", minimum: 12, ideal: 12, priority: 6),
        Table.Column(title: "RES", minimum: 6, ideal: 6, priority: 9),
        Table.Column(title: "LISTENER", minimum: 10, ideal: 14, priority: 4),
        Table.Column(title: "CLIENT", minimum: 15, ideal: 21, priority: 3),
        Table.Column(title: "TLS", minimum: 3, ideal: 3, priority: 1),
        Table.Column(title: "MS", minimum: 5, ideal: 6, priority: 1, alignment: .right),
        Table.Column(title: "IDENTITY", minimum: 16, ideal: 26, grows: true, priority: 7),
        Table.Column(title: "ISSUER", minimum: 10, ideal: 20, priority: 2),
        Table.Column(title: "REASON", minimum: 14, ideal: 24, priority: 8),
    ]

    private static func start(_ entry: EventLog.Entry, _ glyphs: Glyphs, isNarrow: Bool) -> [Table.Field] {
        let record = entry.record
        let failure = isNarrow ? "FAIL" : "\(glyphs.fail) FAIL"
        let version = record.tls?.version.map { String($0.dropFirst(4)) } ?? String(glyphs.none)
        return [
            record.isFailure
                ? Table.Field(text: failure, role: .logFail)
                : Table.Field(text: isNarrow ? "ok" : "  ok", role: .logOk),
            Table.Field(text: record.listenerName),
            Table.Field(text: record.client.description),
            Table.Field(text: version, role: .textMuted),
        ]
    }

    private static func identity(_ entry: EventLog.Entry, _ glyphs: Glyphs) -> String {
        guard let identity = entry.identity else { return String(glyphs.none) }
        // The mark for names that are not what they look like.
        let isUnsafe = TextShaping.shape(identity, role: .text, glyphs: glyphs, limit: 256).isUnsafe
        return isUnsafe ? "~\(identity)" : identity
    }

    private static func note(_ entry: EventLog.Entry) -> String? {
        guard let tls = entry.record.tls else { return "no TLS" }
        return tls.outcome.isSuccess && tls.mode == .passthrough && tls.leaf != nil ? "(not verified)" : nil
    }

    private static func narrow(_ entry: EventLog.Entry, _ glyphs: Glyphs) -> [Table.Field] {
        let identity = self.identity(entry, glyphs)
        let word = entry.record.tls?.outcome.shortWord
        let text =
            if let word {
                entry.identity == nil ? word : "\(word) \(identity)"
            } else {
                [identity, self.note(entry)].compactMap { $0 }.joined(separator: " ")
            }
        return self.start(entry, glyphs, isNarrow: true)
            + [Table.Field(text: text, role: word == nil ? .logIdentity : .logReason)]
    }

    private static func wide(_ entry: EventLog.Entry, _ glyphs: Glyphs) -> [Table.Field] {
        let none = String(glyphs.none)
        let tls = entry.record.tls
        let outcome = tls?.outcome
        let reason: String =
            switch outcome {
            case .failed(let detail): "Unmapped: \(detail.rawValue)"
            case .refused(let reason): reason.rawValue
            case .success, nil: self.note(entry) ?? ""
            }
        return self.start(entry, glyphs, isNarrow: false) + [
            Table.Field(text: tls?.latencyMicroseconds.map(Figures.milliseconds) ?? none, role: .textMuted),
            Table.Field(text: self.identity(entry, glyphs), role: .logIdentity),
            Table.Field(text: tls?.leaf.map { NameText.short($0.issuer) } ?? none, role: .textMuted),
            Table.Field(text: reason, role: entry.record.isFailure ? .logReason : .textMuted),
        ]
    }

    private static func drawPane(_ entry: EventLog.Entry, _ pane: Rect, _ canvas: inout Canvas) {
        let record = entry.record
        let result = record.isFailure ? "FAIL" : "ok"
        canvas.frame(
            pane,
            title: "\(record.time.clockMilliseconds)  \(record.listenerName)  \(result)",
            isFocused: false,
            note: "Enter full detail"
        )
        let inner = pane.inner
        EventDetail.detail(entry).draw(
            into: &canvas,
            rect: Rect(column: inner.column + 1, row: inner.row, columns: inner.columns - 2, rows: inner.rows)
        )
    }
}
