/// A language the console speaks.
///
/// Codes of the connection log, names of modes and states, and what the gate itself says stay as they are:
/// they are what logs, commands and searches are spelled in.
public enum Language: String, CaseIterable, Hashable, Sendable {
    case english = "en"
    case japanese = "ja"

    /// The language of a locale, as `setlocale` would find it; English for any other.
    public init(environment: [String: String]) {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }
        let locale = names.first { !$0.isEmpty } ?? ""
        self = locale.hasPrefix("ja") ? .japanese : .english
    }

    /// The text in this language.
    func callAsFunction(_ phrase: Phrase) -> String {
        switch self {
        case .english: phrase.english
        case .japanese: phrase.japanese
        }
    }
}
