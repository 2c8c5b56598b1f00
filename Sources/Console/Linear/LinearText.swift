/// How a console without a screen writes.
enum LinearText {
    /// Cells of a line, at most; a name from a stranger may have 64 KiB.
    static let limit = 1_024

    /// Labels that only point.
    private static let pointers = [Glyphs.unicode, .ascii].map { String($0.pointer) }

    /// What is said as one line, without anything that a terminal would take for more than text.
    static func line(_ text: String, glyphs: Glyphs) -> String {
        TextShaping.fit(text, width: self.limit, role: .text, glyphs: glyphs).cells
            .reduce(into: "") { $0 += $1.text }
    }

    /// Facts one below the other, each with its label; signs that are only seen become words.
    static func lines(_ detail: Detail, _ say: Language) -> [String] {
        ([Detail.Line(label: "", text: detail.title)] + detail.lines).compactMap { line in
            let text = line.words ?? self.words(line.text, line.role, say).trimmingBlanks
            let label = self.pointers.contains(line.label) ? "" : line.label
            if text.isEmpty { return label.isEmpty ? nil : label }
            return label.isEmpty ? text : "\(label): \(text)"
        }
    }

    /// A text whose first sign or colour says something.
    static func words(_ text: String, _ role: Role, _ say: Language) -> String {
        let rest = text.dropFirst(2)
        switch (role, text.prefix(2)) {
        case (.diffAdd, "+ "): return say(.toldAdded) + rest
        case (.diffRemove, "- "): return say(.toldRemoved) + rest
        case (.stateOk, "+ "): return say(.toldFound) + rest.drop { $0 == " " }
        case (.stateFail, "? "): return say(.toldMissing) + rest.drop { $0 == " " }
        default: return text
        }
    }
}
