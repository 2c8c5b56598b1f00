import Model

/// A target of a group in the list of targets.
struct TargetRow: ListRow {
    struct ID: Hashable, Sendable {
        let group: ResourceID
        let target: Endpoint
    }

    let group: TargetGroup
    let target: Target
    /// nil where the gate tells only how many are healthy.
    let health: TargetHealth?
    /// The word for its state.
    let state: String

    /// By an operator's hand.
    var isDrained: Bool { self.group.drained.contains(self.target) }

    /// The word for the list, with what is left of a draining.
    var word: String {
        if self.state == "unhealthy" { return "DOWN" }
        if let left = self.health?.remainingSeconds { return "drain \(left) s" }
        return self.isDrained ? "drained" : self.state
    }

    var id: ID { ID(group: self.group.id, target: self.target.endpoint) }
    var name: String { self.target.endpoint.description }
    static let noun = Phrase.nounTarget

    static func rows(_ state: ConsoleState) -> [TargetRow] {
        guard let view = state.view, let all = state.targetHealth else { return [] }
        return view.configuration.targetGroups.flatMap { group -> [TargetRow] in
            let known = all[group.id]
            let byTarget = Dictionary(
                (known?.others ?? []).map { ($0.target, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            // Of a large group only the first that are not healthy are told one by one.
            let isComplete = known.map { $0.healthy + $0.others.count == $0.total } ?? false
            return group.targets.map { target in
                let health = byTarget[target.endpoint]
                let word = health?.state.rawValue ?? (isComplete ? "healthy" : "unknown")
                return TargetRow(group: group, target: target, health: health, state: word)
            }
        }
    }

    /// What `TargetHealth.State` is called, and how bad it is.
    var role: Role {
        switch self.state {
        case "healthy": .stateOk
        case "unhealthy": .stateFail
        case "unused", "unknown": .stateOff
        default: .stateWarn
        }
    }

    static let columns: [Column<TargetRow>] = [
        .text("target", .columnTarget, 12...26, priority: 20, role: .textStrong) { $0.name },
        .text("group", .columnGroup, 8...20, priority: 16) { $0.group.name },
        Column(
            name: "state",
            title: .columnState,
            kind: .text,
            minimum: 11,
            ideal: 11,
            priority: 19,
            values: { [.text($0.state)] },
            field: { row, _ in
                Table.Field(text: row.word, role: row.role)
            }
        ),
        .text("proto", .columnProtocol, 5...10, priority: 4, role: .textMuted) { row in
            row.group.protocol == .tcp ? "TCP" : row.group.protocolVersion.rawValue
        },
        .text("reason", .columnReason, 12...28, priority: 10, role: .logReason) {
            $0.health?.reason?.rawValue
        },
        .text("check", .columnCheck, 12...40, priority: 9, role: .textMuted, grows: true) {
            $0.health?.description
        },
    ]
}
