import Model

/// Taking targets out of use by hand, and back.
extension ConsoleState {
    /// The targets that it would be done to: the marked ones, or the one under the cursor.
    private func rows(for action: TargetOverride.Action) -> [TargetRow] {
        self.targets.chosen.filter { $0.isMember && $0.isDrained == (action == .restore) }
    }

    func targetAvailability(_ action: TargetOverride.Action) -> Command.Availability {
        guard let row = self.targets.chosen.first else { return .no(.targetNone) }
        guard self.targets.chosen.contains(where: \.isMember) else { return .no(.targetNoMember(row.name)) }
        if self.rows(for: action).isEmpty {
            return .no(action == .drain ? .targetIsDrained(row.name) : .targetIsInUse(row.name))
        }
        return self.changeAvailability
    }

    mutating func openTargets(_ action: TargetOverride.Action) -> [Effect] {
        let rows = self.rows(for: action)
        guard !rows.isEmpty else { return [] }
        var lines: [ConfirmDialogue.Line] = []
        var left: [String] = []
        for group in self.view?.configuration.targetGroups ?? [] {
            let here = rows.filter { $0.group.id == group.id }
            guard !here.isEmpty else { continue }
            let names = here.map(\.name).joined(separator: " ")
            lines.append(.init(text: Phrase(verbatim: "\(group.name)  \(names)"), role: .textStrong))
            let healthy =
                (self.targetHealth?[group.id]?.healthy ?? 0) - here.count { $0.state == "healthy" }
            if action == .drain {
                lines.append(
                    .init(text: .targetDrainMeans(seconds: group.attributes.deregistrationDelaySeconds))
                )
                lines.append(
                    .init(
                        text: .targetsRemain(healthy, of: group.targets.count),
                        role: healthy == 0 ? .stateFail : .stateOk
                    )
                )
                if healthy == 0 { left.append(group.name) }
            } else {
                lines.append(.init(text: .targetRestoreMeans))
            }
            lines.append(.init(text: .empty))
        }
        lines += rows.map {
            let command = "sekisho target \($0.group.name) \($0.name) \(action.rawValue)"
            return .init(text: .modeSameAs(command), role: .textMuted)
        }
        let changes = rows.compactMap { row in
            row.target.map {
                TargetOverride(targetGroup: row.group.name, target: $0, action: action)
            }
        }
        return self.ask(
            ConfirmDialogue(.targets(changes), lines: lines, name: left.first, now: self.now)
        )
    }
}
