import Model

/// Changes as lines for people: one for each, and its details below it.
enum ChangeTable {
    static func lines(_ changes: [ChangeRecord], onTrial trials: Set<Int64>) -> [String] {
        guard !changes.isEmpty else { return ["No changes."] }
        return changes.flatMap { change -> [String] in
            let head =
                "\(change.number)  \(change.time.iso8601)  \(change.author.name) (\(change.author.via))"
                + (self.words(change, isOnTrial: trials.contains(change.number)).map { "  \($0)" } ?? "")
            return [head] + change.lines.map { "    \($0)" }
        }
    }

    /// The trials that are under way, for `status`.
    static func lines(_ trials: [Trial]) -> [String] {
        trials.flatMap { trial -> [String] in
            let head =
                "Change \(trial.change) of \(trial.author.name) is undone at \(trial.deadline.iso8601) unless "
                + "`sekisho keep \(trial.change)`:"
            let problem =
                trial.problem.map { ["  It could not be undone, which is tried again: \($0)"] } ?? []
            return ["", head] + trial.lines.map { "  \($0)" } + problem
        }
    }

    private static func words(_ change: ChangeRecord, isOnTrial: Bool) -> String? {
        switch change.origin {
        case nil: nil
        case .trial(let deadline): isOnTrial ? "on trial until \(deadline.iso8601)" : "was on trial"
        case .keep(let number): "keeps change \(number)"
        case .undo(let number): "undoes change \(number)"
        case .rollback(let number, .deadline): "undoes change \(number), which nobody kept"
        case .rollback(let number, .refusals): "undoes change \(number), which refused too many"
        case .rollback(let number, .start):
            "undoes change \(number), whose time was over before this start"
        }
    }
}
