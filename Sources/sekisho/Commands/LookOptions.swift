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

    @Option(help: "Write times in utc (the default), local or such as +09:00.", transform: LookOptions.zone)
    var time: ClockZone?

    private static func zone(_ name: String) throws -> ClockZone {
        guard let zone = ClockZone(name) else {
            throw ValidationError("--time is \(name); it can be utc, local or such as +09:00.")
        }
        return zone
    }

    @Flag(inversion: .prefixedNo, help: "Take clicks and the wheel (default: no).")
    var mouse: Bool?

    @Flag(help: "Use no colours (as NO_COLOR does).")
    var noColor = false

    @Flag(
        help: "Speak in lines, without a screen: for screen readers, braille displays, dumb terminals, pipes."
    )
    var linear = false

    var look: ConsoleHost.Look {
        ConsoleHost.Look(
            theme: self.theme,
            language: self.language,
            zone: self.time,
            hasMouse: self.mouse,
            isColourless: self.noColor,
            isLinear: self.linear
        )
    }
}
