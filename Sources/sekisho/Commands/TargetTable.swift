import Model

/// The target groups of a gate in columns, with what is wrong with their targets.
enum TargetTable {
    static func lines(_ view: GateView) -> [String] {
        guard let health = view.targetHealth else { return [] }
        let rows = view.configuration.targetGroups.compactMap { group in
            health[group.id].map { [group.name, "\($0.healthy)/\($0.total)", Self.state(of: $0)] }
        }
        guard !rows.isEmpty else { return [] }
        let table = StatusTable.columns([["TARGET GROUP", "HEALTHY", "OTHER TARGETS"]] + rows)
        return [""] + table
    }

    private static func state(of health: TargetGroupHealth) -> String {
        guard !health.others.isEmpty else { return "-" }
        if health.others.allSatisfy({ $0.state == .unused }) { return "unused" }
        let shown = health.others.map { target in
            let reason = target.description.map { " (\($0))" } ?? ""
            return "\(target.target) \(target.state.rawValue)\(reason)"
        }
        let more = health.total - health.healthy - shown.count
        return (shown + (more > 0 ? ["\(more) more"] : [])).joined(separator: ", ")
    }
}
