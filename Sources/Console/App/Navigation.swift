import Model

/// Moving about: cursor, panes, pages and details.
extension ConsoleState {
    enum Movement: Hashable, Sendable {
        case rows(Int)
        case halfScreens(Int)
        case screens(Int)
        case first
        case last
    }

    /// The list that keys are about; nil on the log page.
    var focusedList: (any ListControl)? {
        get {
            switch (self.page, self.pane) {
            case (.overview, 0): self.attention
            case (.listeners, 1): self.names
            case (.overview, 1), (.listeners, _): self.listeners
            case (.overview, _), (.changes, _): self.changeList
            case (.trustStores, 0): self.stores
            case (.trustStores, 1): self.certificates
            case (.trustStores, _): self.revocations
            case (.refusals, _): self.refusals
            case (.targets, _): self.targets
            case (.clients, _): self.clients
            case (.requests, _): self.requests
            case (.log, _): nil
            }
        }
        set {
            if let list = newValue as? ListView<AttentionItem> { self.attention = list }
            if let list = newValue as? ListView<ListenerRow> { self.listeners = list }
            if let list = newValue as? ListView<NameRow> { self.names = list }
            if let list = newValue as? ListView<ChangeRow> { self.changeList = list }
            if let list = newValue as? ListView<StoreRow> { self.stores = list }
            if let list = newValue as? ListView<CertificateRow> { self.certificates = list }
            if let list = newValue as? ListView<RevocationRow> { self.revocations = list }
            if let list = newValue as? ListView<RequestRow> { self.requests = list }
            if let list = newValue as? ListView<RefusalRow> { self.refusals = list }
            if let list = newValue as? ListView<TargetRow> { self.targets = list }
            if let list = newValue as? ListView<ClientRow> { self.clients = list }
        }
    }

    /// The pane that has the keys.
    var pane: Int {
        get { self.panes[self.page] ?? 0 }
        set { self.panes[self.page] = newValue }
    }

    /// A listener has a pane of names only if they are judged in different ways.
    var paneAvailability: Command.Availability {
        self.page == .listeners && self.names.count == 0 ? .no(.noNames) : .yes
    }

    /// Lists of the page, each in a pane.
    var paneCount: Int {
        switch self.page {
        case .overview, .trustStores: 3
        case .listeners: self.names.count > 0 ? 2 : 1
        default: 1
        }
    }

    mutating func movePane(by step: Int) -> [Effect] {
        let count = self.paneCount
        self.pane = (self.pane + step + count) % count
        return []
    }

    mutating func move(_ movement: Movement) -> [Effect] {
        let list =
            self.page == .log ? self.layout.logRows : max(1, self.layout.listAndPane().list.rows - 1)
        let step =
            switch movement {
            case .rows(let count): count
            case .halfScreens(let count): count * max(1, list / 2)
            case .screens(let count): count * max(1, list - 1)
            case .first: Int.min / 2
            case .last: Int.max / 2
            }
        guard self.page == .log else {
            self.focusedList?.move(by: step)
            if self.page == .refusals { self.refusalNumber = nil }
            if self.page == .trustStores, self.pane == 0 { self.arrange(isForced: true) }
            if self.page == .listeners, self.pane == 0 { self.arrangeNames() }
            return []
        }
        if self.log.groups != nil {
            self.log.moveGroup(by: step)
            return []
        }
        switch movement {
        case .first: self.log.moveToFirst(rows: list)
        case .last: self.log.follow()
        case .rows, .halfScreens, .screens: self.log.move(by: step, rows: list)
        }
        return []
    }

    mutating func shiftColumns(by step: Int) -> [Effect] {
        if self.page == .log {
            self.logColumns.shift(by: step)
        } else {
            self.focusedList?.shiftColumns(by: step)
        }
        return []
    }

    // MARK: Pages

    mutating func go(to page: Page) -> [Effect] {
        if page != self.page { self.trail = (self.trail + [self.page]).suffix(8) }
        self.page = page
        self.isZoomed = false
        switch page {
        case .changes:
            // Whoever comes here wants to see what happened last.
            self.changeList.move(by: .min / 2)
            return self.askForChanges()
        case .clients: return self.askForClients()
        case .requests: return self.askForRequests()
        default: return []
        }
    }

    /// The page that led here, or out.
    mutating func back() -> [Effect] {
        guard let page = self.trail.popLast() else { return self.leave() }
        self.page = page
        self.isZoomed = false
        return []
    }

    mutating func goToListener(_ name: String?) -> [Effect] {
        guard let view else { return [] }
        guard let name else { return self.go(to: .listeners) }
        guard let row = view.configuration.listeners.first(where: { $0.listener.name == name }) else {
            self.say(.warn, .noSuch(.nounListener, name))
            return []
        }
        let effects = self.go(to: .listeners)
        _ = self.filter(by: "")
        self.pane = 0
        self.listeners.select(row.listener.id)
        self.arrangeNames()
        return effects
    }

    mutating func goToStore(_ name: String?) -> [Effect] {
        guard let view else { return [] }
        guard let name else { return self.go(to: .trustStores) }
        guard let store = view.configuration.trustStores.first(where: { $0.name == name }) else {
            self.say(.warn, .noSuch(.nounTrustStore, name))
            return []
        }
        let effects = self.go(to: .trustStores)
        self.pane = 0
        _ = self.filter(by: "")
        self.stores.select(store.id)
        self.arrange(isForced: true)
        return effects
    }

