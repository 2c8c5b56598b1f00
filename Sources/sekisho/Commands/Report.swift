import Model

/// What a command says about a change.
enum Report {
    static func plan(_ plan: Plan) -> [String] {
        (plan.isEmpty
            ? ["Nothing would change."]
            : plan.lines.map(\.description) + ["Dry run: nothing was changed."])
            + self.warnings(plan)
    }

    private static func trial(_ change: ChangeRecord?) -> [String] {
        guard let change, case .trial(let deadline) = change.origin else { return [] }
        return [
            "On trial: change \(change.number) is undone at \(deadline.iso8601) unless you run "
                + "`sekisho keep \(change.number)`; `sekisho undo \(change.number)` undoes it now."
        ]
    }

    static func receipt(_ receipt: ChangeReceipt, isRunning: Bool) -> [String] {
        let warnings = self.warnings(receipt.plan)
        guard !receipt.plan.isEmpty else { return ["Nothing to change."] + warnings }
        let effect =
            isRunning
            ? "In force: every worker enforces generation \(receipt.generation)."
            : "Stored as generation \(receipt.generation); no gate runs, the next start puts it in force."
        return receipt.plan.lines.map(\.description) + [effect] + self.trial(receipt.change) + warnings
    }

    private static func warnings(_ plan: Plan) -> [String] {
        plan.warnings.map { "Warning: \($0)" }
    }
}
