import Model

/// The first two rows: what gate this is, how it is doing, what may be done, and the pages.
enum HeaderScreen {
    static func lockText(_ state: ConsoleState) -> (text: String, role: Role) {
        switch state.lock {
        case .readOnly: (state.size.columns < 80 ? "READ-ONLY" : "READ-ONLY (viewer)", .lockReadOnly)
        case .observe: ("OBSERVE", .lockObserve)
        case .armed(let until):
            ("ARMED \(Figures.countdown(milliseconds: until - state.now))", .lockArmed)
        }
    }

    private static func linkText(
        _ state: ConsoleState,
        _ canvas: Canvas
    ) -> (
        text: String, role: Role
    ) {
        let say = canvas.language
        switch state.link {
        case .connecting: return (say(.linkConnecting), .linkSlow)
        case .gone: return (say(.linkGone), .linkGone)
        case .live where state.isSlow: return (say(.linkSlow), .linkSlow)
        case .live:
            let glyphs = canvas.glyphs
            return (glyphs.isUnicode ? "\(glyphs.live) \(say(.linkLive))" : say(.linkLive), .linkLive)
        }
    }

    static func drawTooSmall(_ state: ConsoleState, _ canvas: inout Canvas) {
        let lock = self.lockText(state).text
        let text = "\(lock)  \(canvas.language(.failureShare(self.failureShare(state))))  "
        canvas.write(text, column: 0, row: 0, width: canvas.size.columns, role: .header)
        // On a window too narrow for both, the row below has room.
        let used = canvas.width(text)
        let notice = canvas.language(.windowTooSmall)
        let fits = used + canvas.width(notice) <= canvas.size.columns
        canvas.write(
            notice,
            column: fits ? used : 0,
            row: fits ? 0 : 1,
            width: canvas.size.columns,
            role: .header
        )
    }

    private static func failureShare(_ state: ConsoleState) -> String {
        let rates = self.rates(state)
        return Figures.share(rates.failures, of: rates.handshakes + rates.failures)
    }

    static func rates(_ state: ConsoleState) -> (handshakes: Double, failures: Double) {
        let rates = state.counters.map { Array($0.rates.values) } ?? []
        return (rates.reduce(0) { $0 + $1.handshakes }, rates.reduce(0) { $0 + $1.failures })
    }

    static func draw(_ state: ConsoleState, _ canvas: inout Canvas) {
        let width = canvas.size.columns
        canvas.paint(row: 0, columns: 0..<width, role: .header)
        var column = 0
        func put(_ text: String, _ role: Role) {
            column += canvas.write(text, column: column, row: 0, width: width - column, role: role)
        }
        put(" sekisho ", .header)
        if let word = state.settings.environment {
            put(word, self.role(of: state.settings.environmentKind))
            put(" ", .header)
        }
        if let instance = state.settings.instance, width >= 72 { put("\(instance) ", .header) }
        if width >= 100, let view = state.view {
            put(" \(canvas.language(.generation(view.generation, workers: view.workers))) ", .header)
            if let counters = state.counters, width >= 120 {
                let up = Phrase.uptime(.duration(seconds: counters.time.seconds - view.startedAt.seconds))
                put(" \(canvas.language(up)) ", .header)
            }
        }
        put("\(canvas.glyphs.separator) ", .header)
        let lock = self.lockText(state)
        put(lock.text, lock.role)
        if let trial = state.view?.trials?.first, let now = state.gateTime {
            let left = (trial.deadline.microseconds - now.microseconds) / 1_000
            put(" \(canvas.glyphs.separator) ", .header)
            put("TRIAL \(Figures.countdown(milliseconds: left))", .stateTrial)
        }
        self.drawRight(state, from: column, &canvas)
    }

    private static func drawRight(_ state: ConsoleState, from column: Int, _ canvas: inout Canvas) {
        let width = canvas.size.columns
        let link = self.linkText(state, canvas)
        let linkWidth = canvas.width(link.text)
        canvas.write(
            link.text,
            column: width - linkWidth - 1,
            row: 0,
            width: linkWidth,
            role: link.role
        )
        let room = width - linkWidth - 2 - column - 2
        guard let text = self.figures(state, canvas.language).first(where: { canvas.width($0) <= room })
        else {
            return
        }
        canvas.write(text, column: column + 2, row: 0, width: room, role: .header, alignment: .right)
    }

    private static func role(of kind: ConsoleSettings.EnvironmentKind?) -> Role {
        switch kind {
        case .production: .environmentProduction
        case .stage: .environmentStage
        case .development: .environmentDevelopment
        case nil: .header
        }
    }

    /// What fits is shown, longest first.
    private static func figures(_ state: ConsoleState, _ say: Language) -> [String] {
        guard let counters = state.counters else { return [] }
        let rate = say(.handshakesPerSecond(Figures.rate(self.rates(state).handshakes)))
        let share = say(.failureShare(self.failureShare(state)))
        let clock = Figures.clock(counters.time, in: state.settings.zone)
        let open = say(.openConnections(Figures.count(state.openConnections)))
        let unlogged = counters.engine.droppedRecords
        // Records that are missing from the log are never left out of the picture silently.
        let dropped = unlogged > 0 ? say(.unlogged(Figures.count(unlogged))) + "  " : ""
        return [
            "\(dropped)\(rate)  \(share)  \(open)  \(clock) ",
            "\(dropped)\(rate)  \(share)  \(clock) ",
            "\(rate)  \(share)  \(clock) ",
            "\(share)  \(clock) ",
            "\(share) ",
        ]
    }

    // MARK: Tabs

    static func drawTabs(_ state: ConsoleState, _ canvas: inout Canvas) {
        let current = state.page.tab
        let pages = Page.allCases.filter { $0.tab == $0 && ($0.exists(in: state) || $0 == current) }
        let width = canvas.size.columns
        func titles(_ title: (Page) -> String) -> [String] { pages.map(title) }
        let say = canvas.language
        // The longest form that fits: words, short words, and numbers with the page's own word.
        let forms = [
            titles { "\($0.rawValue) \(say($0.title))" },
            titles { "\($0.rawValue):\(say($0.shortTitle))" },
            titles { $0 == current ? "\($0.rawValue):\(say($0.shortTitle))" : "\($0.rawValue)" },
        ]
        let form =
            forms.first { form in form.reduce(1) { $0 + canvas.width($1) + 3 } <= width } ?? forms[2]
        var column = 1
        for (page, title) in zip(pages, form) {
            let isActive = page == current
            let count = canvas.write(
                isActive ? "[\(title)]" : " \(title) ",
                column: column,
                row: 1,
                width: width - column,
                role: isActive ? .tabActive : .tab
            )
            canvas.mark(row: 1, columns: column..<(column + count), as: .page(page))
            column += count + 1
        }
    }
}
