import ArgumentParser
import Console
import Foundation

/// `sekisho theme`: what is to be known of a theme before it is used.
struct ThemeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "theme",
        abstract: "Check a theme of the console.",
        subcommands: [Check.self]
    )

    /// `sekisho theme check`: contrasts and distances, without a terminal.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print how well a theme can be read, also by colour-blind people.",
            discussion: """
                The exit status is 0 for a theme whose every role has a contrast of 4.5 : 1 or more, and 3 for \
                another. A file that cannot be read is told with its line.
                """
        )

        @Argument(
            help: ArgumentHelp("The path of a theme file, or the name of a theme.", valueName: "theme"),
            completion: .file(extensions: ["yaml"])
        )
        var theme: String

        @OptionGroup var output: OutputOption

        mutating func run() throws {
            let report = try ThemeReport(
                theme: self.theme,
                environment: ProcessInfo.processInfo.environment
            )
            switch self.output.format {
            case .text: report.lines.forEach(Output.line)
            case .json: Output.line(try JSONDocument.pretty(report))
            }
            if !report.isReadable { throw ExitCode(3) }
        }
    }
}
