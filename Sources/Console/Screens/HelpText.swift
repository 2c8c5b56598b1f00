import Model

/// The help, made of the commands, fields and reasons that there are.
enum HelpText {
    static func detail(_ help: HelpView, _ state: ConsoleState) -> Detail {
        let say = state.language
        var lines =
            switch help.section {
            case .page: self.commands(state, page: state.page)
            case .all: self.commands(state, page: nil)
            case .filter: self.filter(state)
            case .reasons: self.reasons(say)
            case .words: self.words(say)
            }
        if !help.search.isEmpty {
            let wanted = FoldedText(help.search)
            lines = lines.filter { FoldedText("\($0.label) \($0.text)").contains(wanted) }
        }
        let sections = HelpView.Section.allCases.map { section in
            section == help.section ? "[\(say(section.title))]" : say(section.title)
        }
        let search = help.search.isEmpty ? "" : "  /\(help.search)"
        let title = say(.helpTitle(state.page.title)) + search
        return Detail(
            title: title,
            lines: [
                Detail.Line(label: "", text: sections.joined(separator: "  "), role: .textMuted),
                Detail.Line(label: "", text: ""),
            ] + lines
        )
    }

    // MARK: Commands

    private static func commands(_ state: ConsoleState, page: Page?) -> [Detail.Line] {
        let say = state.language
        var lines: [Detail.Line] = []
        for group in Command.Group.allCases {
            let commands = Command.registry.filter { $0.group == group && (page.map($0.exists) ?? true) }
            if commands.isEmpty { continue }
            lines.append(Detail.Line(label: "", text: say(group.title), role: .helpHeading))
            lines += commands.map { self.line($0, page, state) }
            lines.append(Detail.Line(label: "", text: ""))
        }
        lines.append(Detail.Line(label: "", text: say(.helpSafety), role: .textMuted))
        if !state.keys.changed.isEmpty {
            let names = state.keys.changed.sorted().joined(separator: " ")
            lines.append(Detail.Line(label: "", text: say(.helpChangedKeys(names)), role: .textMuted))
        }
        return lines
    }

    private static func line(_ command: Command, _ page: Page?, _ state: ConsoleState) -> Detail.Line {
        let say = state.language
        let keys = state.keys.keys(
            of: command,
            on: page ?? command.pages?.min { $0.rawValue < $1.rawValue } ?? state.page
        )
        let arguments = command.arguments.map(\.placeholder)
        let line = ([":\(command.name)"] + arguments).joined(separator: " ")
        let label = keys.map(\.spelling).joined(separator: " ")
        let isTyped = keys.isEmpty || !arguments.isEmpty
        let text = say(command.help) + (isTyped ? "  \(line)" : "")
        switch command.availability(state) {
        case .yes: return Detail.Line(label: label, text: text)
        case .no(let reason):
            return Detail.Line(label: label, text: "\(text) (\(say(reason)))", role: .hintDisabled)
        }
    }

    // MARK: Filter language

    private static func filter(_ state: ConsoleState) -> [Detail.Line] {
        let say = state.language
        func heading(_ text: Phrase) -> Detail.Line {
            Detail.Line(label: "", text: say(text), role: .helpHeading)
        }
        let forms: [(String, Phrase)] = [
            ("field:value", .filterEquals), ("field!=value", .filterDiffers),
            ("field~regex", .filterExpression),
            ("field<n >=n", .filterNumbers), ("field:a..b", .filterRange),
            ("client:a/24", .filterNetwork),
            ("field:{a,b}", .filterSet), ("since:15m", .filterSince), ("expires<30d", .filterExpires),
            ("has:cert", .filterHas), ("words", .filterWords), ("and or not ()", .filterLogic),
            ("\"a b\"", .filterQuotes), ("@name", .filterSaved),
        ]
        let fields = state.currentSchema.fields.map(\.name).joined(separator: " ")
        return [heading(.filterTitle)]
            + forms.map { Detail.Line(label: $0.0, text: say($0.1)) }
            + [
                Detail.Line(label: "", text: ""), heading(.filterFields),
                Detail.Line(label: "", text: fields), Detail.Line(label: "", text: ""),
                heading(.filterExamples),
                Detail.Line(label: "", text: "outcome:fail listener:edge-* not reason:{timeout,closed}"),
                Detail.Line(label: "", text: "client:203.0.113.0/24 (cn~^svc- or not has:cert) since:15m"),
            ]
    }

    private static func reasons(_ say: Language) -> [Detail.Line] {
        Reasons.all.flatMap { reason in
            [
                Detail.Line(label: reason.word, text: reason.code.english, role: .logReason),
                Detail.Line(label: "", text: Phrase.sentence(reason.outcome).map { say($0) } ?? ""),
                Detail.Line(
                    label: "",
                    text: Phrase.remedy(reason.outcome).map { say($0) } ?? "",
                    role: .textMuted
                ),
            ]
        }
    }

    private static func words(_ say: Language) -> [Detail.Line] {
        let words: [(String, Phrase)] = [
            ("FOLLOW", .wordFollow), ("HELD", .wordHeld), ("FROZEN", .wordFrozen),
            ("OBSERVE", .wordObserve),
            ("ARMED", .wordArmed), ("off", .wordOff), ("passthrough", .wordPassthrough),
            ("verify", .wordVerify), ("FAIL", .wordFail), ("~", .wordMark), ("DOWN", .wordDown),
            ("unused", .wordUnused), ("initial", .wordInitial), ("drain", .wordDrain), ("left", .wordLeft),
            ("claim", .wordClaim),
        ]
        return words.map { Detail.Line(label: $0.0, text: say($0.1)) }
    }
}

extension HelpView.Section {
    /// The word after `:help`.
    var name: String { "\(self)" }

    var title: Phrase {
        switch self {
        case .page: .sectionPage
        case .all: .sectionAll
        case .filter: .sectionFilter
        case .reasons: .sectionReasons
        case .words: .sectionWords
        }
    }
}
