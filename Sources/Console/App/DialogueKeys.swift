import Model

/// Keys while something has to be answered. In a text field letters are letters.
extension ConsoleState {
    /// Why the mode of the listener under the cursor cannot be changed, if it cannot.
    var modeAvailability: Command.Availability {
        guard let row = self.selectedListener else { return .no(.modeNoListener) }
        guard row.listener.protocol.terminatesTLS else {
            return .no(.modeNeedsTLS(row.listener.name, row.listener.protocol.rawValue))
        }
        if let reason = self.lock.refusal { return .no(reason) }
        guard self.link == .live else { return .no(.gateUnreachable) }
        return .yes
    }

    /// Asks about the listener or name under the cursor, or the one that is named, with the mode that is
    /// named.
    mutating func openModeDialogue(_ arguments: [String] = []) -> [Effect] {
        if let name = arguments.dropFirst().first {
            _ = self.goToListener(name)
            guard self.selectedListener?.listener.name == name else { return [] }
            // What was available was the listener that had the cursor before.
            if case .no(let reason) = self.modeAvailability {
                self.say(.warn, reason)
                return []
            }
        }
        guard let row = self.selectedListener, let view = self.view else { return [] }
        let host = arguments.count > 2 ? arguments[2] : nil
        if let host, NamePolicy.normal(host) == nil || row.listener.protocol != .https {
            self.say(.warn, row.listener.protocol == .https ? .noHostName(host) : .namesNeedHTTPS)
            return []
        }
        self.overlay = nil
        var dialogue = ModeDialogue(
            listener: row.listener,
            serverName: host.flatMap(NamePolicy.normal) ?? (arguments.isEmpty ? self.selectedName : nil),
            view: view,
            now: self.now
        )
        if let mode = arguments.first.flatMap({ MutualAuthentication.Mode(rawValue: $0) }) {
            dialogue.mode = mode
        }
        self.dialogue = .mode(dialogue)
        return [.discardInput] + self.rehearse()
    }

    // MARK: Mode

    mutating func press(_ key: Key, in opened: ModeDialogue) -> [Effect] {
        guard self.now >= opened.opensAt else { return [] }
        var dialogue = opened
        switch key {
        case .escape, .ctrl("c"):
            return self.closeModeDialogue(dialogue)
        case .tab, .down: dialogue.moveFocus(by: 1)
        case .backTab, .up: dialogue.moveFocus(by: -1)
        case .enter:
            switch dialogue.focus {
            case .cancel: return self.closeModeDialogue(dialogue)
            case .apply: return self.apply(dialogue)
            case .mode, .store, .clients, .identity, .expiry, .caNames, .terms, .limit, .name:
                dialogue.advance()
            }
        default:
            if dialogue.request == nil { dialogue.edit(key) }
        }
        self.dialogue = .mode(dialogue)
        // A text is asked about when it has been typed.
        guard dialogue.focus != .identity || opened.focus != .identity else { return [] }
        return dialogue.isRehearsed ? [] : self.rehearse()
    }

    /// Asks the gate what the chosen mode would do to the clients it remembers.
    mutating func rehearse() -> [Effect] {
        guard case .mode(var dialogue) = self.dialogue else { return [] }
        dialogue.preview = .none
        dialogue.rehearsed = dialogue.rehearsable
        if !dialogue.fields.contains(dialogue.focus) { dialogue.focus = .mode }
        defer { self.dialogue = .mode(dialogue) }
        guard dialogue.isChange, self.link == .live,
            dialogue.mode != .verify || dialogue.store != nil && dialogue.requirements != nil
        else {
            return []
        }
        self.lastRequest += 1
        self.pending[self.lastRequest] = .preview
        dialogue.preview = .asked(self.lastRequest)
        var change = dialogue.change
        change.trial = nil
        return [.request(self.lastRequest, .rehearse(change))]
    }

    /// Takes what the gate says, unless another mode has been chosen meanwhile.
    mutating func answerPreview(_ request: Int, _ result: Result<Reply, OperatorError>) {
        guard case .mode(var dialogue) = self.dialogue, dialogue.preview == .asked(request) else {
            return
        }
        switch result {
        case .success(.rehearsal(let reports)):
            let report = reports.first { $0.listener == dialogue.listenerName }
            dialogue.preview = report.map { .known($0) } ?? .none
            dialogue.proposeLimit()
        case .success: break
        case .failure(let error): dialogue.preview = .failed(error.told)
        }
        if dialogue.problem == .confirmNotKnownYet { dialogue.problem = nil }
        self.dialogue = .mode(dialogue)
    }

    mutating func closeModeDialogue(_ dialogue: ModeDialogue) -> [Effect] {
        self.dialogue = nil
        if dialogue.request != nil {
            self.say(.warn, .modeOnItsWay(dialogue.object))
        } else {
            self.say(.info, .modeUnchanged)
        }
        return []
    }

    private mutating func apply(_ opened: ModeDialogue) -> [Effect] {
        var dialogue = opened
        if let obstacle = dialogue.obstacle ?? (self.link == .live ? nil : .gateUnreachable) {
            dialogue.problem = obstacle
            self.dialogue = .mode(dialogue)
            return []
        }
        self.lastRequest += 1
        dialogue.request = self.lastRequest
        dialogue.problem = nil
        self.pending[self.lastRequest] = .mode(dialogue)
        self.dialogue = .mode(dialogue)
        return [.request(self.lastRequest, .change(dialogue.change))]
    }

    // MARK: Leave

