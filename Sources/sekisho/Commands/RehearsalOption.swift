import API
import ArgumentParser
import Model

/// `--preview` and `--rehearse`: what a change would do, before it is made.
struct RehearsalOption: ParsableArguments {
    /// What a command exits with that made no change because of whom it would refuse.
    static let tooManyRefused: Int32 = 3

    @Flag(help: "Tell what the change would do to the clients that the gate remembers; change nothing.")
    var preview = false

    @Flag(
        help: ArgumentHelp(
            """
            Judge whoever comes from now on by the change as well, without enforcing it, and tell what it would \
            have done; asked again, tell the same of all who have come since.
            """
        )
    )
    var rehearse = false

    @Option(
        help: ArgumentHelp(
            """
            With --preview or --rehearse: how many clients the change may refuse; with more the exit status is 3. \
            Clients without a certificate count as one.
            """,
            valueName: "count"
        )
    )
    var maxReject: Int?

    @Flag(help: "With --preview or --rehearse: make the change if it refuses no more than --max-reject (0).")
    var apply = false

    func validate() throws {
        guard !(self.preview && self.rehearse) else {
            throw ValidationError("Give --preview or --rehearse, not both.")
        }
        guard self.isAsked || (self.maxReject == nil && !self.apply) else {
            throw ValidationError("--max-reject and --apply need --preview or --rehearse.")
        }
    }

    var isAsked: Bool { self.preview || self.rehearse }

    /// Prints what a change would do; true if it is to be made now.
    ///
    /// - Throws: ``OperatorError`` of the gate, or the exit status that says whom it would refuse.
    func run(
        _ candidate: RehearsalCandidate,
        _ gate: GateOptions,
        as format: OutputOption.Format
    ) async throws -> Bool {
        guard self.isAsked else { return true }
        guard gate.isRemote else {
            throw OperatorError(
                .gateUnreachable,
                subject: gate.statePath,
                message: "No gate runs, so no client comes that the change could be tried on.",
                hint: "Start it with `sekisho serve`; nothing was changed."
            )
        }
        let request = RehearsalRequest(candidate, isAttached: self.rehearse)
        let reports = try await gate.remote.rehearse(request)
        switch format {
        case .text: RehearsalTable.lines(reports, isAttached: self.rehearse).forEach(Output.line)
        case .json: for report in reports { Output.line(try JSONDocument.line(report)) }
        }
        let refused = reports.reduce(0) { $0 + $1.refused.count + ($1.withoutCertificate > 0 ? 1 : 0) }
        guard refused <= self.maxReject ?? (self.apply ? 0 : .max) else {
            throw ExitCode(Self.tooManyRefused)
        }
        return self.apply
    }
}
