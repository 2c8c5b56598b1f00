import Model

/// Filters, prompts, order and columns of whatever has the keys.
extension ConsoleState {
    var currentFilterText: String {
        self.page == .log ? self.log.filterText : self.focusedList?.filterText ?? ""
    }

    /// The fields of a filter here.
    var currentSchema: FilterSchema { self.focusedList?.schema ?? .connections }

    mutating func openPrompt(_ kind: Prompt.Kind) -> [Effect] {
        let text = kind == .filter ? self.currentFilterText : ""
        self.overlay = nil
        self.prompt = Prompt(kind: kind, text: text, original: text)
        return []
    }

    mutating func press(_ key: Key, in prompt: Prompt) -> [Effect] {
        switch key {
        case .enter: return self.finish(prompt)
        case .escape, .ctrl("c"):
            self.prompt = nil
            if prompt.kind == .filter { self.setFilter(prompt.original) }
        case .backspace:
            self.setPrompt(String(prompt.text.dropLast()))
        case .ctrl("u"): self.setPrompt("")
        case .ctrl("w"):
            let kept = prompt.text.reversed().drop { $0 == " " }.drop { $0 != " " }
            self.setPrompt(String(kept.reversed()))
        case .character(let character): self.type(String(character))
        default: break
        }
        return []
    }

    private mutating func finish(_ prompt: Prompt) -> [Effect] {
        switch prompt.kind {
        case .filter:
            // A filter with a mistake is not accepted: it would look as if it were in force.
            if prompt.mistake == nil { self.prompt = nil }
        case .moment:
            self.prompt = nil
            return prompt.text.isEmpty ? [] : self.goTo(moment: prompt.text)
        case .filterName:
            self.prompt = nil
            return self.saveFilter(as: prompt.text)
        case .serial(let store):
            self.prompt = nil
            return prompt.text.isEmpty ? [] : self.lookUp(prompt.text, store: store)
        }
        return []
    }

    mutating func type(_ text: String) {
        guard let prompt else { return }
        self.setPrompt(String((prompt.text + text).prefix(Prompt.limit)))
    }

    private mutating func setPrompt(_ text: String) {
        let mistake = self.prompt?.kind == .filter ? self.setFilter(text) : nil
        self.prompt?.text = text
        self.prompt?.mistake = mistake
    }

    /// Sets the filter of the page from a command; a mistake opens the prompt with it.
    mutating func filter(by text: String) -> [Effect] {
        guard let mistake = self.setFilter(text) else { return [] }
        self.prompt = Prompt(
            kind: .filter,
            text: text,
            original: self.currentFilterText,
            mistake: mistake
        )
        return []
    }

    /// Filters what has the keys.
    ///
    /// - Returns: what is wrong with the filter; the one before stays then.
    @discardableResult
    private mutating func setFilter(_ text: String) -> PromptMistake? {
        do throws(FilterMistake) {
            let environment = self.filterEnvironment
            if self.page == .log {
                let filter = try Filter(text, schema: .connections, environment: environment)
                let query = LogQuery(filter: filter, failedOnly: self.log.query.failedOnly)
                self.log.setQuery(query, text: text, log: self.events)
            } else if var list = self.focusedList {
                try list.setFilter(text, environment: environment)
                self.focusedList = list
            }
        } catch {
            return PromptMistake(column: error.column, text: .mistake(error))
        }
        self.arrange(isForced: true)
        return nil
    }

    // MARK: Saved filters

    mutating func saveFilter(as name: String) -> [Effect] {
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        guard isName, (1...32).contains(name.count) else {
            self.say(.warn, .badFilterName)
            return []
        }
        guard self.saved.filters.count < SavedState.filterLimit || self.saved.filters[name] != nil
        else {
            self.say(.warn, .mistake(FilterMistake(column: 0, .tooLarge)))
            return []
        }
        self.saved.filters[name] = self.currentFilterText
        self.say(.info, .savedFilter(name))
        return [.save(self.remembered)]
    }

    mutating func openSavedFilters() -> [Effect] {
        let items = self.saved.filters.sorted { $0.key < $1.key }.map { name, text in
            Menu.Item(
                label: Phrase(verbatim: "@\(name)"),
                note: Phrase(verbatim: text),
                line: "filter @\(name)"
            )
        }
        guard !items.isEmpty else {
            self.say(.info, .noSavedFilters)
            return []
        }
        self.overlay = .menu(Menu(title: .savedTitle, items: items))
        return []
    }

    // MARK: Only like this

    /// Offers what the row under the cursor can be told by.
    mutating func openLikeMenu(isNegated: Bool) -> [Effect] {
        let facts = FilterText.facts(of: self)
        guard !facts.isEmpty else {
            self.say(.warn, .nothingUnderCursor)
            return []
        }
        if self.page == .log { self.log.hold(rows: self.layout.logRows) }
        let before = self.currentFilterText
        let items = facts.map { fact in
            let term = "\(isNegated ? "not " : "")\(fact.field):\(FilterText.quoted(fact.value))"
            let isSimple = !before.contains(" or ")
            let text = before.isEmpty ? term : isSimple ? "\(before) \(term)" : "(\(before)) \(term)"
            return Menu.Item(
                label: Phrase(verbatim: fact.field),
                note: Phrase(verbatim: fact.value),
                line: "filter \(text)"
            )
        }
        self.overlay = .menu(Menu(title: isNegated ? .unlikeTitle : .likeTitle, items: items))
        return []
    }

    // MARK: Order and columns

    mutating func sort(by name: String?) -> [Effect] {
        guard var list = self.focusedList else { return [] }
        if let name {
            guard list.sort(by: name) else {
                let nearest = Nearest.word(to: name, among: list.columnChoices.map(\.name))
                self.say(.warn, .noColumn(name, nearest: nearest))
                return []
            }
        } else {
            list.sortByNextColumn()
        }
        self.focusedList = list
        return []
    }

    mutating func toggleColumn(_ name: String?) -> [Effect] {
        let choices =
            self.page == .log ? self.logColumns.choices : self.focusedList?.columnChoices ?? []
        if let name {
            guard choices.contains(where: { $0.name == name }) else {
                let nearest = Nearest.word(to: name, among: choices.map(\.name))
                self.say(.warn, .noColumn(name, nearest: nearest))
                return []
            }
            if self.page == .log {
                self.logColumns.toggle(name)
            } else {
                self.focusedList?.toggleColumn(name)
            }
        }
        let now = self.page == .log ? self.logColumns.choices : self.focusedList?.columnChoices ?? []
        var menu = Menu(
            title: .columnsTitle,
            items: now.map { choice in
                Menu.Item(
                    label: choice.title,
                    note: choice.isShown ? .columnShown : .columnHidden,
                    line: "columns \(choice.name)"
                )
            },
            staysOpen: true
        )
        if case .menu(let open) = self.overlay, open.title == menu.title { menu.index = open.index }
        self.overlay = .menu(menu)
        return []
    }
}
