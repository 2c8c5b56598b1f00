/// Whether what was typed is meant by a text, and how well.
enum FuzzyMatch {
    /// Higher is better; nil when the letters do not occur in their order.
    ///
    /// Letters at the beginnings of words and next to each other count more, and shorter texts before longer.
    static func score(_ typed: String, _ text: String) -> Int? {
        let wanted = Array(typed.lowercased())
        let letters = Array(text.lowercased())
        guard let first = wanted.first else { return 0 }
        // Each place where the first letter occurs may be the best to begin at.
        let starts = letters.indices.filter { letters[$0] == first }.prefix(32)
        return starts.compactMap { self.score(wanted, letters, from: $0) }.max()
    }

    private static func score(_ wanted: [Character], _ letters: [Character], from start: Int) -> Int? {
        var score = 0
        var index = start
        var last = -2
        for letter in wanted {
            guard let found = letters[index...].firstIndex(of: letter) else { return nil }
            if found == last + 1 { score += 8 }
            if found == 0 || " -./@".contains(letters[found - 1]) { score += 6 }
            score -= min(found - index, 8)
            last = found
            index = found + 1
            if index > letters.count { return nil }
        }
        return score * 4 - letters.count / 4 - (start == 0 ? 0 : 6)
    }
}
