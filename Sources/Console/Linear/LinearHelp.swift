/// The commands as lines: those of the page, or of all, each by the words that are typed.
enum LinearHelp {
    static func lines(_ help: HelpView, _ state: ConsoleState) -> [String] {
        guard help.section == .page || help.section == .all else {
            return LinearText.lines(HelpText.detail(help, state), state.language)
        }
        let say = state.language
        let page = help.section == .page ? state.page : nil
        var lines = [say(.helpTitle(state.page.title)), say(.helpLinear)]
        lines += self.own.map { "\(say($0.line)): \(say($0.help))" }
        for group in Command.Group.allCases {
            let commands = Command.registry.filter { command in
                command.group == group && (page.map(command.exists) ?? true)
                    && !LinearConsole.drawnOnly.contains(command.name) && command.name != "command"
            }
            if commands.isEmpty { continue }
            lines.append(say(group.title))
            lines += commands.map { self.line($0, state) }
        }
        let sections = HelpView.Section.allCases.map { "help \($0.name) (\(say($0.title)))" }
        return lines + [sections.joined(separator: ", "), say(.helpSafetyLinear)]
    }

    private static let own: [(line: Phrase, help: Phrase)] = [
        (Phrase(verbatim: ".3, row 3"), .helpRow), (.emptyLine, .helpEmpty),
        (Phrase(verbatim: "cancel"), .helpCancel), (Phrase(verbatim: "news on, news off"), .helpNews),
    ]

    private static func line(_ command: Command, _ state: ConsoleState) -> String {
        let say = state.language
        let typed = ([command.name] + command.arguments.map(\.placeholder)).joined(separator: " ")
        // Only what can be typed as a line.
        var keys = state.keys.keys(of: command, on: state.page).compactMap { key -> String? in
            if case .character(let character) = key, character != " " { String(character) } else { nil }
        }
        // q leaves: there is nothing of the page before to come back to.
        if command.name == "back" { keys = [] }
        if command.name == "leave" { keys = ["q"] }
        let help = command.name == "copy" ? Phrase.helpCopyLinear : command.help
        let also = keys.isEmpty ? "" : say(.orKey(keys.joined(separator: " ")))
        let reason: String =
            if case .no(let reason) = command.availability(state) { " (\(say(reason)))" } else { "" }
        return "\(typed)\(also): \(say(help))\(reason)"
    }
}
