import Model

/// Advice on a name that does not exist.
enum Suggestion {
    /// Names shown at most; the rest are counted.
    private static let shown = 10

    /// `Did you mean "clients"? There are clients, partners.`; `none` where there is nothing to name.
    static func known(_ names: [String], nearest name: String?, none: String) -> String {
        guard !names.isEmpty else { return none }
        let names = names.sorted()
        let list = names.prefix(self.shown).joined(separator: ", ")
        let rest = names.count > self.shown ? " and \(names.count - self.shown) more" : ""
        let known = "There \(names.count == 1 ? "is" : "are") \(list)\(rest)."
        guard let name, let nearest = Nearest.word(to: name, among: names) else { return known }
        return "Did you mean \"\(nearest)\"? \(known)"
    }
}

extension OperatorError {
    /// Two resources with one name.
    static func duplicate(
        _ code: OperatorError.Code,
        kind: String,
        name: String,
        field: String
    ) -> OperatorError {
        OperatorError(
            code,
            subject: field,
            message: "There are two \(kind)s named \"\(name)\".",
            hint: "Give one of them another name; nothing was changed."
        )
    }
}
