import Model

/// Whole lines instead of keys, as a console without a screen gets them.
///
/// A line is a command of the palette, or a single letter that is a key of the page. While something is asked
/// it is the answer: what is decided stays with the dialogue, as when keys answer it.
extension ConsoleState {
    /// Whatever is open is left by these, and nothing is changed.
    static let leavingWords: Set<String> = ["esc", "escape", "cancel"]

    mutating func take(line: String) -> [Effect] {
        self.lastKeyAt = self.now
        let text = line.trimmingBlanks
        if self.isAsking, Self.leavingWords.contains(text.lowercased()) { return self.handle(.key(.escape)) }
        switch self.dialogue {
        case .mode(let dialogue): return self.answer(text, in: dialogue)
        case .confirm(let dialogue): return self.answer(text, in: dialogue)
        case .leave(let dialogue): return self.answer(text, in: dialogue)
        case nil: break
        }
        if let prompt { return self.answer(text, in: prompt) }
        switch self.overlay {
        case .menu(let menu): return self.answer(text, in: menu)
        case .files(let picker): return self.answer(text, in: picker)
        case .revisions(let revisions): return self.answer(text, in: revisions)
        case .help, .detail, .palette, nil: self.overlay = nil
        }
        return self.run(typed: text)
    }

    /// The command that a line means: by its key on this page, by a sign in front, or by its name.
    func command(typed line: String) -> (name: String, line: String)? {
        guard let first = line.first else { return nil }
        if line.count == 1 {
            let key = Key.character(first)
            // A change is meant wherever it is typed, as long as the letter means nothing else there.
            let command =
                self.keys.command(for: key, on: self.page)
                ?? Command.registry.first { $0.leadsToItsPage && $0.keys.contains(key) }
            return command.map { ($0.name, $0.name) }
        }
        if Self.leavingWords.contains(line.lowercased()) { return ("close", "close") }
        let rest = String(line.dropFirst()).trimmingBlanks
        switch first {
        case ":": return (String(rest.prefix { $0 != " " }), rest)
        case "/": return ("filter", "filter \(rest)")
        default: return (String(line.prefix { $0 != " " }), line)
        }
    }

    private mutating func run(typed line: String) -> [Effect] {
        guard !line.isEmpty else { return [] }
        return self.run(line: self.command(typed: line)?.line ?? line)
    }

    // MARK: Prompts and what lies over a page

    private mutating func answer(_ text: String, in prompt: Prompt) -> [Effect] {
        guard !text.isEmpty else { return self.press(.escape, in: prompt) }
        _ = self.press(.ctrl("u"), in: prompt)
        self.type(text)
        return self.prompt.map { self.press(.enter, in: $0) } ?? []
    }

    private mutating func answer(_ text: String, in menu: Menu) -> [Effect] {
        guard !text.isEmpty else { return self.press(.escape, in: .menu(menu)) }
        // Its notes say so: "observe mode: press ! to arm".
        if text == "!", menu.command != nil { return self.press(.character("!"), in: .menu(menu)) }
        guard let number = Int(text), menu.items.indices.contains(number - 1) else {
            self.say(.warn, .noSuchAnswer(text))
            return []
        }
        return self.choose(menu, number - 1)
    }

    private mutating func answer(_ text: String, in opened: FilePicker) -> [Effect] {
        var picker = opened
        guard !text.isEmpty else { return self.press(.escape, in: .files(picker)) }
        picker.setTyped("")
        if let number = Int(text), picker.entries.indices.contains(number - 1) {
            picker.index = number - 1
        } else {
            // Never part of a name: it could be that of another file.
            picker.setTyped(text.contains("/") || text.hasPrefix("~") ? text : "./\(text)")
        }
        self.overlay = .files(picker)
        return self.choose(picker)
    }

    private mutating func answer(_ text: String, in opened: RevisionsView) -> [Effect] {
        var view = opened
        guard !text.isEmpty else { return self.press(.escape, in: .revisions(view)) }
        if text == "R" || text == "restore" { return self.press(.character("R"), in: view) }
        guard let number = Int(text), view.revisions.indices.contains(number - 1) else {
            self.say(.warn, .noSuchAnswer(text))
            return []
        }
        view.index = number - 1
        self.overlay = .revisions(view)
        return []
    }
}

extension String {
    /// Without blanks around it.
    var trimmingBlanks: String {
        var text = Substring(self).drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
