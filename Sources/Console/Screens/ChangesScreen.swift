import Model

/// Page 8: who changed what, and when.
enum ChangesScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let (list, pane) = state.layout.listAndPane(isZoomed: state.isZoomed)
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
        ConsoleScreen.drawPane(self.detail(row.change, state), in: pane, note: .fullDetail, &canvas)
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
