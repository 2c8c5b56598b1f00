import ArgumentParser
import Model

/// `sekisho apply`: makes the configuration what a file declares.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the configuration what a YAML file declares.",
        discussion: """
            Prints one line for each resource that is created, changed or deleted. A file with anything wrong \
            in it is refused whole, and what the file leaves out is deleted. Without a running gate the change is checked, stored and in force from \
            the next start.
            """
    )

    @Argument(
        help: ArgumentHelp("The configuration, in YAML.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var file: String

    @OptionGroup var rehearsal: RehearsalOption
    @OptionGroup var trial: TrialOption
    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    @Flag(help: "Check everything and print the plan; change nothing.")
    var dryRun = false

    mutating func run() async throws {
        let file = try ConfigurationFile.read(self.file)
        let (isDryRun, format) = (self.dryRun, self.output.format)
        let trial = try self.trial.terms(isRunning: self.gate.isRemote)
        do {
            guard try await self.rehearsal.run(.configuration(file.desired), self.gate, as: format) else {
                return
            }
            let lines = try await self.gate.withGate(isDryRun: isDryRun) {
                gate,
                isRunning throws(OperatorError) in
                try isDryRun
                    ? Report.plan(try await gate.plan(file.desired), as: format)
                    : Report.receipt(
                        try await gate.apply(
                            file.desired,
                            trial: trial,
                            by: .thisUser(via: "sekisho apply")
                        ),
                        isRunning: isRunning,
                        as: format
                    )
            }
            lines.forEach(Output.line)
        } catch let error as OperatorError {
            if let located = file.locate(error) { throw located }
            throw error
        }
    }
}
