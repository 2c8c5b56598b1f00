import API
import ArgumentParser
import Foundation
import Model

/// `sekisho status`: the listeners of a running gate, as text.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the listeners of a running gate.",
        discussion: "With --format json, prints the whole state of the gate; private keys are not part of it."
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @OptionGroup var gate: GateOptions

    @Option(help: "text or json.")
    var format = Format.text

    mutating func run() async throws {
        let view = try await self.gate.remote.view()
        switch self.format {
        case .text: (StatusTable.lines(view) + TargetTable.lines(view)).forEach(Output.line)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Output.line(String(decoding: try encoder.encode(view), as: UTF8.self))
        }
    }
}
