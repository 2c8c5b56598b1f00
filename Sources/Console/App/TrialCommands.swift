import Model

/// Keeping and taking back.
extension ConsoleState {
    enum TrialEnd: String, Sendable {
        case keep, undo
    }

    func confirmAvailability(_ end: TrialEnd) -> Command.Availability {
        if end == .keep, self.view?.trials?.isEmpty ?? true { return .no(.noTrial) }
        if end == .undo, self.confirmable(end) == nil { return .no(.noChangeHere) }
        return self.changeAvailability
    }

    /// The change that is meant: the one under the cursor of the changes page, else the trial that ends
    /// first.
    private func confirmable(_ end: TrialEnd) -> Int64? {
        let trials = self.view?.trials ?? []
        if self.page == .changes, let number = self.changeList.selected?.id {
            if end == .undo || trials.contains(where: { $0.change == number }) { return number }
        }
        return trials.first?.change
    }

    /// What a change has come to since it is on trial; nil where nothing is known.
    func trialResult(_ change: Int64) -> (text: Phrase, role: Role)? {
        guard let counted = self.counters?.trials?.first(where: { $0.change == change }),
            let share = counted.share
        else { return nil }
        let text = Phrase.trialResult(
            refused: Figures.count(counted.refused),
            of: Figures.count(counted.connections),
            share: Figures.decimal(share * 100, 1)
        )
        return (text, counted.refused > 0 ? .stateFail : .stateOk)
    }

    /// Asks about a change that is named, or meant; about several trials it asks first which.
    mutating func openConfirm(_ end: TrialEnd, _ name: String?) -> [Effect] {
        let trials = self.view?.trials ?? []
        guard let name else {
            guard trials.count > 1, self.page != .changes else {
                return self.openConfirm(end, number: self.confirmable(end))
            }
            self.overlay = .menu(
                Menu(
                    title: end == .keep ? .helpKeep : .helpUndo,
                    items: trials.map { trial in
                        Menu.Item(
                            label: Phrase(verbatim: "#\(trial.change)"),
                            note: Phrase(verbatim: trial.lines.first?.description ?? ""),
                            line: "\(end.rawValue) #\(trial.change)"
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
        return self.openConfirm(end, number: number)
    }

    private mutating func openConfirm(_ end: TrialEnd, number: Int64?) -> [Effect] {
        let trial = self.view?.trials?.first { $0.change == number }
        guard let number,
            let lines = trial?.lines ?? self.changes.first(where: { $0.number == number })?.lines,
            end == .undo || trial != nil
        else {
            self.say(.warn, number.map { .noChangeNumber("#\($0)") } ?? .noTrial)
            return []
        }
        let result =
            self.trialResult(number).map { [ConfirmDialogue.Line(text: $0.text, role: $0.role)] } ?? []
        let means: Phrase = end == .keep ? .confirmKeepMeans : .confirmUndoMeans
        let command = "sekisho \(end.rawValue) \(number)"
        return self.ask(
            ConfirmDialogue(
                end == .keep ? .keep(change: number) : .undo(change: number),
                lines: [ConfirmDialogue.Line(text: means)] + result + [ConfirmDialogue.Line(text: .empty)]
                    + lines.map {
                        ConfirmDialogue.Line(text: Phrase(verbatim: $0.description), role: .textStrong)
                    } + [
                        ConfirmDialogue.Line(text: .empty),
                        ConfirmDialogue.Line(text: .modeSameAs(command), role: .textMuted),
                    ],
                now: self.now
            )
        )
    }
}
