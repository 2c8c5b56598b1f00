import Model

/// Draws a whole state: the frame that all pages share, the page, and what lies over it.
enum ConsoleScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let layout = state.layout
        guard !layout.isTooSmall else {
            self.drawTooSmall(state, &canvas)
            return
        }
        self.drawHeader(state, &canvas)
        if layout.hasTabs { self.drawTabs(state, &canvas) }
        if state.view == nil {
            self.drawWaiting(state, &canvas)
        } else {
            switch state.page {
            case .listeners: ListenersScreen.draw(state, into: &canvas)
            case .trustStores: TrustStoresScreen.draw(state, into: &canvas)
            case .log: LogScreen.draw(state, into: &canvas)
            }
        }
        if let overlay = state.overlay { PopupScreen.draw(overlay, state: state, into: &canvas) }
        self.drawMessage(state, &canvas)
        self.drawHints(state, &canvas)
        if let dialogue = state.dialogue { DialogueScreen.draw(dialogue, state: state, into: &canvas) }
    }

    // MARK: Frame

    private static func lockText(_ state: ConsoleState) -> (text: String, role: Role) {
        switch state.lock {
        case .observe: ("OBSERVE", .lockObserve)
        case .armed(let until): ("ARMED \(Figures.countdown(milliseconds: until - state.now))", .lockArmed)
        }
    }

    private static func linkText(_ state: ConsoleState, _ glyphs: Glyphs) -> (text: String, role: Role) {
        switch state.link {
        case .connecting: ("connecting", .linkSlow)
        case .gone: ("gone", .linkGone)
        case .live where state.isSlow: ("slow link", .linkSlow)
        case .live: (glyphs.isUnicode ? "\(glyphs.live) live" : "live", .linkLive)
        }
    }

    private static func drawTooSmall(_ state: ConsoleState, _ canvas: inout Canvas) {
        let lock = self.lockText(state).text
        let text = "\(lock)  fail \(self.failureShare(state))  window too small"
        canvas.write(text, column: 0, row: 0, width: canvas.size.columns, role: .header)
    }

    private static func failureShare(_ state: ConsoleState) -> String {
        let rates = self.rates(state)
        return Figures.share(rates.failures, of: rates.handshakes + rates.failures)
    }

    private static func rates(_ state: ConsoleState) -> (handshakes: Double, failures: Double) {
        let rates = state.counters.map { Array($0.rates.values) } ?? []
        return (rates.reduce(0) { $0 + $1.handshakes }, rates.reduce(0) { $0 + $1.failures })
    }

    private static func drawHeader(_ state: ConsoleState, _ canvas: inout Canvas) {
        let width = canvas.size.columns
        let glyphs = canvas.glyphs
        canvas.paint(row: 0, columns: 0..<width, role: .header)
        var column = canvas.write(" sekisho ", column: 0, row: 0, width: width, role: .header)
        if width >= 100, let view = state.view {
            let uptime = state.counters.map {
                Figures.duration(seconds: $0.time.seconds - view.startedAt.seconds)
            }
            let about =
                " generation \(view.generation)  \(view.workers) workers\(uptime.map { "  up \($0)" } ?? "") "
            column += canvas.write(about, column: column, row: 0, width: width - column, role: .header)
        }
        column += canvas.write(
            "\(glyphs.separator) ",
            column: column,
            row: 0,
            width: width - column,
            role: .header
        )
        let lock = self.lockText(state)
        column += canvas.write(lock.text, column: column, row: 0, width: width - column, role: lock.role)

        let link = self.linkText(state, glyphs)
        let linkWidth = TextShaping.width(link.text, glyphs: glyphs)
        canvas.write(link.text, column: width - linkWidth - 1, row: 0, width: linkWidth, role: link.role)
        let room = width - linkWidth - 2 - column - 2
        guard
            let text = self.headerFigures(state).first(where: {
                TextShaping.width($0, glyphs: glyphs) <= room
            })
        else { return }
        canvas.write(
            text,
            column: column + 2,
            row: 0,
            width: room,
            role: .header,
            alignment: .right
        )
    }

    /// What fits is shown, longest first.
    private static func headerFigures(_ state: ConsoleState) -> [String] {
        guard let counters = state.counters else { return [] }
        let rate = "\(Figures.rate(self.rates(state).handshakes)) hs/s"
        let share = "fail \(self.failureShare(state))"
        let clock = Figures.clock(counters.time)
        let open = "\(Figures.count(state.openConnections)) conns"
        let unlogged = counters.engine.droppedRecords
        // Records that are missing from the log are never left out of the picture silently.
        let dropped = unlogged > 0 ? "unlogged \(Figures.count(unlogged))  " : ""
        return [
            "\(dropped)\(rate)  \(share)  \(open)  \(clock) ",
            "\(dropped)\(rate)  \(share)  \(clock) ",
            "\(rate)  \(share)  \(clock) ",
            "\(share)  \(clock) ",
            "\(share) ",
        ]
    }

    private static func drawTabs(_ state: ConsoleState, _ canvas: inout Canvas) {
        var column = 1
        for page in Page.allCases {
            let isShort = canvas.size.columns < 60
            let title = "\(page.rawValue) \(isShort ? page.shortTitle : page.title)"
            let isActive = page == state.page
            column += canvas.write(
                isActive ? "[\(title)]" : " \(title) ",
                column: column,
                row: 1,
                width: canvas.size.columns - column,
                role: isActive ? .tabActive : .tab
            )
            column += 1
        }
    }

    private static func drawWaiting(_ state: ConsoleState, _ canvas: inout Canvas) {
        let body = state.layout.body
        let text: String
        switch state.link {
        case .connecting, .live: text = "waiting for the gate to say what it runs"
        case .gone(let reason):
            text = "the gate cannot be reached: \(reason) It is tried again every few seconds."
        }
        self.drawNotice([text], in: body, &canvas)
    }

    /// What a page says when it has nothing to show: what is missing, why, and what helps.
    static func drawNotice(_ texts: [String], in rect: Rect, _ canvas: inout Canvas) {
        let lines = texts.flatMap { TextShaping.wrap($0, width: rect.columns - 6, glyphs: canvas.glyphs) }
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

    // MARK: Last rows

    private static func drawMessage(_ state: ConsoleState, _ canvas: inout Canvas) {
        let row = state.layout.messageRow
        let width = canvas.size.columns
        if let prompt = state.prompt {
            self.drawPrompt(prompt, state, &canvas)
            return
        }
        if let toast = state.toast {
            let role: Role =
                switch toast.kind {
                case .info: .toastInfo
                case .warn: .toastWarn
                case .error: .toastError
                }
            canvas.write(" " + self.text(of: toast, state), column: 0, row: row, width: width, role: role)
            return
        }
        if case .gone(let reason) = state.link, state.view != nil {
            let text = " the gate cannot be reached; what is shown is as it was. \(reason)"
            canvas.write(text, column: 0, row: row, width: width, role: .toastError)
            return
        }
        let status =
            switch state.page {
            case .listeners: ListenersScreen.status(state)
            case .trustStores: TrustStoresScreen.status(state)
            case .log: LogScreen.status(state)
            }
        canvas.write(" \(status.text)", column: 0, row: row, width: width, role: status.role)
    }

    private static func text(of toast: Toast, _ state: ConsoleState) -> String {
        guard let id = toast.drainingListener, let counters = state.counters?.engine.listeners[id] else {
            return toast.text
        }
        // The number first: it is what is watched, and must not be cut off behind a long name.
        return counters.draining == 0
            ? "all drained: \(toast.text)" : "\(Figures.count(counters.draining)) still drain: \(toast.text)"
    }

    private static func drawPrompt(_ prompt: Prompt, _ state: ConsoleState, _ canvas: inout Canvas) {
        let row = state.layout.messageRow
        let width = canvas.size.columns
        var column = canvas.write(" / ", column: 0, row: row, width: width, role: .hintKey)
        let room = max(8, width - column - 1)
        // The end of the text is where it is being typed.
        let note = prompt.mistake ?? self.matchCount(state)
        let noteWidth = min(TextShaping.width(note, glyphs: canvas.glyphs), room / 2)
        let fieldWidth = room - noteWidth - 2
        column += canvas.write(
            prompt.text,
            column: column,
            row: row,
            width: fieldWidth - 1,
            role: .field,
            keep: .end
        )
        canvas.cursor = (min(column, width - 1), row)
        canvas.isCaretVisible = true
        canvas.write(
            note,
            column: width - noteWidth - 1,
            row: row,
            width: noteWidth,
            role: prompt.mistake == nil ? .textMuted : .fieldError
        )
    }

    private static func matchCount(_ state: ConsoleState) -> String {
        switch state.page {
        case .listeners: "\(state.listeners.order.count) shown"
        case .trustStores: "\(state.trustStores.storeOrder.count) shown"
        case .log: "\(Figures.count(state.log.matches.count)) match"
        }
    }

    private static func drawHints(_ state: ConsoleState, _ canvas: inout Canvas) {
        let row = state.layout.hintRow
        let width = canvas.size.columns
        var column = 1
        for hint in self.hints(state) {
            let length = TextShaping.width(hint.key + hint.word, glyphs: canvas.glyphs) + 1
            guard column + length <= width else { break }
            column += canvas.write(
                hint.key,
                column: column,
                row: row,
                width: width - column,
                role: hint.isEnabled ? .hintKey : .hintDisabled
            )
            column += 1
            column += canvas.write(
                hint.word,
                column: column,
                row: row,
                width: width - column,
                role: hint.isEnabled ? .hintText : .hintDisabled
            )
            column += 2
        }
    }

    private static func hints(_ state: ConsoleState) -> [(key: String, word: String, isEnabled: Bool)] {
        func fixed(_ pairs: [(String, String)]) -> [(key: String, word: String, isEnabled: Bool)] {
            pairs.map { (key: $0.0, word: $0.1, isEnabled: true) }
        }
        switch state.dialogue {
        case .mode(let dialogue) where dialogue.focus == .name:
            return fixed([("Enter", "next"), ("Shift-Tab", "mode"), ("Esc", "cancel, nothing changed")])
        case .mode(let dialogue) where dialogue.focus == .mode && dialogue.isWeaker:
            return fixed([("Left Right", "mode"), ("Enter", "next"), ("Esc", "cancel")])
        case .mode(let dialogue) where dialogue.focus == .mode:
            return fixed([("o p v", "mode"), ("Enter", "next"), ("Tab", "field"), ("Esc", "cancel")])
        case .mode(let dialogue) where dialogue.focus == .store:
            return fixed([("Left Right", "choose"), ("Enter", "next"), ("Tab", "field"), ("Esc", "cancel")])
        case .mode:
            return fixed([
                ("Enter", "press button"), ("Left Right", "choose"), ("Tab", "field"), ("Esc", "cancel"),
            ])
        case .leave: return fixed([("Left Right", "choose"), ("Enter", "press button"), ("Esc", "stay")])
        case nil: break
        }
        if state.prompt != nil {
            return fixed([("Enter", "keep"), ("Esc", "as before"), ("Ctrl-U", "clear")])
        }
        switch state.overlay {
        case .help: return fixed([("j k", "scroll"), ("Esc", "close")])
        case .detail where state.page == .log:
            return fixed([("[ ]", "previous, next"), ("j k", "scroll"), ("Esc", "close")])
        case .detail: return fixed([("j k", "scroll"), ("Esc", "close")])
        case nil: break
        }
        // What changes something and what leads out is the last to be cut off on narrow screens.
        let order = [
            "mode", "open", "follow", "failed-only", "filter", "next-failure", "pane", "help", "arm",
        ]
        return Command.registry
            .filter { $0.hint != nil && $0.exists(on: state.page) }
            .map { command in (command, order.firstIndex(of: command.name) ?? order.count) }
            .sorted { $0.1 < $1.1 }
            .map { command, _ in
                let word = command.name == "arm" && state.lock.isArmed ? "disarm" : command.hint ?? ""
                return (
                    key: command.keys.first?.spelling ?? "",
                    word: word,
                    isEnabled: command.availability(state) == .yes
                )
            }
    }
}
