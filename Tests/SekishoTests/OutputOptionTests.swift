import ArgumentParser
import Foundation
import Testing

@testable import sekisho

/// A program reads what people read.
@Suite("Output of commands")
struct OutputOptionTests {
    /// Commands that run until they are told to end, or hold others.
    private static let silent = ["open", "serve", "console", "demo", "echo", "theme"]

    @Test("Every command that shows something takes --output json, and --format as its other name")
    func everywhere() {
        let commands = Sekisho.configuration.subcommands.filter { !Self.silent.contains($0._commandName) }
        #expect(commands.count > 10)
        for command in commands + [ThemeCommand.Check.self] {
            let help = Sekisho.helpMessage(for: command)
            #expect(help.contains("--output, --format"), "\(command._commandName)")
        }
    }
}
