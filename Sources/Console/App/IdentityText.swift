import Model

/// Which clients alone are let in, as a line that can be typed: `subject-cn=press-*` and fingerprints.
///
/// Blanks divide; a value that has one is quoted. Several values of one filter stand as several filters,
/// which mean the same.
enum IdentityText {
    static func text(of requirements: ClientRequirements) -> String {
        let filters = requirements.identityFilters.flatMap { filter in
            filter.values.map { self.quoted("\(filter.field.rawValue)=\($0)") }
        }
        return (filters + requirements.pinnedCertificates).joined(separator: " ")
    }

    /// Filters and pins; nil where a word is neither, or a quotation does not end.
    static func read(_ text: String) -> (filters: [IdentityFilter], pins: [String])? {
        var filters: [IdentityFilter] = []
        var pins: [String] = []
        guard let words = self.words(text) else { return nil }
        for word in words {
            if let pin = ClientRequirements.fingerprint(word) {
                pins.append(pin)
            } else if let mark = word.firstIndex(of: "="),
                let field = IdentityFilter.Field(rawValue: String(word[..<mark]))
            {
                let value = String(word[word.index(after: mark)...])
                let filter = IdentityFilter(field: field, values: [value])
                guard (try? filter.check()) != nil else { return nil }
                filters.append(filter)
            } else {
                return nil
            }
        }
        let requirements = ClientRequirements(identityFilters: filters, pinnedCertificates: pins)
        return (try? requirements.check()) == nil ? nil : (filters, pins)
    }

    /// The same as options of `sekisho mtls`.
    static func options(of requirements: ClientRequirements) -> String {
        let filters = requirements.identityFilters.flatMap { filter in
            filter.values.map { " --identity \(self.quoted("\(filter.field.rawValue)=\($0)"))" }
        }
        let options = filters + requirements.pinnedCertificates.map { " --pin \($0)" }
        return options.isEmpty ? " --any-identity" : options.joined()
    }

    private static func quoted(_ word: String) -> String {
        word.contains(" ") ? "\"\(word)\"" : word
    }

    private static func words(_ text: String) -> [String]? {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == " ", !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        guard !isQuoted else { return nil }
        return word.isEmpty ? words : words + [word]
    }
}