    mutating func press(_ key: Key, in opened: LeaveDialogue) -> [Effect] {
        guard self.now >= opened.opensAt else { return [] }
        let choices = LeaveDialogue.Choice.allCases
        var dialogue = opened
        let position = choices.firstIndex(of: dialogue.choice) ?? 0
        switch key {
        case .escape, .ctrl("c"), .character("q"):
            self.dialogue = nil
            return []
        case .tab, .right, .down, .character("l"):
            dialogue.choice = choices[(position + 1) % choices.count]
        case .backTab, .left, .up, .character("h"):
            dialogue.choice = choices[(position + choices.count - 1) % choices.count]
        case .enter:
            self.dialogue = nil
            switch dialogue.choice {
            case .stay: return []
            case .leave: return [.save(self.remembered), .end(.left)]
            case .stop: return [.save(self.remembered), .end(.stopServing)]
            }
        default: break
        }
        self.dialogue = .leave(dialogue)
        return []
    }
}

extension ModeDialogue {
    mutating func moveFocus(by step: Int) {
        let fields = self.fields
        let position = fields.firstIndex(of: self.focus) ?? 0
        self.focus = fields[(position + step + fields.count) % fields.count]
    }

    /// Enter in a field: on to what is still missing, then to Apply, which needs an Enter of its own.
    fileprivate mutating func advance() {
        if self.request != nil || !self.isChange && self.mode != .verify {
            self.problem = self.obstacle
        } else if self.focus == .mode, self.mode == .verify {
            self.focus = .store
        } else if let obstacle = self.obstacle {
            if self.needsName, self.typedName != self.confirmedName { self.focus = .name }
            self.problem = obstacle
        } else {
            self.focus = .apply
        }
    }

    fileprivate mutating func edit(_ key: Key) {
        // While a name is needed, letters are its letters: "p" of "public" must not choose a mode.
        if self.focus == .mode, self.isWeaker, case .character(let character) = key, character != " " {
            self.focus = .name
        }
        if self.focus == .name {
            switch key {
            case .backspace: self.typedName = String(self.typedName.dropLast())
            case .ctrl("u"): self.typedName = ""
            case .character(let character):
                self.typedName = String((self.typedName + String(character)).prefix(Prompt.limit))
            default: return
            }
            self.problem = nil
            return
        }
        if self.focus == .identity, self.editIdentity(key) { return }
        if self.focus == .limit, self.editLimit(key) { return }
        switch key {
        case .left, .character("h"): self.step(by: -1)
        case .right, .character("l"), .character(" "): self.step(by: 1)
        case .character(let letter) where !self.isWeaker:
            guard let mode = Self.modes[letter] else { return }
            self.choose(mode)
            self.focus = self.isWeaker ? .name : .mode
        default: break
        }
    }

    /// Whether a key was one of the text's.
    private mutating func editIdentity(_ key: Key) -> Bool {
        switch key {
        case .backspace: self.identity = String(self.identity.dropLast())
        case .ctrl("u"): self.identity = ""
        case .character(let character):
            self.identity = String((self.identity + String(character)).prefix(Prompt.limit))
        default: return false
        }
        self.problem = nil
        self.typedName = ""
        return true
    }

    /// Whether a key was one of the number's: digits, or one more and one less.
    private mutating func editLimit(_ key: Key) -> Bool {
        switch key {
        case .backspace: self.limitPercent = self.limitPercent.flatMap { $0 < 10 ? nil : $0 / 10 }
        case .ctrl("u"): self.limitPercent = nil
        case .left, .character("h"):
            self.limitPercent = self.limitPercent.flatMap { $0 <= 1 ? nil : $0 - 1 }
        case .right, .character("l"), .character(" "):
            self.limitPercent = min(100, (self.limitPercent ?? 0) + 1)
        case .character(let digit):
            guard let value = digit.wholeNumberValue, digit.isASCII else { return false }
            let number = (self.limitPercent ?? 0) * 10 + value
            self.limitPercent = number > 100 ? value : number == 0 ? nil : number
        default: return false
        }
        self.problem = nil
        return true
    }

    private static let modes: [Character: MutualAuthentication.Mode] = [
        "o": .off, "p": .passthrough, "v": .verify,
    ]

    mutating func choose(_ mode: MutualAuthentication.Mode) {
        self.mode = mode
        self.problem = nil
        // A name that was typed for one change is not a yes to another.
        self.typedName = ""
    }

    private mutating func step(by step: Int) {
        switch self.focus {
        case .mode:
            let modes = MutualAuthentication.Mode.allCases
            let position = modes.firstIndex(of: self.mode) ?? 0
            self.choose(modes[(position + step + modes.count) % modes.count])
        case .store:
            guard !self.stores.isEmpty else { return }
            let position = self.stores.firstIndex { $0.id == self.storeID } ?? 0
            self.storeID = self.stores[(position + step + self.stores.count) % self.stores.count].id
            self.problem = nil
        case .clients:
            let all = ClientRequirements.Enforcement.allCases
            let position = all.firstIndex(of: self.enforcement) ?? 0
            self.enforcement = all[(position + step + all.count) % all.count]
            self.problem = nil
            self.typedName = ""
        case .expiry:
            self.ignoresExpiry.toggle()
            self.problem = nil
            self.typedName = ""
        case .caNames:
            self.advertisesCANames.toggle()
            self.problem = nil
        case .terms:
            let place = Self.trials.firstIndex { $0 == self.trialSeconds } ?? 0
            self.trialSeconds = Self.trials[(place + step + Self.trials.count) % Self.trials.count]
        case .cancel: self.focus = .apply
        case .apply: self.focus = .cancel
        case .name, .identity, .limit: break
        }
    }
}
