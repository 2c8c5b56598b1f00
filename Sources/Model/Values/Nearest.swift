/// Finds what somebody probably meant.
public enum Nearest {
    /// Names of resources and fields are shorter; the search is quadratic in the length.
    private static let longest = 64

    /// The word that is a slip of the fingers away, at most a third of it wrong; nil for none.
    ///
    /// Upper and lower case are alike.
    public static func word(to typed: String, among words: [String]) -> String? {
        let typed = Array(typed.lowercased().utf8.prefix(Self.longest))
        let best = words.map { ($0, Self.distance(typed, Array($0.lowercased().utf8.prefix(Self.longest)))) }
            .min { $0.1 < $1.1 }
        guard let best, best.1 <= max(1, min(typed.count, best.0.utf8.count) / 3) else { return nil }
        return best.0
    }

    /// Levenshtein's: insertions, deletions and replacements.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(diagonal + (byte == other ? 0 : 1), above + 1, row[j] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}
