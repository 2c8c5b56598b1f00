/// Columns of text, the first to the left and the others to the right.
struct TextTable {
    private var rows: [[String]]

    init(_ heads: [String]) {
        self.rows = [heads]
    }

    mutating func add(_ row: [String]) {
        self.rows.append(row)
    }

    var lines: [String] {
        let widths = (self.rows.first ?? []).indices.map { column in
            self.rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return self.rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
                return column == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
    }
}

extension Double {
    /// With as many digits behind the point as leave three or four in all.
    var threeDigits: String {
        let places = self < 10 ? 2 : self < 100 ? 1 : 0
        var scaled = self
        for _ in 0..<places { scaled *= 10 }
        var digits = String(Int(scaled.rounded()))
        guard places > 0 else { return digits }
        while digits.count <= places { digits = "0" + digits }
        return "\(digits.dropLast(places)).\(digits.suffix(places))"
    }
}
