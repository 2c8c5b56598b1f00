import Model

/// A target of a group in the list of targets, or the function that answers in place of targets.
struct TargetRow: ListRow {
    struct ID: Hashable, Sendable {
        let group: ResourceID
        /// nil for a function.
        let target: Endpoint?
    }

    let group: TargetGroup
    /// nil for a function.
    let target: Endpoint?
    /// It has left the group and is still known.
    var hasLeft = false
    /// nil where the gate tells only how many are healthy.
    let health: TargetHealth?
    /// The word for its state.
    let state: String
    /// nil where all of the last have passed, and where the gate does not tell.
    var checks: TargetChecks?
    /// nil while every handshake has succeeded.
    var tlsErrors: TargetTLSErrors?

    /// By an operator's hand.
    var isDrained: Bool { self.group.drained.contains { $0.endpoint == self.target } }

    /// It can be drained and restored.
    var isMember: Bool { self.target != nil && !self.hasLeft }

    /// The word for the list, with what is left of a draining.
    var word: String {
        if self.state == "unhealthy" { return "DOWN" }
        if let left = self.health?.remainingSeconds { return "drain \(left) s" }
        if self.hasLeft { return "left" }
        return self.isDrained ? "drained" : self.state
    }

    var id: ID { ID(group: self.group.id, target: self.target) }
    var name: String {
        self.target?.description ?? "function \(self.group.function?.name ?? self.group.name)"
    }
    static let noun = Phrase.nounTarget

    static func rows(_ state: ConsoleState) -> [TargetRow] {
        guard let view = state.view, let all = state.targetHealth else { return [] }
        return view.configuration.targetGroups.flatMap { self.rows(of: $0, all[$0.id]) }
    }

    private static func rows(of group: TargetGroup, _ known: TargetGroupHealth?) -> [TargetRow] {
        if group.function != nil {
            let health = known?.others.first
            return [
                TargetRow(
                    group: group,
                    target: nil,
                    health: health,
                    state: health?.state.rawValue ?? (known == nil ? "unknown" : "healthy"),
                    checks: known?.checks?.first,
                    tlsErrors: known?.tlsErrors?.first
                )
            ]
        }
        func byTarget<Fact>(_ facts: [Fact]?, _ target: (Fact) -> Endpoint) -> [Endpoint: Fact] {
            Dictionary((facts ?? []).map { (target($0), $0) }, uniquingKeysWith: { first, _ in first })
        }
        let others = byTarget(known?.others, \.target)
        let checks = byTarget(known?.checks, \.target)
        let errors = byTarget(known?.tlsErrors, \.target)
        // Of a large group only the first that are not healthy are told one by one.
        let isComplete = known.map { $0.healthy + $0.others.count == $0.total } ?? false
        let members = group.targets.map { target in
            let health = others[target.endpoint]
            return TargetRow(
                group: group,
                target: target.endpoint,
                health: health,
                state: health?.state.rawValue ?? (isComplete ? "healthy" : "unknown"),
                checks: checks[target.endpoint],
                tlsErrors: errors[target.endpoint]
            )
        }
        let left = (known?.departed ?? []).map {
            TargetRow(group: group, target: $0.target, hasLeft: true, health: $0, state: $0.state.rawValue)
        }
        return members + left
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
        .text(
            "target",
            .columnTarget,
            12...24,
            priority: 20,
            role: .textStrong,
            words: Phrase.init(verbatim:)
        ) { $0.name },
        .text("group", .columnGroup, 8...16, priority: 16, words: Phrase.groupTitle) { $0.group.name },
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
            },
            words: { _, cell in Phrase(verbatim: cell) }
        ),
        Column(
            name: "since",
            title: .columnSince,
            kind: .age,
            minimum: 6,
            ideal: 6,
            priority: 12,
            alignment: .right,
            appears: { rows in rows.contains { $0.checks?.since != nil } },
            values: { row in
                row.checks?.since.map { [.number(Double($0.microseconds))] } ?? []
            },
            field: { row, context in
                guard let since = row.checks?.since, let now = context.now else { return context.none }
                let age = max(0, now.seconds - since.seconds)
                return Table.Field(text: context.language(.duration(seconds: age)))
            },
            words: { _, cell in cell.isEmpty ? nil : .toldSince(cell) }
        ),
        .text("proto", .columnProtocol, 6...9, priority: 4, role: .textMuted) { row in
            if row.target == nil { return "lambda" }
            guard row.group.protocol.balancer == .application else { return row.group.protocol.rawValue }
            return row.group.protocolVersion.rawValue + (row.group.protocol.usesTLS ? "+TLS" : "")
        },
        .text(
            "reason",
            .columnReason,
            12...27,
            priority: 10,
            role: .logReason,
            words: Phrase.init(verbatim:)
        ) { $0.health?.reason?.rawValue },
        Column(
            name: "checks",
            title: .columnChecks,
            kind: .text,
            minimum: 10,
            ideal: TargetChecks.kept,
            priority: 5,
            keep: .end,
            appears: { rows in rows.contains { $0.checks != nil } },
            values: { row in row.checks.map { [.text($0.outcomes)] } ?? [] },
            field: { row, context in
                guard let outcomes = row.checks?.outcomes else { return context.none }
                return Table.Field(text: context.glyphs.outcomes(outcomes), role: row.role)
            }
        ),
        .text(
            "check",
            .columnCheck,
            12...12,
            priority: 9,
            role: .textMuted,
            grows: true,
            words: Phrase.init(verbatim:)
        ) { $0.health?.description },
    ]
}
