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
    var theme = "auto"

    @Flag(help: "Use no colours (as NO_COLOR does).")
    var noColor = false

    var look: ConsoleHost.Look { ConsoleHost.Look(theme: self.theme, isColourless: self.noColor) }
}
