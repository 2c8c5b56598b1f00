import Model

/// How a console's state changes: no clock, no I/O, one event at a time.
extension ConsoleState {
    mutating func handle(_ event: ConsoleEvent) -> [Effect] {
        switch event {
        case .key(let key): return self.press(key)
        case .paste(let text): self.paste(text)
        case .line(let text): return self.take(line: text)
        case .wheel(let rows): return self.turnWheel(by: rows)
        case .click(let target): return self.click(target)
        case .resize(let size): self.size = size
        case .view(let view): return self.take(view)
        case .counters(let counters):
            self.take(counters)
            return self.askForRequests() + self.askForExpiring()
        case .records(let batch): self.take(batch)
        case .link(let link):
            if case .live = link, case .gone = self.link { self.say(.info, .gateIsBack) }
            self.link = link
        case .slow(let isSlow): self.isSlow = isSlow
        case .reply(let request, let result): return self.answer(request, result)
        case .settings(let news): self.take(news)
        case .written(.success(let path)): self.say(.info, .wrote(path))
        case .written(.failure(let error)): self.say(.error, Phrase(verbatim: error.told))
        case .tick(let now): self.tick(now)
        }
        return []
    }

    // MARK: Data

    private mutating func take(_ view: GateView) -> [Effect] {
        let isSameProcess = self.view.map {
            $0.startedAt == view.startedAt && $0.processID == view.processID
        }
        if isSameProcess == false {
            // Numbers of records begin anew with every process.
            self.events = EventLog(limit: self.settings.logEvents)
            self.refusalGroups = RefusalGroups()
            self.history = History()
            self.groupHistory = GroupHistory()
            self.requestLog = RequestLog()
            self.log.reset()
            self.say(.warn, .gateRestarted)
        }
        self.view = view
        self.mergeChanges(view.recentChanges)
        self.arrange(isForced: true)
        if case .mode(var dialogue) = self.dialogue {
            if dialogue.update(view) {
                self.dialogue = .mode(dialogue)
            } else {
                self.dialogue = nil
                self.say(.warn, .modeListenerGone(dialogue.listenerName))
            }
        }
        if case .confirm(let dialogue) = self.dialogue, dialogue.request == nil,
            !dialogue.holds(in: view)
        {
            self.dialogue = nil
            self.say(.warn, .confirmOver(dialogue.action))
        }
        return self.page == .changes ? self.askForChanges() : []
    }

    private mutating func take(_ counters: GateCounters) {
        self.counters = counters
        self.countersAt = self.now
        self.history.add(counters)
        self.groupHistory.add(counters)
        self.refusalGroups.advance(to: counters.time)
        self.arrange(isForced: false)
    }

    private mutating func take(_ batch: RecordBatch) {
        let added = self.events.append(batch.records)
        self.events.lost = batch.lost
        for entry in self.events.entries.suffix(added) { self.refusalGroups.add(entry) }
        self.log.update(self.events, added: added)
        self.arrange(isForced: false)
    }

    private mutating func take(_ news: SettingsNews) {
        switch news {
        case .theme(let name): self.say(.info, .themeNow(name))
        case .keys(let keys):
            self.keys = keys
            self.say(.info, .keysRead)
        case .refused(let error): self.say(.error, Phrase(verbatim: error.told))
        }
    }

    /// The view tells the newest; those before them stay.
    private mutating func mergeChanges(_ recent: [ChangeRecord]) {
        let oldest = recent.last?.number ?? .max
        self.changes = recent + self.changes.filter { $0.number < oldest }
    }

    /// Asks for all changes, of which a view has only the newest.
    mutating func askForChanges() -> [Effect] {
        guard self.link == .live, !self.pending.values.contains(.changes) else { return [] }
        self.lastRequest += 1
        self.pending[self.lastRequest] = .changes
        return [.request(self.lastRequest, .changes(limit: 1_000))]
    }

