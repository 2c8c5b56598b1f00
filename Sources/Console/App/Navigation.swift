import Model

/// Moving about: cursor, overlays, prompts and pages.
extension ConsoleState {
    enum Movement: Hashable, Sendable {
        case rows(Int)
        case halfScreens(Int)
        case screens(Int)
        case first
        case last
    }

    mutating func move(_ movement: Movement) -> [Effect] {
        let list = self.page == .log ? self.layout.logRows : max(1, self.layout.listAndPane.list.rows - 1)
        let step =
            switch movement {
            case .rows(let count): count
            case .halfScreens(let count): count * max(1, list / 2)
            case .screens(let count): count * max(1, list - 1)
            case .first: Int.min / 2
            case .last: Int.max / 2
            }
        switch self.page {
        case .listeners: self.listeners.selection.move(by: step, in: self.listeners.order)
        case .trustStores:
            switch self.trustStores.pane {
            case .stores:
                self.trustStores.stores.move(by: step, in: self.trustStores.storeOrder)
                self.arrange(isForced: true)
            case .certificates:
                self.trustStores.certificates.move(by: step, in: self.trustStores.certificateOrder)
            }
        case .log:
            switch movement {
            case .first: self.log.moveToFirst(rows: list)
            case .last: self.log.follow()
            case .rows, .halfScreens, .screens: self.log.move(by: step, rows: list)
            }
        }
        return []
    }

    mutating func goToFailure(forward: Bool) -> [Effect] {
        if !self.log.moveToFailure(forward: forward, rows: self.layout.logRows) {
            self.say(.info, "no failed handshake \(forward ? "after" : "before") this one")
        }
        return []
    }

    mutating func openSelected() -> [Effect] {
        switch self.page {
        case .listeners:
            guard let row = self.selectedListener, let view = self.view else { return [] }
            let detail = ListenersScreen.detail(row.loadBalancer, row.listener, view, self.counters)
            self.overlay = .detail(detail, scroll: 0)
        case .trustStores:
            if self.trustStores.pane == .stores {
                self.trustStores.pane = .certificates
                return []
            }
            guard let certificate = self.selectedCertificate else { return [] }
            self.overlay = .detail(TrustStoresScreen.detail(certificate, now: self.counters?.time), scroll: 0)
        case .log:
            guard let entry = self.selectedEntry else { return [] }
            self.log.hold(rows: self.layout.logRows)
            self.overlay = .detail(EventDetail.detail(entry), scroll: 0)
        }
        return []
    }

    var selectedEntry: EventLog.Entry? {
        guard !self.log.matches.isEmpty else { return nil }
        return self.events.entry(self.log.matches[self.log.cursorIndex].number)
    }

    mutating func closeInnermost() -> [Effect] {
        if self.toast != nil {
            self.toast = nil
        } else if self.page == .trustStores, self.trustStores.pane == .certificates {
            self.trustStores.pane = .stores
        } else if !self.currentFilterText.isEmpty || self.page == .log && self.log.filter.failedOnly {
            self.setFilter("")
            if self.page == .log { self.log.setFilter(.all, text: "", log: self.events) }
        }
        return []
    }

    /// Leaves the console; a gate in this process is asked about first.
    mutating func leave() -> [Effect] {
        guard self.role == .serving else { return [.end(.left)] }
        self.overlay = nil
        self.prompt = nil
        self.dialogue = .leave(LeaveDialogue(opensAt: self.now + ModeDialogue.guardMilliseconds))
        return [.discardInput]
    }

    // MARK: Overlays

    mutating func press(_ key: Key, in overlay: Overlay) -> [Effect] {
        let page = max(1, self.layout.body.rows - 3)
        let step: Int
        switch key {
        case .escape, .enter, .character("q"), .character("?"), .function(1):
            self.overlay = nil
            return []
        case .function(10), .ctrl("c"): return self.leave()
        case .character("["), .character("]"): return self.stepDetail(forward: key == .character("]"))
        case .down, .character("j"): step = 1
        case .up, .character("k"): step = -1
        case .pageDown, .character(" "), .ctrl("d"): step = page
        case .pageUp, .ctrl("u"): step = -page
        case .home, .character("g"): step = -100_000
        case .end, .character("G"): step = 100_000
        default: return []
        }
        let rows = PopupScreen.rowCount(overlay, state: self)
        func scrolled(_ scroll: Int) -> Int { max(0, min(scroll + step, rows - page - 1)) }
        switch overlay {
        case .help(let scroll): self.overlay = .help(scroll: scrolled(scroll))
        case .detail(let detail, let scroll): self.overlay = .detail(detail, scroll: scrolled(scroll))
        }
        return []
    }

    /// The record after or before the one that is open.
    private mutating func stepDetail(forward: Bool) -> [Effect] {
        guard self.page == .log, case .detail = self.overlay else { return [] }
        let isAtEnd = forward && self.log.cursorIndex >= self.log.matches.count - 1
        if isAtEnd { return [] }
        self.log.move(by: forward ? 1 : -1, rows: self.layout.logRows)
        return self.openSelected()
    }

    // MARK: Filter

    var currentFilterText: String {
        switch self.page {
        case .listeners: self.listeners.filterText
        case .trustStores: self.trustStores.filterText
        case .log: self.log.filterText
        }
    }

    mutating func openPrompt() -> [Effect] {
        self.prompt = Prompt(text: self.currentFilterText, original: self.currentFilterText)
        return []
    }

    mutating func press(_ key: Key, in prompt: Prompt) -> [Effect] {
        switch key {
        case .enter:
            // A filter with a mistake is not accepted: it would look as if it were in force.
            if prompt.mistake == nil { self.prompt = nil }
        case .escape, .ctrl("c"):
            self.prompt = nil
            self.setFilter(prompt.original)
        case .backspace:
            self.setPrompt(String(prompt.text.dropLast()))
        case .ctrl("u"): self.setPrompt("")
        case .ctrl("w"):
            let kept = prompt.text.reversed().drop { $0 == " " }.drop { $0 != " " }
            self.setPrompt(String(kept.reversed()))
        case .character(let character): self.type(String(character))
        default: break
        }
        return []
    }

    mutating func type(_ text: String) {
        guard let prompt else { return }
        self.setPrompt(String((prompt.text + text).prefix(Prompt.limit)))
    }

    private mutating func setPrompt(_ text: String) {
        let mistake = self.setFilter(text)
        self.prompt?.text = text
        self.prompt?.mistake = mistake
    }

    /// Filters the page.
    ///
    /// - Returns: what is wrong with the filter; the one before stays then.
    @discardableResult
    private mutating func setFilter(_ text: String) -> String? {
        switch self.page {
        case .listeners: self.listeners.filterText = text
        case .trustStores: self.trustStores.filterText = text
        case .log:
            do {
                let filter = try LogFilter(text, failedOnly: self.log.filter.failedOnly)
                self.log.setFilter(filter, text: text, log: self.events)
            } catch {
                return "column \(error.column + 1): \(error.message)"
            }
        }
        self.arrange(isForced: true)
        return nil
    }
}
