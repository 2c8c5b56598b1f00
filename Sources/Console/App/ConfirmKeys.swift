import Model

/// Keys while something has to be confirmed, and the answer to what was.
extension ConsoleState {
    /// Opens a question over whatever lies over the page.
    mutating func ask(_ dialogue: ConfirmDialogue) -> [Effect] {
        self.overlay = nil
        self.dialogue = .confirm(dialogue)
        return [.discardInput]
    }

    /// Why nothing can be changed at all, if so.
    var changeAvailability: Command.Availability {
        if let reason = self.lock.refusal { return .no(reason) }
        guard self.link == .live else { return .no(.gateUnreachable) }
        return .yes
    }

    mutating func press(_ key: Key, in opened: ConfirmDialogue) -> [Effect] {
        guard self.now >= opened.opensAt else { return [] }
        var dialogue = opened
        let isTyping = dialogue.focus == .name
        switch key {
        case .escape, .ctrl("c"): return self.closeConfirm(dialogue)
        case .character("q") where !isTyping: return self.closeConfirm(dialogue)
        case .tab, .down: dialogue.moveFocus(by: 1)
        case .backTab, .up: dialogue.moveFocus(by: -1)
        case .left where !isTyping, .right where !isTyping, .character("h") where !isTyping,
            .character("l") where !isTyping:
            dialogue.focus = dialogue.focus == .go ? .cancel : .go
        case .enter:
            switch dialogue.focus {
            case .cancel: return self.closeConfirm(dialogue)
            case .go: return self.confirm(dialogue)
            case .name:
                dialogue.problem = dialogue.obstacle
                if dialogue.problem == nil { dialogue.focus = .go }
            }
        default:
            if isTyping, dialogue.request == nil { dialogue.edit(key) }
        }
        self.dialogue = .confirm(dialogue)
        return []
    }

    private mutating func closeConfirm(_ dialogue: ConfirmDialogue) -> [Effect] {
        self.dialogue = nil
        self.say(.info, dialogue.request == nil ? .modeUnchanged : .confirmOnItsWay)
        return []
    }

    private mutating func confirm(_ opened: ConfirmDialogue) -> [Effect] {
        var dialogue = opened
        guard dialogue.request == nil else { return [] }
        if let obstacle = dialogue.obstacle ?? (self.link == .live ? nil : .gateUnreachable) {
            dialogue.problem = obstacle
            self.dialogue = .confirm(dialogue)
            return []
        }
        self.lastRequest += 1
        dialogue.request = self.lastRequest
        dialogue.problem = nil
        self.pending[self.lastRequest] = .confirm(dialogue)
        self.dialogue = .confirm(dialogue)
        return [.request(self.lastRequest, dialogue.action.request)]
    }

    mutating func answer(
        _ request: Int,
        _ asked: ConfirmDialogue,
        _ result: Result<Reply, OperatorError>
    ) {
        var isOpen = false
        if case .confirm(let dialogue) = self.dialogue, dialogue.request == request { isOpen = true }
        switch result {
        case .success(.receipt(let receipt)):
            if isOpen { self.dialogue = nil }
            self.say(.info, .confirmed(asked.action, receipt))
            if self.lock.isArmed { self.lock = .armed(until: self.now + self.settings.armMilliseconds) }
        case .success: break
        case .failure(let error):
            guard isOpen, case .confirm(var dialogue) = self.dialogue else {
                self.say(.error, .confirmTitle(asked.action) + ": \(error.told)")
                return
            }
            dialogue.request = nil
            dialogue.problem = Phrase(verbatim: error.told)
            self.dialogue = .confirm(dialogue)
        }
    }
}

extension ConfirmDialogue {
    fileprivate mutating func moveFocus(by step: Int) {
        let fields = self.fields
        let position = fields.firstIndex(of: self.focus) ?? 0
        self.focus = fields[(position + step + fields.count) % fields.count]
    }

    fileprivate mutating func edit(_ key: Key) {
        switch key {
        case .backspace: self.typedName = String(self.typedName.dropLast())
        case .ctrl("u"): self.typedName = ""
        case .character(let character): self.type(String(character))
        default: return
        }
        if self.preview != .failed { self.problem = nil }
    }

    mutating func type(_ text: String) {
        self.typedName = String((self.typedName + text).prefix(Prompt.limit))
    }
}
