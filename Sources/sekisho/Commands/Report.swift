import Model

/// What a command says about a change.
enum Report {
    static func plan(_ plan: Plan, as format: OutputOption.Format) throws(OperatorError) -> [String] {
        switch format {
        case .text: self.plan(plan)
        case .json: [try JSONDocument.line(plan)]
        }
    }

    private static func plan(_ plan: Plan) -> [String] {
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

    static func receipt(
        _ receipt: ChangeReceipt,
        isRunning: Bool,
        as format: OutputOption.Format
    ) throws(OperatorError) -> [String] {
        switch format {
        case .text: self.receipt(receipt, isRunning: isRunning)
        case .json: [try JSONDocument.line(ReceiptDocument(receipt: receipt, isRunning: isRunning))]
        }
    }

    /// What `--output json` prints: the receipt's own keys, and whether it is in force already.
    private struct ReceiptDocument: Encodable {
        let receipt: ChangeReceipt
        let isRunning: Bool

        private enum CodingKeys: String, CodingKey { case isRunning }

        func encode(to encoder: any Encoder) throws {
            try self.receipt.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(self.isRunning, forKey: .isRunning)
        }
    }

    private static func receipt(_ receipt: ChangeReceipt, isRunning: Bool) -> [String] {
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
