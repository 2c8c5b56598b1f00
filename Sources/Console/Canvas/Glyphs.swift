/// The characters that are drawings rather than words, in the sets a terminal can have.
struct Glyphs: Hashable, Sendable {
    /// Whether characters outside ASCII may be written at all.
    private(set) var isUnicode: Bool
    let cut: Character
    let pointer: Character
    let none: Character
    let live: Character
    let fail: Character
    let warn: Character
    let trial: Character
    let up: Character
    let down: Character
    let arrow: String
    let chosen: String
    let unchosen: String
    let separator: Character
    let mark: Character
    let bar: Character
    /// From nothing to everything, for sparklines.
    let levels: [Character]
    let plain: BoxGlyphs
    let focused: BoxGlyphs

    /// As ``TargetChecks/outcomes``, with marks that are seen.
    func outcomes(_ text: String) -> String {
        self.isUnicode ? text.replacing("+", with: "✓").replacing("x", with: String(self.fail)) : text
    }

    static let unicode = Glyphs(
        isUnicode: true,
        cut: "…",
        pointer: "▸",
        none: "–",
        live: "●",
        fail: "✗",
        warn: "▲",
        trial: "◷",
        up: "▲",
        down: "▼",
        arrow: "→",
        chosen: "(●)",
        unchosen: "( )",
        separator: "│",
        mark: "+",
        bar: "█",
        levels: Array("▁▂▃▄▅▆▇█"),
        plain: BoxGlyphs(corners: ["┌", "┐", "└", "┘"], horizontal: "─", vertical: "│"),
        focused: BoxGlyphs(corners: ["┏", "┓", "┗", "┛"], horizontal: "━", vertical: "┃")
    )

    static let ascii = Glyphs(
        isUnicode: false,
        cut: "~",
        pointer: ">",
        none: "-",
        live: "*",
        fail: "x",
        warn: "!",
        trial: "*",
        up: "^",
        down: "v",
        arrow: "->",
        chosen: "(o)",
        unchosen: "( )",
        separator: "|",
        mark: "+",
        bar: "#",
        levels: Array("_.-=+*#@"),
        plain: BoxGlyphs(corners: ["+", "+", "+", "+"], horizontal: "-", vertical: "|"),
        focused: BoxGlyphs(corners: ["+", "+", "+", "+"], horizontal: "=", vertical: "|")
    )

    /// Drawings of ASCII among any text: for terminals of East Asia that give lines and blocks two columns.
    static let narrow: Glyphs = {
        var glyphs = Glyphs.ascii
        glyphs.isUnicode = true
        return glyphs
    }()
}

/// What frames are made of; corners from the upper left, row by row.
struct BoxGlyphs: Hashable, Sendable {
    let corners: [Character]
    let horizontal: Character
    let vertical: Character
}