    /// Asks for the newest clients of the ledger, verified or not.
    mutating func askForClients() -> [Effect] {
        guard self.link == .live, !self.pending.values.contains(.clients) else { return [] }
        self.lastRequest += 1
        self.pending[self.lastRequest] = .clients
        var query = ClientQuery()
        query.verifiedOnly = false
        return [.request(self.lastRequest, .clients(query))]
    }

    /// Puts rows in order; not while somebody is moving among them, unless it was asked for.
    mutating func arrange(isForced: Bool) {
        guard self.view != nil else { return }
        let isForced = isForced || self.now - self.lastKeyAt >= Self.quietMilliseconds
        let alarms = Attention.items(self)
        let listener = self.listeners.update(
            ListenerRow.rows(self, failing: Attention.failing(alarms)),
            isForced: isForced
        )
        self.arrangeNames()
        let store = self.stores.update(StoreRow.rows(self), isForced: isForced)
        _ = self.certificates.update(CertificateRow.rows(self), isForced: isForced)
        _ = self.revocations.update(RevocationRow.rows(self), isForced: isForced)
        let target = self.targets.update(TargetRow.rows(self), isForced: isForced)
        _ = self.refusals.update(RefusalRow.rows(self), isForced: isForced)
        _ = self.clients.update(ClientRow.rows(self), isForced: isForced)
        _ = self.requests.update(RequestRow.rows(self), isForced: isForced)
        _ = self.changeList.update(ChangeRow.rows(self), isForced: isForced)
        _ = self.attention.update(alarms, isForced: isForced)
        if let listener { self.say(.warn, .gone(ListenerRow.noun, listener.name)) }
        if let store { self.say(.warn, .gone(StoreRow.noun, store.name)) }
        if let target { self.say(.warn, .gone(TargetRow.noun, target.name)) }
    }

    /// Those of the listener under the cursor.
    mutating func arrangeNames() {
        _ = self.names.update(NameRow.rows(self), isForced: true)
        if self.names.count == 0, self.names.filterText.isEmpty { self.panes[.listeners] = 0 }
    }

    private mutating func tick(_ now: Int64) {
        let second = self.now / 1_000
        self.now = max(self.now, now)
        // What is left of a trial stands in rows.
        if self.now / 1_000 != second, self.view?.trials?.isEmpty == false { self.arrange(isForced: false) }
        if let toast, self.now >= toast.until { self.toast = nil }
        if case .armed(let until) = self.lock, self.now >= until {
            self.lock = .observe
            switch self.dialogue {
            case .mode(let dialogue) where dialogue.request == nil: self.dialogue = nil
            case .confirm(let dialogue) where dialogue.request == nil: self.dialogue = nil
            case .mode, .confirm, .leave, nil: break
            }
            self.say(.info, .armingOver(minutes: Int64(self.settings.armMinutes)))
        }
        if self.log.isSearching { self.log.search(self.events, limit: LogView.slice) }
    }

    private mutating func answer(_ request: Int, _ result: Result<Reply, OperatorError>) -> [Effect] {
        guard let asked = self.pending.removeValue(forKey: request) else { return [] }
        switch (asked, result) {
        case (.changes, .success(.changes(let changes))):
            self.changes = changes
            self.arrange(isForced: true)
        case (.clients, .success(.clients(let list))):
            self.clientList = list
            self.arrange(isForced: true)
        case (.expiring, .success(.clients(let list))):
            self.expiring.take(list)
            self.arrange(isForced: false)
        case (.changes, .failure(let error)), (.clients, .failure(let error)):
            self.say(.error, Phrase(verbatim: error.told))
        case (.preview, _): self.answerPreview(request, result)
        case (.mode(let dialogue), _): self.answer(request, dialogue, result)
        case (.confirm(let dialogue), _): self.answer(request, dialogue, result)
        case (.storePreview, _): self.answerStorePreview(request, result)
        case (.whatIf(let change), _): self.answerWhatIf(change, result)
        case (.revisions(let store), _): self.answerRevisions(store, result)
        case (.revocations(let query), _): self.answerRevocations(query, result)
        case (.requests, _): self.answerRequests(result)
        case (.files, _): self.answerFiles(result)
        case (.file(let purpose, let store), _):
            return self.answerFile(purpose, store: store, result)
        case (.sentAuthority(let store), _): return self.answerSentAuthority(store: store, result)
        case (.sentChain(let path), _): return self.answerChain(to: path, result)
        default: break
        }
        return []
    }

