import API
import ArgumentParser
import Foundation
import Model

/// `sekisho changes`: the audit trail.
struct Changes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the audit trail: who changed what, and when, newest first.",
        discussion: "`sekisho undo N` takes one of them back."
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(name: .shortAndLong, help: ArgumentHelp("How many to print, 1–1000.", valueName: "n"))
    var lines = 20

    @Option(help: "text, or json (an object a line).")
    var format = Format.text

    @OptionGroup var gate: GateOptions

    func validate() throws {
        guard (1...1_000).contains(self.lines) else {
            throw ValidationError("--lines is \(self.lines), outside 1–1000.")
        }
    }

    mutating func run() async throws {
        let changes = try await self.gate.remote.changes(limit: self.lines)
        switch self.format {
        case .json:
            changes.compactMap(Self.json).forEach(Output.line)
        case .text:
            let trials = Set((try await self.gate.remote.view().trials ?? []).map(\.change))
            ChangeTable.lines(changes, onTrial: trials).forEach(Output.line)
        }
    }

    private static func json(_ change: ChangeRecord) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(change)).map { String(decoding: $0, as: UTF8.self) }
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

    @OptionGroup var gate: GateOptions

    mutating func run() async throws {
        try self.gate.requireGate()
        let change = self.change
        let lines = try await self.gate.withGate { gate, isRunning throws(OperatorError) in
            let receipt = try await gate.undo(change: change, by: .thisUser(via: "sekisho undo"))
            return Report.receipt(receipt, isRunning: isRunning)
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

    @OptionGroup var gate: GateOptions

    mutating func run() async throws {
        try self.gate.requireGate()
        let asked = self.change
        let kept = try await self.gate.withGate { gate, _ throws(OperatorError) in
            let number = if let asked { asked } else { try Self.only(try await gate.view().trials ?? []) }
            _ = try await gate.keep(change: number, by: .thisUser(via: "sekisho keep"))
            return number
        }
        Output.line("Change \(kept) stays.")
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
