import Model

/// A change on trial, with what it takes to take it back.
struct PendingTrial: Sendable {
    var trial: Trial
    let delta: ConfigurationDelta
    /// When the gate acts on it by the clock that nobody can set; nil until it is armed.
    ///
    /// The deadline itself is a time of day, which a restart can compare with; a trial that runs must not
    /// grow or shrink when that clock is set.
    var due: ContinuousClock.Instant?

    var number: Int64 { self.trial.change }

    /// Refuses a configuration from which the trial could no longer be taken back.
    func check(_ configuration: Model.Configuration) throws(OperatorError) {
        do throws(OperatorError) {
            _ = try self.delta.undone(in: configuration, change: self.number)
        } catch {
            throw OperatorError(
                .revisionConflict,
                subject: "change \(self.number)",
                message: "Change \(self.number) of \(self.trial.author.name) is on trial until "
                    + "\(self.trial.deadline.iso8601), and could not be taken back after this.",
                hint: "Run `sekisho keep \(self.number)` or `sekisho undo \(self.number)` first; nothing was "
                    + "changed."
            )
        }
    }
}
