import API
import ArgumentParser
import Model

/// `sekisho changes`: the audit trail.
struct Changes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the audit trail: who changed what, and when, newest first.",
        discussion: "`sekisho undo N` takes one of them back."
    )

    @Option(name: .shortAndLong, help: ArgumentHelp("How many to print, 1–1000.", valueName: "n"))
    var lines = 20

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    func validate() throws {
        guard (1...1_000).contains(self.lines) else {
            throw ValidationError("--lines is \(self.lines), outside 1–1000.")
        }
    }

    mutating func run() async throws {
        let changes = try await self.gate.remote.changes(limit: self.lines)
        switch self.output.format {
        case .json:
            for change in changes { Output.line(try JSONDocument.line(change)) }
        case .text:
            let trials = Set((try await self.gate.remote.view().trials ?? []).map(\.change))
            ChangeTable.lines(changes, onTrial: trials).forEach(Output.line)
        }
    }
}

/// `sekisho undo`: takes a change back.
struct Undo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a change back, as a new change.",
        discussion: """
            What the change did not touch stays as it is. Refused when what it changed has changed again since. \
            A change on trial is ended by it.
            """
    )

    @Argument(help: ArgumentHelp("The change's number, from `sekisho changes`.", valueName: "change"))
    var change: Int64

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    mutating func run() async throws {
        try self.gate.requireGate()
        let (change, format) = (self.change, self.output.format)
        let lines = try await self.gate.withGate { gate, isRunning throws(OperatorError) in
            let receipt = try await gate.undo(change: change, by: .thisUser(via: "sekisho undo"))
            return try Report.receipt(receipt, isRunning: isRunning, as: format)
        }
        lines.forEach(Output.line)
    }
}

/// `sekisho keep`: lets a change on trial stay.
struct Keep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a change on trial stay.",
        discussion: "Without a number, the only change that is on trial."
    )

    @Argument(help: ArgumentHelp("The change's number, from `sekisho changes`.", valueName: "change"))
    var change: Int64?

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    mutating func run() async throws {
        try self.gate.requireGate()
        let (asked, format) = (self.change, self.output.format)
        let lines = try await self.gate.withGate { gate, isRunning throws(OperatorError) in
            let number = if let asked { asked } else { try Self.only(try await gate.view().trials ?? []) }
            let receipt = try await gate.keep(change: number, by: .thisUser(via: "sekisho keep"))
            return format == .text
                ? ["Change \(number) stays."]
                : try Report.receipt(receipt, isRunning: isRunning, as: format)
        }
        lines.forEach(Output.line)
    }

    private static func only(_ trials: [Trial]) throws(OperatorError) -> Int64 {
        if trials.count == 1 { return trials[0].change }
        throw OperatorError(
            .validationError,
            subject: "change",
            message: trials.isEmpty ? "No change is on trial." : "\(trials.count) changes are on trial.",
            hint: trials.isEmpty
                ? "`sekisho changes` lists what was changed."
                : "Name one of \(trials.map { String($0.change) }.joined(separator: ", "))."
        )
    }
}
