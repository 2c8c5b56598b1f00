import Model

/// The question whether a change shall be kept or taken back; one Enter answers it.
struct ConfirmDialogue: Hashable, Sendable {
    enum Action: Hashable, Sendable {
        case keep, undo
    }

    let action: Action
    let change: Int64
    /// What the change did.
    let lines: [String]
    var isOnGo = true
    var request: Int?
    var problem: Phrase?
    /// Keys before this moment were not meant for the dialogue.
    let opensAt: Int64

    /// Whether there is still something to keep; anything can be taken back until it has been.
    func holds(in view: GateView) -> Bool {
        self.action == .undo || view.trials?.contains { $0.change == self.change } ?? false
    }
}

extension ConsoleState {
    func confirmAvailability(_ action: ConfirmDialogue.Action) -> Command.Availability {
        if action == .keep, self.view?.trials?.isEmpty ?? true { return .no(.noTrial) }
        if action == .undo, self.confirmable(action) == nil { return .no(.noChangeHere) }
        guard self.lock.isArmed else { return .no(.observeHint) }
        guard self.link == .live else { return .no(.gateUnreachable) }
        return .yes
    }

    /// The change that is meant: the one under the cursor of the changes page, else the trial that ends
    /// first.
    private func confirmable(_ action: ConfirmDialogue.Action) -> Int64? {
        let trials = self.view?.trials ?? []
        if self.page == .changes, let number = self.changeList.selected?.id {
            if action == .undo || trials.contains(where: { $0.change == number }) { return number }
        }
        return trials.first?.change
    }

    /// Asks about a change that is named, or meant; about several trials it asks first which.
    mutating func openConfirm(_ action: ConfirmDialogue.Action, _ name: String?) -> [Effect] {
        let trials = self.view?.trials ?? []
        guard let name else {
            guard trials.count > 1, self.page != .changes else {
                return self.openConfirm(action, number: self.confirmable(action))
            }
            self.overlay = .menu(
                Menu(
                    title: action == .keep ? .helpKeep : .helpUndo,
                    items: trials.map { trial in
                        Menu.Item(
                            label: Phrase(verbatim: "#\(trial.change)"),
                            note: Phrase(verbatim: trial.lines.first?.description ?? ""),
                            line: "\(action == .keep ? "keep" : "undo") #\(trial.change)"
                        )
                    }
                )
            )
            return []
        }
        guard let number = Int64(name.drop { $0 == "#" }) else {
            self.say(.warn, .noChangeNumber(name))
            return []
        }
        return self.openConfirm(action, number: number)
    }

    private mutating func openConfirm(_ action: ConfirmDialogue.Action, number: Int64?) -> [Effect] {
        let trial = self.view?.trials?.first { $0.change == number }
        guard let number,
            let lines = trial?.lines ?? self.changes.first(where: { $0.number == number })?.lines,
            action == .undo || trial != nil
        else {
            self.say(.warn, number.map { .noChangeNumber("#\($0)") } ?? .noTrial)
            return []
        }
        self.overlay = nil
        self.dialogue = .confirm(
            ConfirmDialogue(
                action: action,
                change: number,
                lines: lines.map(\.description),
                opensAt: self.now + ModeDialogue.guardMilliseconds
            )
        )
        return [.discardInput]
    }

    mutating func press(_ key: Key, in opened: ConfirmDialogue) -> [Effect] {
        guard self.now >= opened.opensAt else { return [] }
        var dialogue = opened
        switch key {
        case .escape, .ctrl("c"), .character("q"):
            self.dialogue = nil
            if dialogue.request == nil { self.say(.info, .modeUnchanged) }
            return []
        case .tab, .backTab, .left, .right, .character("h"), .character("l"): dialogue.isOnGo.toggle()
        case .enter where dialogue.request != nil: break
        case .enter where !dialogue.isOnGo:
            self.dialogue = nil
            self.say(.info, .modeUnchanged)
            return []
        case .enter: return self.confirm(dialogue)
        default: break
        }
        self.dialogue = .confirm(dialogue)
        return []
    }

    private mutating func confirm(_ opened: ConfirmDialogue) -> [Effect] {
        var dialogue = opened
        guard self.link == .live else {
            dialogue.problem = .gateUnreachable
            self.dialogue = .confirm(dialogue)
            return []
        }
        self.lastRequest += 1
        dialogue.request = self.lastRequest
        dialogue.problem = nil
        self.pending[self.lastRequest] = .confirm(dialogue)
        self.dialogue = .confirm(dialogue)
        let request: Request =
            dialogue.action == .keep ? .keep(change: dialogue.change) : .undo(change: dialogue.change)
        return [.request(self.lastRequest, request)]
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
            self.say(
                .info,
                asked.action == .keep
                    ? .confirmKept(asked.change)
                    : .confirmUndone(asked.change, generation: receipt.generation)
            )
            if self.lock.isArmed { self.lock = .armed(until: self.now + self.settings.armMilliseconds) }
        case .success: break
        case .failure(let error):
            guard isOpen, case .confirm(var dialogue) = self.dialogue else {
                self.say(.error, .confirmFailed(asked.change, error.told))
                return
            }
            dialogue.request = nil
            dialogue.problem = Phrase(verbatim: error.told)
            self.dialogue = .confirm(dialogue)
        }
    }
}
