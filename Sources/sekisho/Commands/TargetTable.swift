import Model

/// The target groups of a gate in columns, with what is wrong with their targets.
enum TargetTable {
    static func lines(_ view: GateView) -> [String] {
        guard let health = view.targetHealth else { return [] }
        let groups = view.configuration.targetGroups.compactMap { group in
            health[group.id].map { (group.name, $0) }
        }
        guard !groups.isEmpty else { return [] }
        let rows = groups.map { [$0, "\($1.healthy)/\($1.total)", Self.state(of: $1)] }
        let table = StatusTable.columns([["TARGET GROUP", "HEALTHY", "OTHER TARGETS"]] + rows)
        return [""] + table + Self.errorLines(groups)
    }

    /// The targets that TLS has failed with, and whether it still does.
    private static func errorLines(_ groups: [(name: String, health: TargetGroupHealth)]) -> [String] {
        let rows = groups.flatMap { name, health in
            (health.tlsErrors ?? []).map { errors in
                [name, "\(errors.target)", "\(errors.count)", errors.lastFailure?.sentence ?? "none since"]
            }
        }
        guard !rows.isEmpty else { return [] }
        return [""] + StatusTable.columns([["TARGET GROUP", "TARGET", "TLS ERRORS", "LAST"]] + rows)
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
