/// A row of numbers as small columns, the newest on the right.
enum Sparkline {
    /// As many of the newest values as fit, scaled to the largest of them; what is not known is blank.
    ///
    /// A value above nothing is never drawn as nothing.
    static func text(_ values: [Double?], width: Int, glyphs: Glyphs) -> String {
        let shown = values.suffix(width)
        let most = shown.compactMap { $0 }.max() ?? 0
        let levels = glyphs.levels
        let blanks = String(repeating: " ", count: max(0, width - shown.count))
        return blanks
            + shown.map { value -> String in
                guard let value else { return " " }
                guard most > 0, value > 0 else { return String(levels[0]) }
                let level = Int((value / most * Double(levels.count - 1)).rounded(.up))
                return String(levels[max(1, min(level, levels.count - 1))])
            }.joined()
    }

    /// All values in so many columns, each the mean of its part.
    static func squeezed(_ values: [Double?], columns: Int) -> [Double?] {
        guard columns > 0, values.count > columns else { return values }
        return (0..<columns).map { column in
            let part = values[(column * values.count / columns)..<((column + 1) * values.count / columns)]
            let known = part.compactMap { $0 }
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
    }

    /// A part of the whole as a bar.
    static func bar(_ value: Double, of most: Double, width: Int, glyphs: Glyphs) -> String {
        guard most > 0, value > 0, width > 0 else { return "" }
        let cells = max(1, Int((value / most * Double(width)).rounded()))
        return String(repeating: glyphs.bar, count: min(width, cells))
    }
}
