import Model

/// Typing a command.
extension ConsoleState {
    mutating func press(_ key: Key, in opened: Palette) -> [Effect] {
        var palette = opened
        let candidates = PaletteSearch.candidates(palette.text, self)
        switch key {
        case .escape, .ctrl("c"):
            self.overlay = nil
            return []
        case .enter: return self.submit(palette, candidates)
        case .tab:
            guard candidates.indices.contains(palette.index) else { return [] }
            palette = Palette(text: candidates[palette.index].completed)
        case .down, .ctrl("n"): palette.index = min(palette.index + 1, max(0, candidates.count - 1))
        case .up, .ctrl("p"): palette.index = max(0, palette.index - 1)
        case .pageDown: palette.index = min(palette.index + 8, max(0, candidates.count - 1))
        case .pageUp: palette.index = max(0, palette.index - 8)
        case .backspace: palette = Palette(text: String(palette.text.dropLast()))
        case .ctrl("u"): palette = Palette()
        case .ctrl("w"):
            let kept = palette.text.reversed().drop { $0 == " " }.drop { $0 != " " }
            palette = Palette(text: String(kept.reversed()))
        case .character(let character):
            self.typeInPalette(String(character))
            return []
        default: break
        }
        self.overlay = .palette(palette)
        return []
    }

    mutating func typeInPalette(_ text: String) {
        guard case .palette(let palette) = self.overlay else { return }
        self.overlay = .palette(Palette(text: String((palette.text + text).prefix(Prompt.limit))))
    }

    private mutating func submit(
        _ palette: Palette,
        _ candidates: [PaletteSearch.Candidate]
    )
        -> [Effect]
    {
        let typed = palette.text.trimming { $0 == " " }
        var line = typed
        // What is typed whole is run as it stands; otherwise the marked candidate is meant.
        if palette.index > 0 || !self.isWhole(typed), candidates.indices.contains(palette.index) {
            let candidate = candidates[palette.index]
            guard candidate.isComplete else {
                self.overlay = .palette(Palette(text: candidate.completed))
                return []
            }
            line = candidate.line
        }
        guard !line.isEmpty else { return [] }
        self.overlay = nil
        self.saved.remember(line)
        return self.run(line: line) + [.save(self.remembered)]
    }

    /// Whether a line begins with the name of a command.
    private func isWhole(_ line: String) -> Bool {
        Command.named(String(line.prefix { $0 != " " })) != nil
    }
}

extension String {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> String {
        var text = Substring(self).drop(while: isTrimmed)
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return String(text)
    }
}
