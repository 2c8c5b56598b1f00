/// A text in every language of the console.
///
/// The catalogue is the extensions of this type in `Texts/`, one entry a text, its key the name of the
/// member. A language that is added is one more parameter here, and the compiler finds every text that has
/// yet to be translated.
struct Phrase: Hashable, Sendable {
    let english: String
    let japanese: String

    init(_ english: String, ja japanese: String) {
        self.english = english
        self.japanese = japanese
    }

    /// The same in every language: names, codes, figures, words of commands.
    init(verbatim text: String) {
        self.english = text
        self.japanese = text
    }

    static let empty = Phrase(verbatim: "")

    /// One after the other, as written.
    static func + (left: Phrase, right: Phrase) -> Phrase {
        Phrase(left.english + right.english, ja: left.japanese + right.japanese)
    }

    static func + (left: Phrase, right: String) -> Phrase { left + Phrase(verbatim: right) }
}

extension [Phrase] {
    /// All of them with something between.
    func joined(by separator: String = ", ") -> Phrase {
        Phrase(
            self.map(\.english).joined(separator: separator),
            ja: self.map(\.japanese).joined(separator: separator)
        )
    }

    /// All of them as sentences, the last one without its full stop.
    func sentences() -> Phrase {
        Phrase(
            self.map(\.english).joined(separator: ". "),
            ja: self.map(\.japanese).joined(separator: "。")
        )
    }
}
