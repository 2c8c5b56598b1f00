/// How roles look, in the terms of one theme file.
struct Theme: Hashable, Sendable {
    var name: String
    /// Fill with `surface` instead of the terminal's own background.
    var paintsBackground: Bool
    var colours: [ColourName: Colour]
    /// Only the roles that the file names.
    var roles: [Role: Style]

    /// The colours a theme may define.
    enum ColourName: String, CaseIterable, Sendable {
        case surface, text, muted, ok, warn, fail, info, trial, accent, select
    }

    /// How one role looks: `[colour] [on colour] [bold|underline|reverse]…`.
    struct Style: Hashable, Sendable {
        var foreground: ColourName?
        var background: ColourName?
        var isBold = false
        var isUnderlined = false
        var isReversed = false

        /// The terminal's own colours, nothing added.
        static let none = Style()

        private init() {}

        /// Reads the written form.
        ///
        /// - Throws: ``Mistake`` with the word that is not understood.
        init(_ text: some StringProtocol) throws(Mistake) {
            var isBackgroundNext = false
            for word in text.split(separator: " ") {
                switch word {
                case "on": isBackgroundNext = true
                case "bold": self.isBold = true
                case "underline": self.isUnderlined = true
                case "reverse": self.isReversed = true
                default:
                    guard let colour = ColourName(rawValue: String(word)) else {
                        throw Mistake(word: String(word))
                    }
                    if isBackgroundNext { self.background = colour } else { self.foreground = colour }
                    isBackgroundNext = false
                }
            }
        }

        struct Mistake: Error, Hashable {
            let word: String
        }
    }

    /// How a role looks: what the theme says, else what the program says, else the same for the part of the
    /// name before the last dot.
    func style(of role: Role) -> Style {
        if let style = self.roles[role] { return style }
        if let written = role.defaultStyle, let style = try? Style(written) { return style }
        guard let dot = role.rawValue.lastIndex(of: "."),
            let parent = Role(rawValue: String(role.rawValue[..<dot]))
        else { return .none }
        return self.style(of: parent)
    }

    /// A role as numbers of a terminal.
    struct Look: Hashable, Sendable {
        /// −1 for the terminal's own.
        var foreground = -1
        var background = -1
        var isBold = false
        var isUnderlined = false
        var isReversed = false
    }

    /// How a role looks in a tier; no colour at all in ``ColourTier/mono``.
    func look(of role: Role, in tier: ColourTier) -> Look {
        let style = self.style(of: role)
        let surface = self.paintsBackground ? ColourName.surface : nil
        return Look(
            foreground: self.number(style.foreground, in: tier),
            background: self.number(style.background ?? surface, in: tier),
            isBold: style.isBold,
            isUnderlined: style.isUnderlined,
            isReversed: style.isReversed
        )
    }

    private func number(_ name: ColourName?, in tier: ColourTier) -> Int {
        name.flatMap { self.colours[$0] }?.number(in: tier) ?? -1
    }
}
