public import Model

/// How well a theme can be read, by anybody: what `sekisho theme check` prints.
public struct ThemeReport: Encodable, Sendable {
    /// The least contrast of text on its background (WCAG 2.2, AA); of a theme for low vision 7.
    static let leastContrast = 4.5
    static let leastHighContrast = 7.0
    /// The least distance of good, warning and bad from each other in OKLab, in themes for colour-blind
    /// people.
    static let leastDistance = 0.15

    public let lines: [String]
    public let theme: String
    /// Of each role on its background, where the theme and not the terminal decides both.
    public let contrasts: [String: Double]
    /// Whether every role can be read; distances are told, and are no mistake: colour is never alone.
    public let isReadable: Bool

    private enum CodingKeys: String, CodingKey { case theme, contrasts, isReadable }

    /// Reads a theme by name or path and measures it.
    ///
    /// - Throws: ``OperatorError`` whose subject is `file:line: field`.
    public init(theme name: String, environment: [String: String]) throws(OperatorError) {
        let directories = ConsolePlaces(environment: environment).themes
        self.init(try ThemeFile.load(name, directories: directories))
    }

    init(_ theme: Theme) {
        var lines = ["theme \(theme.name)", ""]
        var isReadable = true
        let contrasts = Role.allCases.compactMap { role in
            Self.contrast(of: role, theme).map { (role, $0) }
        }
        for (role, contrast) in contrasts.sorted(by: { $0.1 < $1.1 }) {
            let isEnough = contrast >= Self.leastContrast
            isReadable = isReadable && isEnough
            let name = role.rawValue.padded(to: 22)
            lines.append(
                "\(name)\(Figures.decimal(contrast, 1)) : 1\(isEnough ? "" : "  too little: 4.5 is the least")"
            )
        }
        if contrasts.isEmpty { lines.append("the colours are the terminal's own: nothing to measure") }
        lines += Self.distances(theme)
        self.lines = lines
        self.theme = theme.name
        self.contrasts = Dictionary(
            contrasts.map { ($0.0.rawValue, $0.1) },
            uniquingKeysWith: { first, _ in first }
        )
        self.isReadable = isReadable
    }

    /// How much lighter or darker a role is than what it stands on; nil where the terminal decides.
    static func contrast(of role: Role, _ theme: Theme) -> Double? {
        let style = theme.style(of: role)
        guard let front = theme.colours[style.foreground ?? .text]?.hex,
            let back = theme.colours[style.background ?? .surface]?.hex
        else { return nil }
        return Vision.contrast(front, back)
    }

    private static func distances(_ theme: Theme) -> [String] {
        let names: [Theme.ColourName] = [.ok, .warn, .fail]
        let colours = names.compactMap { theme.colours[$0]?.hex }
        guard colours.count == names.count else { return [] }
        let head = "".padded(to: 22) + "ok-warn  ok-fail  warn-fail"
        return ["", head]
            + Vision.allCases.map { vision in
                let pairs = [(0, 1), (0, 2), (1, 2)].map { one, other -> String in
                    let distance = vision.seen(colours[one]).distance(to: vision.seen(colours[other]))
                    return Figures.decimal(distance, 2).padded(to: 9)
                }
                return "\(vision)".padded(to: 22) + pairs.joined()
            }
            + ["\(Figures.decimal(Self.leastDistance, 2)) and more can be told apart by colour alone"]
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - self.count))
    }
}
