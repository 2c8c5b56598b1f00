import Model

/// What leaves the console: copies, exports, looks.
extension ConsoleState {
    /// Bytes that are sent to the clipboard at most; terminals drop more.
    static let copyLimit = 65_536

    mutating func copy(_ name: String?) -> [Effect] {
        let choices = CopyText.choices(of: self)
        guard !choices.isEmpty else {
            self.say(.warn, .nothingUnderCursor)
            return []
        }
        guard let name else {
            self.overlay = .menu(
                Menu(
                    title: .copyTitle,
                    items: choices.map { choice in
                        let first = choice.text.prefix { !$0.isNewline }
                        return Menu.Item(
                            label: choice.label,
                            note: Phrase(verbatim: String(first.prefix(256))),
                            line: "copy \(choice.name)"
                        )
                    }
                )
            )
            return []
        }
        guard let choice = choices.first(where: { $0.name == name }) else {
            self.say(.warn, .nothingUnderCursor)
            return []
        }
        let count = choice.text.utf8.count
        guard count <= Self.copyLimit else {
            self.say(.warn, .tooLargeToCopy(Self.copyLimit))
            return []
        }
        self.say(.info, .copied(count))
        return [.copy(choice.text)]
    }

    mutating func export(_ format: String?, path: String?) -> [Effect] {
        if format == "chain" { return self.exportChain(to: path) }
        guard let format, ["text", "json"].contains(format) else {
            var formats: [(word: String, label: Phrase)] = [("text", .exportText), ("json", .exportJSON)]
            if self.hasChainToExport { formats.append(("chain", .exportChain)) }
            self.overlay = .menu(
                Menu(
                    title: .exportTitle,
                    items: formats.map {
                        Menu.Item(label: $0.label, note: .exportNewFile, line: "export \($0.word)")
                    }
                )
            )
            return []
        }
        let isJSON = format == "json"
        let text: String
        if self.page == .log {
            text = RecordExport.text(of: self, isJSON: isJSON)
        } else if let list = self.focusedList {
            let context = DrawContext(
                language: self.language,
                glyphs: .unicode,
                zone: self.settings.zone,
                now: self.counters?.time
            )
            text = isJSON ? list.json : list.text(context)
        } else {
            return []
        }
        return [
            .write(
                path: path,
                stem: "sekisho-\(self.page.name)",
                ending: isJSON ? (self.page == .log ? "ndjson" : "json") : "txt",
                text: text
            )
        ]
    }

    // MARK: Looks

    mutating func chooseTheme(_ name: String?) -> [Effect] {
        guard let name else {
            self.overlay = .menu(
                Menu(
                    title: .themesTitle,
                    items: self.themes.map {
                        Menu.Item(label: Phrase(verbatim: $0), note: .empty, line: "theme \($0)")
                    },
                    staysOpen: true
                )
            )
            return []
        }
        return [.theme(name)]
    }

    mutating func chooseLanguage(_ name: String?) -> [Effect] {
        guard let name else {
            self.overlay = .menu(
                Menu(
                    title: .languagesTitle,
                    items: Language.allCases.map { language in
                        Menu.Item(
                            label: Phrase(verbatim: language.rawValue),
                            note: Phrase(verbatim: language == .english ? "English" : "日本語"),
                            line: "language \(language.rawValue)"
                        )
                    }
                )
            )
            return []
        }
        guard let language = Language(rawValue: name) else {
            self.say(.warn, .noSuch(.nounLanguage, name))
            return []
        }
        guard self.glyphs.isUnicode || language == .english else {
            self.say(.warn, .languageNeedsUnicode)
            return []
        }
        self.settings.language = language
        return []
    }

    /// Writes times of day in another zone.
    mutating func chooseZone(_ name: String?) -> [Effect] {
        guard let name else {
            self.overlay = .palette(Palette(text: "clock "))
            return []
        }
        guard let zone = ClockZone(name) else {
            self.say(.warn, .noSuch(.nounZone, name))
            return []
        }
        self.settings.zone = zone
        return []
    }

    // MARK: What can be done with a row

    /// Everything that changes something here, with the reason where it cannot be done.
    mutating func openActions() -> [Effect] {
        let commands = Command.registry.filter { $0.changesState && $0.exists(on: self.page) }
        let items = commands.map { command in
            switch command.availability(self) {
            case .yes: Menu.Item(label: command.help, note: .opensDialogue, line: command.name)
            case .no(let reason): Menu.Item(label: command.help, note: reason, line: nil)
            }
        }
        self.overlay = .menu(Menu(title: .actionsTitle, items: items, command: "actions"))
        return []
    }

    // MARK: Memory

    /// What is worth keeping for the next console.
    var remembered: SavedState {
        var saved = self.saved
        saved.page = self.page.name
        saved.lists = [
            "listeners": self.listeners.setup, "stores": self.stores.setup,
            "certificates": self.certificates.setup, "revocations": self.revocations.setup,
            "refusals": self.refusals.setup,
            "targets": self.targets.setup, "changes": self.changeList.setup,
            "clients": self.clients.setup, "requests": self.requests.setup,
            "log": self.logColumns.setup,
        ]
        return saved
    }

    /// Takes what was kept; what does not fit any more is left out.
    mutating func recall(_ saved: SavedState) {
        self.saved = saved
        if let page = Page.allCases.first(where: { $0.name == saved.page }) { self.page = page }
        if let setup = saved.lists["listeners"] { self.listeners.takeSetup(setup) }
        if let setup = saved.lists["stores"] { self.stores.takeSetup(setup) }
        if let setup = saved.lists["certificates"] { self.certificates.takeSetup(setup) }
        if let setup = saved.lists["revocations"] { self.revocations.takeSetup(setup) }
        if let setup = saved.lists["refusals"] { self.refusals.takeSetup(setup) }
        if let setup = saved.lists["targets"] { self.targets.takeSetup(setup) }
        if let setup = saved.lists["clients"] { self.clients.takeSetup(setup) }
        if let setup = saved.lists["requests"] { self.requests.takeSetup(setup) }
        if let setup = saved.lists["changes"] { self.changeList.takeSetup(setup) }
        if let setup = saved.lists["log"] { self.logColumns.take(setup) }
    }
}
