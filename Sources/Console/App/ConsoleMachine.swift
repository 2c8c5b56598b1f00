import Model

/// How a console's state changes: no clock, no I/O, one event at a time.
extension ConsoleState {
    mutating func handle(_ event: ConsoleEvent) -> [Effect] {
        switch event {
        case .key(let key): return self.press(key)
        case .paste(let text): self.paste(text)
        case .resize(let size): self.size = size
        case .view(let view): return self.take(view)
        case .counters(let counters):
            self.counters = counters
            self.arrange(isForced: false)
        case .records(let batch):
            let added = self.events.append(batch.records)
            self.events.lost = batch.lost
            self.log.append(added, oldest: self.events.oldest)
        case .link(let link):
            if case .live = link, case .gone = self.link { self.say(.info, "the gate is back") }
            self.link = link
        case .slow(let isSlow): self.isSlow = isSlow
        case .reply(let request, let result): self.answer(request, result)
        case .tick(let now): self.tick(now)
        }
        return []
    }

    // MARK: Data

    private mutating func take(_ view: GateView) -> [Effect] {
        let isSameProcess = self.view.map { $0.startedAt == view.startedAt && $0.processID == view.processID }
        if isSameProcess == false {
            // Numbers of records begin anew with every process.
            self.events = EventLog()
            self.log.reset()
            self.say(.warn, "the gate was restarted: this log begins with the new process")
        }
        let lost = self.selectedListener?.listener
        self.view = view
        self.arrange(isForced: true)
        if let lost, !view.configuration.listeners.contains(where: { $0.listener.id == lost.id }) {
            self.say(.warn, "listener \(lost.name) has been removed; the cursor is on the next one")
        }
        if case .mode(var dialogue) = self.dialogue {
            if dialogue.update(view) {
                self.dialogue = .mode(dialogue)
            } else {
                self.dialogue = nil
                self.say(.warn, "listener \(dialogue.listenerName) has been removed; nothing was changed")
            }
        }
        return []
    }

    /// Puts rows in order; not while somebody is moving among them, unless it was asked for.
    mutating func arrange(isForced: Bool) {
        guard let view else { return }
        guard isForced || self.now - self.lastKeyAt >= Self.quietMilliseconds else { return }
        self.listeners.arrange(view, counters: self.counters)
        self.listeners.selection.update(self.listeners.order)
        self.trustStores.arrange(view)
    }

    private mutating func tick(_ now: Int64) {
        self.now = max(self.now, now)
        if let toast, self.now >= toast.until { self.toast = nil }
        if case .armed(let until) = self.lock, self.now >= until {
            self.lock = .observe
            if case .mode(let dialogue) = self.dialogue, dialogue.request == nil { self.dialogue = nil }
            self.say(.info, "observe mode: the 10 minutes are over")
        }
    }

    private mutating func answer(_ request: Int, _ result: Result<ChangeReceipt, OperatorError>) {
        guard let asked = self.pending.removeValue(forKey: request) else { return }
        var isOpen = false
        if case .mode(let dialogue) = self.dialogue, dialogue.request == request { isOpen = true }
        switch result {
        case .success(let receipt):
            if isOpen { self.dialogue = nil }
            let what = receipt.plan.isEmpty ? "was already" : "is now"
            self.say(
                .info,
                "\(asked.listenerName) \(what) \(asked.mode.rawValue) (generation \(receipt.generation))",
                draining: asked.listenerID
            )
            if self.lock.isArmed { self.lock = .armed(until: self.now + Lock.armedMilliseconds) }
        case .failure(let error):
            let text = [error.message, error.hint].compactMap { $0 }.joined(separator: " ")
            if isOpen, case .mode(var dialogue) = self.dialogue {
                dialogue.request = nil
                dialogue.problem = text
                self.dialogue = .mode(dialogue)
            } else {
                self.say(.error, "\(asked.listenerName) was not changed: \(text)")
            }
        }
    }

    // MARK: Input

    private mutating func press(_ key: Key) -> [Effect] {
        self.lastKeyAt = self.now
        // The keys that must work whatever is on the screen.
        if let command = Command.command(for: key, on: self.page),
            ["repaint", "suspend"].contains(command.name)
        {
            return self.run(command)
        }
        switch self.dialogue {
        case .mode(let dialogue): return self.press(key, in: dialogue)
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
        guard let command = Command.command(for: key, on: self.page) else { return [] }
        return self.run(command)
    }

    mutating func run(_ command: Command) -> [Effect] {
        switch command.availability(self) {
        case .yes: return command.run(&self)
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
        } else if case .mode(var dialogue) = self.dialogue, dialogue.focus == .name, dialogue.request == nil {
            dialogue.typedName = String((dialogue.typedName + line).prefix(Prompt.limit))
            dialogue.problem = nil
            self.dialogue = .mode(dialogue)
        } else {
            self.say(.warn, "pasted text is not read as keys")
        }
    }
}
