import ArgumentParser
import Console
import Foundation

/// `sekisho keys`: the console's keys and commands.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the console's keys and commands, as keys.yaml has left them.",
        discussion: "A key map with a mistake is told with file and line, as when a console starts."
    )

    @OptionGroup var output: OutputOption

    mutating func run() throws {
        let lines = try KeyLine.all(environment: ProcessInfo.processInfo.environment)
        switch self.output.format {
        case .text: Self.table(lines).forEach(Output.line)
        case .json: for line in lines { Output.line(try JSONDocument.line(line)) }
        }
    }

    static func table(_ lines: [KeyLine]) -> [String] {
        let rows = lines.map { line in
            [
                line.keys.joined(separator: " ") + (line.isChanged ? " *" : ""),
                ([":\(line.command)"] + line.arguments).joined(separator: " "),
                line.pages.isEmpty ? "all" : line.pages.joined(separator: " "), line.meaning,
            ]
        }
        let note = lines.contains(where: \.isChanged) ? ["* as keys.yaml says"] : []
        return StatusTable.columns([["KEYS", "COMMAND", "PAGES", "WHAT IT DOES"]] + rows) + note
    }
}
