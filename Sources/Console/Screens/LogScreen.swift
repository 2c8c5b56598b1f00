import Model

/// Page 4: every connection attempt, as it happens.
enum LogScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let (list, pane) = state.layout.logAndPane(isZoomed: state.isZoomed)
        if list.rows > 2 {
            self.drawFilter(state, row: list.row, &canvas)
            self.drawMode(state, row: list.row + 1, &canvas)
            let rect = Rect(column: 0, row: list.row + 2, columns: list.columns, rows: list.rows - 2)
            if state.log.matches.isEmpty {
                ConsoleScreen.drawNotice(ConsoleScreen.emptiness(state), in: rect, &canvas)
            } else if let groups = state.log.groups {
                self.drawGroups(groups, state, rect, &canvas)
            } else {
                self.drawRecords(state, rect, &canvas)
            }
        }
        guard pane.rows > 2, state.log.groups == nil, let entry = state.selectedEntry else { return }
        let result = entry.isFailure ? "FAIL" : "ok"
        var detail = EventDetail.detail(entry, state.language)
        detail.title =
            "\(canvas.zone.shown(entry.time).clockMilliseconds)  \(entry.kind.listenerName)  \(result)"
        ConsoleScreen.drawPane(detail, in: pane, note: .fullDetail, &canvas)
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        var parts: [Phrase] = [.recordsHere(Figures.count(state.events.count))]
        if state.events.hasEvicted { parts.append(.olderInFile) }
        if state.events.lost > 0 { parts.append(.neverArrived(Figures.count(state.events.lost))) }
        if let dropped = state.counters?.engine.droppedRecords, dropped > 0 {
            parts.append(.droppedByGate(Figures.count(dropped)))
        }
        let isOldest = state.log.mode == .held && state.log.isAtOldest(rows: state.layout.logRows)
        if isOldest, state.events.hasEvicted { parts = [.logOldest] }
        return (parts.joined(), parts.count > 1 ? .stateWarn : .textMuted)
    }

    private static func drawFilter(_ state: ConsoleState, row: Int, _ canvas: inout Canvas) {
        let width = canvas.size.columns
        let say = canvas.language
        var column = canvas.write(
            " \(say(.logFilter))  ",
            column: 0,
            row: row,
            width: width,
            role: .textMuted
        )
        if state.log.query.failedOnly {
            column += canvas.write(
                say(.logFailedOnly) + "  ",
                column: column,
                row: row,
                width: width - column,
                role: .logFail
            )
        }
        let text =
            state.log.filterText.isEmpty
            ? (state.log.query.failedOnly ? "" : say(.logNoFilter)) : state.log.filterText
        let count = Figures.count(state.log.matches.count)
        let note =
            state.log.query.isEmpty ? "" : say(.matching(count, isPartial: state.log.isSearching))
        let noteWidth = canvas.width(note)
        canvas.write(text, column: column, row: row, width: width - column - noteWidth - 2, role: .text)
        canvas.write(note, column: width - noteWidth - 1, row: row, width: noteWidth, role: .textMuted)
    }

    private static func drawMode(_ state: ConsoleState, row: Int, _ canvas: inout Canvas) {
        let width = canvas.size.columns
        let (forms, role) = self.mode(state, canvas.language)
        let text = forms.first { canvas.width($0) < width } ?? forms.last ?? ""
        canvas.write(" \(text)", column: 0, row: row, width: width, role: role)
    }

    /// Whether the newest records are seen or older ones are held, the longest wording first.
    static func mode(_ state: ConsoleState, _ say: Language) -> (forms: [String], role: Role) {
        if case .gone = state.link { return (["FROZEN  \(say(.logFrozen))"], .linkGone) }
        if let groups = state.log.groups {
            return ([say(.logGrouped(groups.key.rawValue))], .logFollow)
        }
        switch state.log.mode {
        case .follow:
            let rows = state.layout.logRows
            let isBurst = state.log.burst > rows
            let text = say(isBurst ? .logBurst(rows, of: state.log.burst) : .logFollow)
            return (["FOLLOW  \(text)"], .logFollow)
        case .held:
            let time =
                state.selectedEntry.map {
                    say(.logHeldAt(state.settings.zone.shown($0.time).clockMilliseconds))
                } ?? ""
            let (count, failures) = (
                Figures.count(state.log.newer), Figures.count(state.log.newerFailures)
            )
            let forms = [
                "HELD \(time)   \(say(.logNewer(count, failures: failures)))   \(say(.logFollowAgain))",
                "HELD \(time)   \(say(.logNewer(count, failures: failures)))",
                "HELD \(time) +\(count) (\(failures) FAIL)",
            ]
            return (forms, .logHeld)
        }
    }

    // MARK: Records

    private static func drawRecords(_ state: ConsoleState, _ rect: Rect, _ canvas: inout Canvas) {
        let rows = max(1, rect.rows - 1)
        let visible = state.log.visible(rows: rows)
        let entries = visible.compactMap { state.events.entry(state.log.matches[$0].number) }
        let columns = LogTable.columns(state, width: rect.columns)
        Table(
            columns: columns.map { $0.column(canvas.language) },
            rows: entries.map { entry in columns.map { $0.field(entry, canvas) } },
            selected: state.log.cursorIndex - visible.lowerBound,
            isFocused: state.log.mode == .held && state.overlay == nil && state.dialogue == nil,
            top: 0,
            clicks: Table.Clicks(list: LogView.listName, first: visible.lowerBound)
        ).draw(into: &canvas, rect: rect)
    }

    private static func drawGroups(
        _ groups: LogGroups,
        _ state: ConsoleState,
        _ rect: Rect,
        _ canvas: inout Canvas
    ) {
        let say = canvas.language
        let all = groups.sorted
        let selected = groups.selected.flatMap { group in all.firstIndex { $0.id == group.id } } ?? 0
        let rows = max(1, rect.rows - 1)
        let top = max(0, min(selected - rows / 2, all.count - rows))
        let most = Double(all.first?.count ?? 1)
        let barWidth = max(0, min(30, rect.columns - 70))
        let fields = all.dropFirst(top).prefix(rows).map { group in
            [
                Table.Field(
                    text: group.id ?? say(.withoutValue),
                    role: group.id == nil ? .textMuted : .textStrong
                ),
                Table.Field(text: Figures.count(group.count)),
                Table.Field(
                    text: Figures.count(group.failures),
                    role: group.failures > 0 ? .stateFail : .textMuted
                ),
                Table.Field(
                    text: String(canvas.zone.shown(group.first).clockMilliseconds.prefix(8)),
                    role: .logTime
                ),
                Table.Field(
                    text: String(canvas.zone.shown(group.last).clockMilliseconds.prefix(8)),
                    role: .logTime
                ),
                Table.Field(
                    text: Sparkline.bar(
                        Double(group.count),
                        of: most,
                        width: barWidth,
                        glyphs: canvas.glyphs
                    ),
                    role: .bar
                ),
            ]
        }
        Table(
            columns: [
                Table.Column(
                    title: groups.key.rawValue.uppercased(),
                    minimum: 12,
                    ideal: 40,
                    grows: true,
                    priority: 9
                ),
                Table.Column(
                    title: say(.columnCount),
                    minimum: 6,
                    ideal: 7,
                    priority: 8,
                    alignment: .right
                ),
                Table.Column(
                    title: say(.columnFailures),
                    minimum: 6,
                    ideal: 7,
                    priority: 7,
                    alignment: .right
                ),
                Table.Column(title: say(.columnFirst), minimum: 8, ideal: 8, priority: 2),
                Table.Column(title: say(.columnLast), minimum: 8, ideal: 8, priority: 3),
                Table.Column(title: "", minimum: barWidth, ideal: barWidth, priority: 1),
            ],
            rows: fields,
            selected: selected - top,
            isFocused: state.overlay == nil && state.dialogue == nil,
            top: 0
        ).draw(into: &canvas, rect: rect)
    }
}
