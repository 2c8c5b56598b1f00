/// The help page, made of the commands that there are.
enum HelpText {
    static func detail(_ state: ConsoleState) -> Detail {
        var detail = Detail(title: "Help: \(state.page.title)", lines: [])
        func add(_ label: String, _ text: String, _ role: Role = .text) {
            detail.lines.append(Detail.Line(label: label, text: text, role: role))
        }
        for group in Command.Group.allCases {
            let commands = Command.registry.filter { $0.group == group && $0.exists(on: state.page) }
            if commands.isEmpty { continue }
            add("", group.rawValue.uppercased(), .helpHeading)
            for command in commands {
                let keys = command.keys.map(\.spelling).joined(separator: " ")
                switch command.availability(state) {
                case .yes: add(keys, command.help)
                case .no(let reason): add(keys, "\(command.help) (\(reason))", .hintDisabled)
                }
            }
            add("", "")
        }
        if state.page == .log {
            add("", "FILTER", .helpHeading)
            add("words", "match anywhere in a record, all of them, in any case")
            let fields = LogFilter.Field.allCases.map { "\($0.rawValue):" }.joined(separator: " ")
            add("fields", "\(fields) with a whole value; * and ? stand for anything")
            add("not", "before a word or field turns it round")
            add("examples", "outcome:fail listener:edge-* not reason:timeout")
            add("", "")
            add("", "STATES", .helpHeading)
            add("FOLLOW", "the newest record is shown at the bottom")
            add("HELD", "you stopped or scrolled up; recording goes on, + counts what is newer")
            add("FROZEN", "the gate cannot be reached; nothing new arrives")
            add("", "")
        }
        add("", "Changes open a dialogue. No Ctrl key and no pasted text changes anything.", .textMuted)
        return detail
    }
}
