import Model

/// Keys while something lies over the page.
extension ConsoleState {
    mutating func press(_ key: Key, in overlay: Overlay) -> [Effect] {
        switch overlay {
        case .palette(let palette): self.press(key, in: palette)
        case .menu(let menu): self.press(key, in: menu)
        case .help(let help): self.press(key, in: help)
        case .detail(let detail, let scroll): self.press(key, in: detail, scroll)
        case .files(let picker): self.press(key, in: picker)
        case .revisions(let revisions): self.press(key, in: revisions)
        }
    }

    /// How far a key scrolls; nil for keys that do not.
    private func scrollStep(_ key: Key) -> Int? {
        let page = max(1, self.layout.body.rows - 3)
        switch key {
        case .down, .character("j"): return 1
        case .up, .character("k"): return -1
        case .pageDown, .character(" "), .ctrl("d"): return page
        case .pageUp, .ctrl("u"): return -page
        case .home, .character("g"): return -100_000
        case .end, .character("G"): return 100_000
        default: return nil
        }
    }

    private func scrolled(_ scroll: Int, by step: Int) -> Int {
        guard let overlay else { return 0 }
        let rows = PopupScreen.rowCount(overlay, state: self)
        return max(0, min(scroll + step, rows - PopupScreen.visibleRows(self)))
    }

    private mutating func press(_ key: Key, in detail: Detail, _ scroll: Int) -> [Effect] {
        switch key {
        case .escape, .enter, .character("q"):
            self.overlay = nil
        case .function(10), .ctrl("c"): return self.leave()
        case .character("["), .character("]"): return self.stepDetail(forward: key == .character("]"))
        case .character("y"): return self.copy(nil)
        default:
            guard let step = self.scrollStep(key) else { return [] }
            self.overlay = .detail(detail, scroll: self.scrolled(scroll, by: step))
        }
        return []
    }

    private mutating func press(_ key: Key, in opened: HelpView) -> [Effect] {
        var help = opened
        let sections = HelpView.Section.allCases
        switch key {
        case .escape where !help.search.isEmpty: help.search = ""
        case .escape, .enter, .function(1):
            self.overlay = nil
            return []
        case .function(10), .ctrl("c"): return self.leave()
        case .tab, .backTab:
            let step = key == .tab ? 1 : sections.count - 1
            help = HelpView(
                section: sections[(help.section.rawValue + step) % sections.count],
                search: help.search
            )
        case .backspace: help.search = String(help.search.dropLast())
        case .character("?") where help.search.isEmpty, .character("q") where help.search.isEmpty:
            self.overlay = nil
            return []
        case .down, .up, .pageDown, .pageUp, .home, .end, .ctrl("d"), .ctrl("u"):
            help.scroll = self.scrolled(help.scroll, by: self.scrollStep(key) ?? 0)
        case .character(let character):
            help.search = String((help.search + String(character)).prefix(64))
            help.scroll = 0
        default: break
        }
        self.overlay = .help(help)
        return []
    }

    // MARK: Menus

    private mutating func press(_ key: Key, in opened: Menu) -> [Effect] {
        var menu = opened
        switch key {
        case .escape, .character("q"), .ctrl("c"):
            self.overlay = nil
            return []
        case .down, .character("j"), .tab: menu.index += 1
        case .up, .character("k"), .backTab: menu.index -= 1
        case .home, .character("g"), .pageUp: menu.index = 0
        case .end, .character("G"), .pageDown: menu.index = menu.items.count - 1
        case .enter, .character(" "): return self.choose(menu, menu.index)
        case .character("!"):
            // Its notes say so: "observe mode: press ! to arm".
            guard let command = menu.command else { return [] }
            return self.run(line: "arm") + self.run(line: command)
        case .character(let digit):
            guard let number = digit.wholeNumberValue, (1...menu.items.count).contains(number) else {
                return []
            }
            return self.choose(menu, number - 1)
        default: break
        }
        menu.index = max(0, min(menu.index, menu.items.count - 1))
        self.overlay = .menu(menu)
        return []
    }

    mutating func choose(_ menu: Menu, _ index: Int) -> [Effect] {
        guard menu.items.indices.contains(index) else { return [] }
        var chosen = menu
        chosen.index = index
        self.overlay = menu.staysOpen ? .menu(chosen) : nil
        guard let line = menu.items[index].line else {
            self.say(.warn, menu.items[index].note)
            return []
        }
        return self.run(line: line)
    }

    // MARK: Command lines

    /// Runs a line as if its command had been chosen by its key.
    mutating func run(line: String) -> [Effect] {
        let name = String(line.prefix { $0 != " " })
        let rest = line.dropFirst(name.count).drop { $0 == " " }
        guard let command = Command.named(name) else {
            let nearest = Nearest.word(to: name, among: Command.registry.map(\.name))
            self.say(.warn, .noCommand(name, nearest: nearest))
            return []
        }
        guard command.exists(on: self.page) || command.leadsToItsPage else {
            self.say(.warn, .notHere(name))
            return []
        }
        // A filter is everything up to the end of the line.
        let arguments =
            command.arguments == [.filter]
            ? (rest.isEmpty ? [] : [String(rest)]) : rest.split(separator: " ").map(String.init)
        return self.run(command, arguments)
    }
}

extension Command {
    /// It goes to where it can work, wherever it is called.
    var leadsToItsPage: Bool {
        self.arguments.contains { [.listener, .store, .change, .serial].contains($0) }
    }
}
