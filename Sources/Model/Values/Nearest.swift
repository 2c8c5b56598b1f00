/// Finds what somebody probably meant.
public enum Nearest {
    /// The word with the fewest changed letters, at most a third of them and at most three; nil for none.
    public static func word(to typed: String, among words: [String]) -> String? {
        let best = words.map { ($0, self.distance(Array(typed.utf8.prefix(32)), Array($0.utf8))) }
            .min { $0.1 < $1.1 }
        guard let best, best.1 <= min(3, max(1, best.0.utf8.count / 3)) else { return nil }
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
