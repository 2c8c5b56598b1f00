/// How many colours a terminal can be given.
enum ColourTier: Hashable, Sendable {
    /// 256 or more: a theme's own colours, each as the nearest of the fixed 240.
    case palette
    /// 8 to 255: the colour names of `ansi`.
    case named(count: Int)
    /// None, or none wanted: bold, reverse, underline, words.
    case mono

    /// Pairs of colours that a theme is worth showing with; those of the program have 20 or fewer.
    private static let leastPairs = 32

    /// Chooses by what the terminal says it has.
    ///
    /// A terminal that keeps hardly any pairs of colours at once gets no colour.
    init(colours: Int, pairs: Int, environment: [String: String]) {
        // no-color.org: set and not empty, whatever the value.
        let isUnwanted = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        switch colours {
        case _ where isUnwanted || pairs < Self.leastPairs: self = .mono
        case 256...: self = .palette
        case 8...: self = .named(count: colours)
        default: self = .mono
        }
    }
}
