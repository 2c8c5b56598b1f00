import ArgumentParser
import Model

/// `--confirm-within`: a change that is undone unless somebody keeps it.
struct TrialOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Undo the change by itself after this time (30s, 10m, 2h), unless `sekisho keep` says otherwise.",
            valueName: "time"
        )
    )
    var confirmWithin: String?

    @Option(
        help: ArgumentHelp(
            """
            With --confirm-within: undo it at once when so many in a hundred connections are refused that would \
            not have been before.
            """,
            valueName: "percent"
        )
    )
    var maxRefusals: Int?

    func validate() throws {
        guard self.maxRefusals == nil || self.confirmWithin != nil else {
            throw ValidationError("--max-refusals needs --confirm-within.")
        }
    }

    /// What was asked for; nil for a change that stays.
    ///
    /// - Throws: ``OperatorError`` for a time that is none, or that nobody will be there to keep.
    func terms(isRunning: Bool) throws(OperatorError) -> TrialTerms? {
        guard let confirmWithin else { return nil }
        guard isRunning else {
            throw OperatorError(
                .gateUnreachable,
                subject: "--confirm-within",
                message: "No gate runs that could undo the change.",
                hint: "Start it with `sekisho serve`, or leave --confirm-within out; nothing was changed."
            )
        }
        guard let seconds = TimeText.seconds(confirmWithin) else {
            throw OperatorError(
                .validationError,
                subject: "--confirm-within",
                message: "\"\(confirmWithin)\" is no time.",
                hint: "Write a number and a unit: 30s, 10m, 2h; nothing was changed."
            )
        }
        return try TrialTerms(confirmWithinSeconds: seconds, maximumRefusalPercent: self.maxRefusals)
    }
}
