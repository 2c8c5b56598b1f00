/// One thing that was measured of a console, beside what it may be.
struct ConsoleFigure: Codable {
    let name: String
    let value: Double
    let unit: String
    /// The most it may be; nil for what is only told.
    var limit: Double?

    var isKept: Bool { self.limit.map { self.value <= $0 } ?? true }

    static func lines(_ figures: [ConsoleFigure]) -> [String] {
        var table = TextTable(["figure", "measured", "limit", "", ""])
        for figure in figures {
            let limit = figure.limit.map(Self.text) ?? ""
            table.add([
                figure.name, Self.text(figure.value), limit, figure.unit, figure.isKept ? "" : "MISSED",
            ])
        }
        return table.lines
    }

    private static func text(_ value: Double) -> String {
        value < 0 ? "-" + (-value).threeDigits : value.threeDigits
    }
}
