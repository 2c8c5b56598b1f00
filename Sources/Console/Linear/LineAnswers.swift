import Model

/// Lines that answer a dialogue: one for each field, an empty one keeps what it has.
extension ConsoleState {
    mutating func answer(_ text: String, in opened: ModeDialogue) -> [Effect] {
        guard self.now >= opened.opensAt, opened.request == nil else { return [] }
        var dialogue = opened
        if dialogue.focus == .apply {
            switch LineAnswer(text, button: .modeApply) {
            case .yes: return self.press(.enter, in: dialogue)
            case .no: return self.closeModeDialogue(dialogue)
            case .other: dialogue.problem = .noSuchAnswer(text)
            }
        } else if let mistake = dialogue.fill(text) {
            dialogue.problem = mistake
        } else {
            dialogue.goOn()
        }
        self.dialogue = .mode(dialogue)
        return dialogue.isRehearsed ? [] : self.rehearse()
    }

    mutating func answer(_ text: String, in opened: ConfirmDialogue) -> [Effect] {
        guard self.now >= opened.opensAt, opened.request == nil else { return [] }
        var dialogue = opened
        if dialogue.focus == .name {
            dialogue.typedName = text
            dialogue.problem = dialogue.obstacle
            if dialogue.problem == nil { dialogue.focus = .go }
            self.dialogue = .confirm(dialogue)
            return []
        }
        switch LineAnswer(text, button: .confirmButton(dialogue.action)) {
        case .yes:
            dialogue.focus = .go
            return self.press(.enter, in: dialogue)
        case .no: return self.press(.escape, in: dialogue)
        case .other:
            dialogue.problem = .noSuchAnswer(text)
            self.dialogue = .confirm(dialogue)
            return []
        }
    }

    mutating func answer(_ text: String, in opened: LeaveDialogue) -> [Effect] {
        var dialogue = opened
        guard !text.isEmpty else { return self.press(.escape, in: dialogue) }
        let choices = LeaveDialogue.Choice.allCases
        let index = Int(text).map { $0 - 1 } ?? choices.firstIndex { "\($0)" == text.lowercased() }
        guard let index, choices.indices.contains(index) else {
            self.say(.warn, .noSuchAnswer(text))
            return []
        }
        dialogue.choice = choices[index]
        return self.press(.enter, in: dialogue)
    }
}

/// An answer to the question whether it shall be done: it has to be said, an empty line does nothing.
private enum LineAnswer {
    case yes, no, other

    static let agreeing = ["yes", "y", "はい"]
    static let declining = ["no", "n", "いいえ"]

    init(_ text: String, button: Phrase) {
        let word = text.lowercased()
        if (Self.agreeing + [button.english.lowercased(), button.japanese]).contains(word) {
            self = .yes
        } else {
            self = (Self.declining + [""]).contains(word) ? .no : .other
        }
    }
}

extension ModeDialogue {
    /// Gives the field in focus a value.
    ///
    /// - Returns: why that is none; then nothing has changed.
    fileprivate mutating func fill(_ text: String) -> Phrase? {
        let word = text.lowercased()
        switch self.focus {
        case .name:
            if !text.isEmpty { self.typedName = text }
            return self.typedName == self.confirmedName ? nil : self.nameNeeded
        case _ where text.isEmpty, .cancel, .apply: return nil
        case .mode:
            let chosen = MutualAuthentication.Mode.allCases.first { $0.rawValue.hasPrefix(word) }
            guard let chosen else { return .noSuchAnswer(text) }
            if chosen != self.mode { self.choose(chosen) }
        case .store:
            guard let store = self.stores.first(where: { $0.name == text }) else {
                return .noSuch(.nounTrustStore, text)
            }
            self.storeID = store.id
        case .clients:
            guard let chosen = ClientRequirements.Enforcement(rawValue: word) else {
                return .noSuchAnswer(text)
            }
            self.enforcement = chosen
            self.typedName = ""
        case .identity:
            let identity = Self.isNone(word) ? "" : text
            guard IdentityText.read(identity) != nil else { return .modeIdentityMistake }
            self.identity = identity
            self.typedName = ""
        case .expiry, .caNames:
            guard let isOn = Self.isYes(word) else { return .noSuchAnswer(text) }
            if self.focus == .expiry { self.ignoresExpiry = isOn } else { self.advertisesCANames = isOn }
            self.typedName = ""
        case .terms:
            if word.hasPrefix("stay") {
                self.trialSeconds = nil
            } else {
                let seconds = Self.number(word, units: ["m", "min", "分"]).map { $0 * 60 }
                guard let seconds, Self.trials.contains(seconds) else { return .noSuchAnswer(text) }
                self.trialSeconds = seconds
            }
        case .limit:
            let percent = Self.isNone(word) ? nil : Self.number(word, units: ["%"])
            guard Self.isNone(word) || percent != nil else { return .noSuchAnswer(text) }
            self.limitPercent = percent
        }
        return nil
    }

    /// On to the next field; to Apply only when nothing stands in its way.
    fileprivate mutating func goOn() {
        self.problem = nil
        self.moveFocus(by: 1)
        if self.focus == .cancel { self.focus = .apply }
        if self.focus == .name, let limitProblem {
            self.problem = limitProblem
            self.focus = .limit
            return
        }
        guard self.focus == .apply, let obstacle else { return }
        self.problem = obstacle
        self.focus =
            if !self.isChange || self.mode == .verify && self.store == nil {
                .mode
            } else if self.needsName, self.typedName != self.confirmedName {
                .name
            } else {
                .limit
            }
    }

    /// Whether a switch is to be on; nil for another word.
    private static func isYes(_ word: String) -> Bool? {
        if (LineAnswer.agreeing + ["on"]).contains(word) { return true }
        return (LineAnswer.declining + ["off"]).contains(word) ? false : nil
    }

    /// A small number, with a unit or without; an hour is not sixty minutes here, and nothing is guessed.
    private static func number(_ word: String, units: [String]) -> Int? {
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        let unit = String(word.dropFirst(digits.count)).trimmingBlanks
        return digits.count <= 4 && (unit.isEmpty || units.contains(unit)) ? Int(digits) : nil
    }

    private static func isNone(_ word: String) -> Bool { ["none", "no", "なし"].contains(word) }
}
