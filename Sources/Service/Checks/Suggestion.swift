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
        guard let name, let nearest = Self.nearest(to: name, in: names) else { return known }
        return "Did you mean \"\(nearest)\"? \(known)"
    }

    /// The name that a slip of the fingers away: at most a third of it wrong.
    static func nearest(to name: String, in names: [String]) -> String? {
        // Quadratic in the length; names of resources have 32 characters at most.
        guard name.utf8.count <= 64 else { return nil }
        let candidates = names.map {
            ($0, Self.distance(Array(name.lowercased().utf8), Array($0.lowercased().utf8)))
        }
        guard let best = candidates.min(by: { $0.1 < $1.1 }) else { return nil }
        return best.1 <= max(1, name.utf8.count / 3) ? best.0 : nil
    }

    /// Insertions, deletions and replacements from one to the other (Levenshtein).
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (index, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, otherByte) in other.enumerated() {
                let replaced = diagonal + (byte == otherByte ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[other.count]
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
