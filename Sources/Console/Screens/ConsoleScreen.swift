import Model

/// Draws a whole state: the frame that all pages share, the page, and what lies over it.
enum ConsoleScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let layout = state.layout
        canvas.zone = state.settings.zone
        guard !layout.isTooSmall else {
            HeaderScreen.drawTooSmall(state, &canvas)
            return
        }
        HeaderScreen.draw(state, &canvas)
        if layout.hasTabs { HeaderScreen.drawTabs(state, &canvas) }
        if state.view == nil {
            self.drawWaiting(state, &canvas)
        } else {
            switch state.page {
            case .overview: OverviewScreen.draw(state, into: &canvas)
            case .listeners: ListenersScreen.draw(state, into: &canvas)
            case .trustStores: TrustStoresScreen.draw(state, into: &canvas)
            case .log: LogScreen.draw(state, into: &canvas)
            case .requests: RequestsScreen.draw(state, into: &canvas)
            case .refusals: RefusalsScreen.draw(state, into: &canvas)
            case .clients: ClientsScreen.draw(state, into: &canvas)
            case .targets: TargetsScreen.draw(state, into: &canvas)
            case .changes: ChangesScreen.draw(state, into: &canvas)
            }
        }
        if let overlay = state.overlay { PopupScreen.draw(overlay, state: state, into: &canvas) }
        FooterScreen.drawMessage(state, &canvas)
        FooterScreen.drawHints(state, &canvas)
        if let dialogue = state.dialogue { DialogueScreen.draw(dialogue, state: state, into: &canvas) }
    }

    private static func drawWaiting(_ state: ConsoleState, _ canvas: inout Canvas) {
        self.drawNotice([self.waiting(state)], in: state.layout.body, &canvas)
    }

    /// What stands on every page until the gate has said what it runs.
    static func waiting(_ state: ConsoleState) -> Phrase {
        if case .gone(let reason) = state.link { .unreachable(reason) } else { .waiting }
    }

    /// What the list that has the keys says when there is nothing in it: what is missing, why, and what
    /// helps.
    static func emptiness(_ state: ConsoleState) -> [Phrase] {
        let filter = state.currentFilterText
        if state.page == .log {
            return [
                state.events.count == 0
                    ? .noRecords : state.log.isSearching ? .noRecordsFitYet : .noRecordsFit
            ]
        }
        if state.page == .clients, state.clientList == nil { return [.clientsAsked] }
        guard filter.isEmpty else { return [.nothingFits(filter)] }
        return switch (state.page, state.pane) {
        case (.overview, 0): [.allQuiet]
        case (.overview, 1), (.listeners, _): [.noListeners]
        case (.overview, _), (.changes, _): [.noChanges]
        case (.trustStores, 2): [.noLists]
        case (.trustStores, _): [.noTrustStores, .noTrustStoresHelp]
        case (.refusals, _): [.noRefusals]
        case (.targets, _): [.noTargets]
        case (.clients, _): [.noClients]
        case (.requests, _): RequestsScreen.emptiness(state)
        default: []
        }
    }

    static func drawNotice(_ texts: [Phrase], in rect: Rect, _ canvas: inout Canvas) {
        let lines = texts.flatMap {
            TextShaping.wrap(canvas.language($0), width: rect.columns - 6, glyphs: canvas.glyphs)
        }
        for (offset, line) in lines.prefix(max(0, rect.rows - 1)).enumerated() {
            canvas.write(
                line,
                column: rect.column + 3,
                row: rect.row + 1 + offset,
                width: rect.columns - 6,
                role: .textMuted
            )
        }
    }

    /// A framed part of a page with facts in it.
    static func drawPane(
        _ detail: Detail,
        in pane: Rect,
        isFocused: Bool = false,
        note: Phrase = .empty,
        _ canvas: inout Canvas
    ) {
        guard pane.rows > 2, pane.columns > 8 else { return }
        canvas.frame(pane, title: detail.title, isFocused: isFocused, note: canvas.language(note))
        detail.draw(into: &canvas, rect: pane.padded)
    }
}

extension Rect {
    /// The part inside a frame, with a column of room on either side.
    var padded: Rect {
        let inner = self.inner
        return Rect(
            column: inner.column + 1,
            row: inner.row,
            columns: inner.columns - 2,
            rows: inner.rows
        )
    }
}
