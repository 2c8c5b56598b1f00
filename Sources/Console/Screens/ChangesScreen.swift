import Model

/// Page 8: who changed what, and when.
enum ChangesScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        var (list, pane) = state.layout.listAndPane(isZoomed: state.isZoomed)
        if state.changeList.count == 0 {
            ConsoleScreen.drawNotice(ConsoleScreen.emptiness(state), in: list, &canvas)
            return
        }
        state.changeList.draw(
            into: &canvas,
            rect: list,
            isFocused: state.overlay == nil && state.dialogue == nil,
            now: state.counters?.time
        )
        guard pane.rows > 2, let row = state.changeList.selected else { return }
        if !state.layout.isNarrow, let history = self.history(row.change, state) {
            let right: Rect
            (pane, right) = pane.splitLeft(pane.columns * 3 / 5)
            ConsoleScreen.drawPane(history, in: right, &canvas)
        }
        ConsoleScreen.drawPane(self.detail(row.change, state), in: pane, note: .fullDetail, &canvas)
    }

    /// Every change of what a change was made to first, the newest in front.
    private static func history(_ change: ChangeRecord, _ state: ConsoleState) -> Detail? {
        guard let resource = change.lines.first?.resource else { return nil }
        var detail = Detail(title: state.language(.changesOf(resource)), lines: [])
        for other in state.changes {
            guard let line = other.lines.first(where: { $0.resource == resource }) else { continue }
            let isSelected = other.number == change.number
            let when = Figures.moment(other.time, now: state.counters?.time, in: state.settings.zone)
            let what = line.details.isEmpty ? line.verb.rawValue : line.details.joined(separator: ", ")
            let pointer = isSelected ? String(state.glyphs.pointer) : " "
            detail.lines.append(
                Detail.Line(
                    label: "\(pointer) #\(other.number)",
                    text: "\(when)  \(other.author.name)  \(what)",
                    role: isSelected ? .textStrong : .text
                )
            )
        }
        return detail
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        (FooterScreen.status(of: state.changeList, .changes(state.changeList.count)), .textMuted)
    }

    /// A change line by line: what it took away and what it put there.
    static func detail(_ change: ChangeRecord, _ state: ConsoleState) -> Detail {
        let say = state.language
        var detail = Detail(
            title: say(.changeTitle(change.number, change.author.name, change.time.iso8601)),
            lines: [
                Detail.Line(label: say(.labelBy), text: "\(change.author.name)  \(change.author.via)"),
                Detail.Line(label: say(.labelGeneration), text: "\(change.generation)"),
            ]
        )
        if let origin = ChangeRow.origin(change, state) {
            detail.lines.append(
                Detail.Line(label: say(.labelState), text: say(origin.text), role: origin.role)
            )
        }
        if let counted = state.counters?.trials?.first(where: { $0.change == change.number }) {
            let text = Phrase.trialSoFar(
                Figures.count(counted.refused),
                of: Figures.count(counted.connections),
                counted.share.map { Figures.share($0, of: 1) }
            )
            let role: Role = counted.refused > 0 ? .stateFail : .stateOk
            detail.lines.append(Detail.Line(label: say(.labelSoFar), text: say(text), role: role))
        }
        if let trial = state.view?.trials?.first(where: { $0.change == change.number }),
            let percent = trial.maximumRefusalPercent
        {
            let text = Phrase.trialLimit(percent)
            detail.lines.append(Detail.Line(label: "", text: say(text), role: .stateTrial))
        }
        for line in change.lines {
            let sign: (text: String, role: Role) =
                switch line.verb {
                case .create: ("+", .diffAdd)
                case .delete: ("-", .diffRemove)
                case .change: (" ", .textStrong)
                }
            detail.lines.append(
                Detail.Line(label: "", text: "\(sign.text) \(line.resource)", role: sign.role)
            )
            detail.lines += line.details.flatMap(self.difference)
        }
        if change.origin.map({ !$0.isKeep }) ?? true {
            let command = "sekisho undo \(change.number)"
            detail.lines.append(
                Detail.Line(label: say(.labelTakenBack), text: command, role: .textMuted)
            )
        }
        return detail
    }

    /// `mode passthrough -> verify` as a line that goes and a line that comes.
    private static func difference(_ detail: String) -> [Detail.Line] {
        guard let arrow = detail.firstRange(of: " -> "), !detail.hasPrefix("bundle revision ") else {
            let role: Role =
                detail.hasPrefix("add ") ? .diffAdd : detail.hasPrefix("remove ") ? .diffRemove : .text
            return [Detail.Line(label: "", text: "    \(detail)", role: role)]
        }
        let before = detail[..<arrow.lowerBound]
        let after = detail[arrow.upperBound...]
        // What is named stands before the first of its values.
        guard let space = before.firstIndex(of: " ") else {
            return [Detail.Line(label: "", text: "    \(detail)")]
        }
        let name = before[..<space]
        return [
            Detail.Line(
                label: "",
                text: "  - \(name) \(before[before.index(after: space)...])",
                role: .diffRemove
            ),
            Detail.Line(label: "", text: "  + \(name) \(after)", role: .diffAdd),
        ]
    }
}

extension ChangeRecord.Origin {
    /// It only lets another change stay: there is nothing to take back.
    fileprivate var isKeep: Bool { if case .keep = self { true } else { false } }
}
