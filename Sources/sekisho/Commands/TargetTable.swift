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
        let departed = (health.departed ?? []).map(Self.words)
        let isUnused = !health.others.isEmpty && health.others.allSatisfy { $0.reason == .notInUse }
        let shown = isUnused ? ["unused"] : health.others.map(Self.words)
        let more = health.total - health.healthy - health.others.count
        let all = shown + (more > 0 && !isUnused ? ["\(more) more"] : []) + departed
        return all.isEmpty ? "-" : all.joined(separator: ", ")
    }

    private static func words(_ target: TargetHealth) -> String {
        let left = target.remainingSeconds.map { ", \($0) s left" } ?? ""
        let reason = target.description.map { " (\($0)\(left))" } ?? ""
        return "\(target.target) \(target.state.rawValue)\(reason)"
    }
}