    private mutating func answer(
        _ request: Int,
        _ asked: ModeDialogue,
        _ result: Result<Reply, OperatorError>
    ) {
        var isOpen = false
        if case .mode(let dialogue) = self.dialogue, dialogue.request == request { isOpen = true }
        switch result {
        case .success(.receipt(let receipt)):
            if isOpen { self.dialogue = nil }
            self.say(
                .info,
                .modeIsNow(
                    asked.object,
                    asked.mode.rawValue,
                    isNew: !receipt.plan.isEmpty,
                    generation: receipt.generation,
                    trialMinutes: receipt.plan.isEmpty ? nil : asked.trialSeconds.map { $0 / 60 }
                ),
                draining: asked.listenerID
            )
            if self.lock.isArmed { self.lock = .armed(until: self.now + self.settings.armMilliseconds) }
        case .success: break
        case .failure(let error):
            if isOpen, case .mode(var dialogue) = self.dialogue {
                dialogue.request = nil
                dialogue.problem = Phrase(verbatim: error.told)
                self.dialogue = .mode(dialogue)
            } else {
                self.say(.error, .modeNotChanged(asked.object, error.told))
            }
        }
    }

    // MARK: Input

    private mutating func press(_ key: Key) -> [Effect] {
        self.lastKeyAt = self.now
        let command = self.keys.command(for: key, on: self.page)
        // The keys that must work whatever is on the screen.
        if let command, ["repaint", "suspend"].contains(command.name) { return self.run(command) }
        switch self.dialogue {
        case .mode(let dialogue): return self.press(key, in: dialogue)
        case .confirm(let dialogue): return self.press(key, in: dialogue)
        case .leave(let dialogue): return self.press(key, in: dialogue)
        case nil: break
        }
        if let prompt { return self.press(key, in: prompt) }
        if let overlay { return self.press(key, in: overlay) }
        // A window of which nothing is shown is not worked with.
        if self.layout.isTooSmall {
            guard key == .character("q") || key == .function(10) || key == .ctrl("c") else { return [] }
            return self.leave()
        }
        return command.map { self.run($0) } ?? []
    }

    mutating func run(_ command: Command, _ arguments: [String] = []) -> [Effect] {
        switch command.availability(self) {
        case .yes: return command.run(&self, arguments)
        case .no(let reason):
            self.say(.warn, reason)
            return []
        }
    }

    private mutating func paste(_ text: String) {
        // A newline in a paste submits nothing.
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        if self.prompt != nil {
            self.type(line)
        } else if case .palette = self.overlay {
            self.typeInPalette(line)
        } else if case .files = self.overlay {
            self.typeInFiles(line)
        } else if case .mode(var dialogue) = self.dialogue, dialogue.focus == .name,
            dialogue.request == nil
        {
            dialogue.typedName = String((dialogue.typedName + line).prefix(Prompt.limit))
            dialogue.problem = nil
            self.dialogue = .mode(dialogue)
        } else if case .mode(var dialogue) = self.dialogue, dialogue.focus == .identity,
            dialogue.request == nil
        {
            dialogue.identity = String((dialogue.identity + line).prefix(Prompt.limit))
            dialogue.problem = nil
            dialogue.typedName = ""
            self.dialogue = .mode(dialogue)
        } else if case .confirm(var dialogue) = self.dialogue, dialogue.focus == .name,
            dialogue.request == nil
        {
            dialogue.type(line)
            dialogue.problem = nil
            self.dialogue = .confirm(dialogue)
        } else {
            self.say(.warn, .pasteIgnored)
        }
    }
}

extension OperatorError {
    /// Message and hint, as they stand in one place on the screen.
    var told: String { [self.message, self.hint].compactMap { $0 }.joined(separator: " ") }
}
