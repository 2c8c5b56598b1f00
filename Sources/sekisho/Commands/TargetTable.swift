import Model

/// The target groups of a gate in columns, with what is wrong with their targets.
enum TargetTable {
    static func lines(_ view: GateView) -> [String] {
        guard let health = view.targetHealth else { return [] }
        let groups = view.configuration.targetGroups.compactMap { group in
            health[group.id].map { (group: group, health: $0) }
        }
        guard !groups.isEmpty else { return [] }
        let rows = groups.map { group, health in
            let state =
                group.function.map { Self.state(of: $0, health) } ?? Self.state(of: health)
            return [group.name, "\(health.healthy)/\(health.total)", state]
        }
        let table = StatusTable.columns([["TARGET GROUP", "HEALTHY", "OTHER TARGETS"]] + rows)
        return [""] + table + Self.errorLines(groups)
    }

    /// The targets that TLS has failed with, and whether it still does.
    private static func errorLines(_ groups: [(group: TargetGroup, health: TargetGroupHealth)]) -> [String] {
        let rows = groups.flatMap { group, health in
            (health.tlsErrors ?? []).map { errors in
                [
                    group.name, group.function?.baseURL.authority ?? "\(errors.target)", "\(errors.count)",
                    errors.lastFailure?.sentence ?? "none since",
                ]
            }
        }
        guard !rows.isEmpty else { return [] }
        return [""] + StatusTable.columns([["TARGET GROUP", "TARGET", "TLS ERRORS", "LAST"]] + rows)
    }

    /// A function has no address of its own: it is told by its name and where it is invoked.
    private static func state(of function: LambdaFunction, _ health: TargetGroupHealth) -> String {
        let name = "function \(function.name)"
        let known = health.others.first
        guard known?.state != .unused else { return "unused" }
        var place = "\(function.baseURL)"
        if case .name(let host) = function.baseURL.host, let found = health.function {
            if let endpoint = found.endpoint { place += " (\(endpoint.address))" }
            if found.endpoint != nil, let failure = found.lookupFailure {
                place += ", \(host) is not found any more: \(failure)"
            }
        }
        let checks = health.function?.isChecked == false ? ", not checked" : ""
        let since = health.checks?.first?.since.map { " since \($0.iso8601)" } ?? ""
        let words =
            known.map { " \($0.state.rawValue)\(since)" + ($0.description.map { " (\($0))" } ?? "") } ?? ""
        return "\(name)\(words) at \(place)\(checks)"
    }

    private static func state(of health: TargetGroupHealth) -> String {
        let departed = (health.departed ?? []).map { Self.words($0) }
        let isUnused = !health.others.isEmpty && health.others.allSatisfy { $0.reason == .notInUse }
        let shown = isUnused ? ["unused"] : health.others.map { Self.words($0, health.checks) }
        let more = health.total - health.healthy - health.others.count
        let all = shown + (more > 0 && !isUnused ? ["\(more) more"] : []) + departed
        return all.isEmpty ? "-" : all.joined(separator: ", ")
    }

    private static func words(_ target: TargetHealth, _ checks: [TargetChecks]? = nil) -> String {
        let left = target.remainingSeconds.map { ", \($0) s left" } ?? ""
        let since = checks?.first { $0.target == target.target }?.since
        let reason = target.description.map { " (\($0)\(left))" } ?? ""
        let time = since.map { " since \($0.iso8601)" } ?? ""
        return "\(target.target) \(target.state.rawValue)\(time)\(reason)"
    }
}