    // MARK: Opening

    mutating func openSelected() -> [Effect] {
        switch (self.page, self.pane) {
        case (.overview, 0):
            guard let item = self.attention.selected else { return [] }
            return self.open(item)
        case (.overview, 1):
            guard let row = self.listeners.selected else { return [] }
            return self.goToListener(row.name)
        case (.overview, _): return self.go(to: .changes)
        case (.trustStores, 0): self.pane = 1
        case (.log, _):
            if let group = self.log.groups?.selected { return self.open(group) }
            self.log.hold(rows: self.layout.logRows)
            self.openDetail()
        case (.refusals, _):
            guard let entry = self.selectedRefusal else { return [] }
            self.overlay = .detail(EventDetail.detail(entry, self.language), scroll: 0)
        case (.listeners, _), (.trustStores, _), (.targets, _), (.clients, _), (.changes, _),
            (.requests, _):
            self.openDetail()
        }
        return []
    }

    /// Everything about what is under the cursor, over the page.
    private mutating func openDetail() {
        if let detail = Details.selected(self) { self.overlay = .detail(detail, scroll: 0) }
    }

    private mutating func open(_ item: AttentionItem) -> [Effect] {
        switch item.place {
        case .listener: return self.goToListener(item.object)
        case .refusals:
            let effects = self.go(to: .refusals)
            _ = self.filter(by: "listener:\(FilterText.quoted(item.object))")
            return effects
        case .certificate(let store, let fingerprint):
            let effects = self.go(to: .trustStores)
            self.stores.select(store)
            self.pane = 1
            self.arrange(isForced: true)
            self.certificates.select(fingerprint)
            return effects
        case .store(let store):
            let effects = self.go(to: .trustStores)
            self.pane = 0
            self.stores.select(store)
            self.arrange(isForced: true)
            self.pane = 2
            return effects
        case .clients(let days):
            let effects = self.go(to: .clients)
            _ = self.filter(by: "expires<\(days)d")
            return effects
        case .targets:
            let effects = self.go(to: .targets)
            _ = self.filter(by: "group:\(FilterText.quoted(item.object))")
            return effects
        case .change(let number):
            let effects = self.go(to: .changes)
            self.changeList.select(number)
            return effects
        case .log: return self.go(to: .log)
        case .nowhere: return []
        }
    }

    /// The records of a group, one by one.
    private mutating func open(_ group: LogGroups.Group) -> [Effect] {
        guard let key = self.log.groups?.key else { return [] }
        let term =
            group.id.map { "\(key.rawValue):\(FilterText.quoted($0))" } ?? "not \(key.rawValue):*"
        let text = self.log.filterText.isEmpty ? term : "(\(self.log.filterText)) \(term)"
        self.log.group(by: nil, log: self.events)
        return self.filter(by: text)
    }

    /// The record after or before the one that is open.
    mutating func stepDetail(forward: Bool) -> [Effect] {
        guard self.page == .log, case .detail = self.overlay else { return [] }
        let isAtEnd = forward && self.log.cursorIndex >= self.log.matches.count - 1
        if isAtEnd { return [] }
        self.log.move(by: forward ? 1 : -1, rows: self.layout.logRows)
        return self.openSelected()
    }

    /// The failure after or before the one that is explained.
    mutating func stepRefusal(forward: Bool) -> [Effect] {
        guard let numbers = self.refusals.selected?.numbers, let last = numbers.last else { return [] }
        let place = numbers.firstIndex(of: self.refusalNumber ?? last) ?? numbers.count - 1
        self.refusalNumber = numbers[max(0, min(place + (forward ? 1 : -1), numbers.count - 1))]
        return []
    }

    mutating func closeInnermost() -> [Effect] {
        if self.toast != nil {
            self.toast = nil
        } else if self.isZoomed {
            self.isZoomed = false
        } else if self.page == .log, self.log.groups != nil {
            self.log.group(by: nil, log: self.events)
        } else if [.trustStores, .listeners].contains(self.page), self.pane > 0,
            self.currentFilterText.isEmpty
        {
            self.pane = 0
        } else if self.page == .log, !self.log.query.isEmpty {
            self.log.setQuery(LogQuery(), text: "", log: self.events)
        } else if !self.currentFilterText.isEmpty {
            return self.filter(by: "")
        }
        return []
    }

    /// Leaves the console; a gate in this process is asked about first.
    mutating func leave() -> [Effect] {
        self.overlay = nil
        self.prompt = nil
        guard self.role == .serving else { return [.save(self.remembered), .end(.left)] }
        self.dialogue = .leave(LeaveDialogue(opensAt: self.now + ModeDialogue.guardMilliseconds))
        return [.discardInput]
    }

    mutating func toggleLock() -> [Effect] {
        if self.lock.isArmed {
            self.lock = .observe
            self.say(.info, .observeAgain)
        } else {
            self.lock = .armed(until: self.now + self.settings.armMilliseconds)
            self.say(.warn, .armed(minutes: Int64(self.settings.armMinutes)))
        }
        return []
    }
}
