import ArgumentParser
import Console

/// How a console looks.
struct LookOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "\(ConsoleSession.themeNames().joined(separator: ", ")), or the path of a theme file.",
            valueName: "name"
        )
    )
    var theme: String?

    @Option(help: "en or ja (default: the locale's).", transform: LookOptions.language)
    var language: Language?

    private static func language(_ name: String) throws -> Language {
        guard let language = Language(rawValue: name) else {
            let names = Language.allCases.map(\.rawValue).joined(separator: " or ")
            throw ValidationError("--language is \(name); it can be \(names).")
        }
        return language
    }

    @Flag(help: "Use no colours (as NO_COLOR does).")
    var noColor = false

    var look: ConsoleHost.Look {
        ConsoleHost.Look(theme: self.theme, language: self.language, isColourless: self.noColor)
    }
}
