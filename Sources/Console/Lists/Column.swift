import Model

/// A column of a list: how it is drawn, sorted, filtered and exported, said once.
struct Column<Row: Sendable>: Sendable {
    /// What a column holds of a row, for everything but drawing.
    enum Value: Hashable, Sendable {
        case text(String)
        case number(Double)
        case address(IPAddress)
    }

    /// The word for it in filters, commands, settings and exports.
    let name: String
    let title: Phrase
    let kind: FilterField.Kind
    /// Cells it needs to be of any use; 0 for a column that is only filtered by and exported.
    let minimum: Int
    /// Cells it takes when there is room.
    let ideal: Int
    /// Takes what is left over.
    var grows = false
    /// Columns with the smallest go first; the last to go are name, state and mode.
    let priority: Int
    var alignment: Canvas.Alignment = .left
    var keep: TextShaping.Keep = .start
    /// Numbers begin with the largest.
    var startsDescending = false
    /// Whether it is worth its place for these rows.
    var appears: @Sendable ([Row]) -> Bool = { _ in true }
    /// None where it does not apply.
    let values: @Sendable (Row) -> [Value]
    let field: @Sendable (Row, DrawContext) -> Table.Field
    /// What is told of its cell to those who hear a row instead of seeing it.
    ///
    /// Nil for nothing, as where all is as it should be. The cell's text is empty where it does not apply.
    var words: @Sendable (Row, _ cell: String) -> Phrase? = { _, _ in nil }

    /// A column of text.
    static func text(
        _ name: String,
        _ title: Phrase,
        _ width: ClosedRange<Int>,
        priority: Int,
        role: Role = .text,
        keep: TextShaping.Keep = .start,
        grows: Bool = false,
        words: @escaping @Sendable (String) -> Phrase? = { _ in nil },
        _ text: @escaping @Sendable (Row) -> String?
    ) -> Column {
        Column(
            name: name,
            title: title,
            kind: .text,
            minimum: width.lowerBound,
            ideal: width.upperBound,
            grows: grows,
            priority: priority,
            keep: keep,
            values: { row in text(row).map { [.text($0)] } ?? [] },
            field: { row, context in
                text(row).map { Table.Field(text: $0, role: role) } ?? context.none
            },
            words: { _, cell in cell.isEmpty ? nil : words(cell) }
        )
    }

    /// A column of numbers, written by `format`.
    static func number(
        _ name: String,
        _ title: Phrase,
        _ width: ClosedRange<Int>,
        priority: Int,
        kind: FilterField.Kind = .number,
        role: @escaping @Sendable (Double) -> Role = { _ in .text },
        format: @escaping @Sendable (Double) -> String = { Figures.count(Int(clamping: Int64($0))) },
        words: @escaping @Sendable (String) -> Phrase? = { _ in nil },
        _ number: @escaping @Sendable (Row) -> Double?
    ) -> Column {
        Column(
            name: name,
            title: title,
            kind: kind,
            minimum: width.lowerBound,
            ideal: width.upperBound,
            priority: priority,
            alignment: .right,
            startsDescending: true,
            values: { row in number(row).map { [.number($0)] } ?? [] },
            field: { row, context in
                number(row).map { Table.Field(text: format($0), role: role($0)) } ?? context.none
            },
            words: { row, _ in number(row).flatMap { words(Figures.whole($0)) } }
        )
    }
}

/// What a drawing depends on beside the data.
struct DrawContext: Sendable {
    let language: Language
    let glyphs: Glyphs
    var zone: ClockZone = .utc
    /// The gate's clock; nil before it has said anything.
    let now: Timestamp?

    /// The mark for "does not apply".
    var none: Table.Field { Table.Field(text: String(self.glyphs.none), role: .textMuted) }
}

/// A thing of which a page shows a list.
protocol ListRow: Identifiable, Sendable where ID: Hashable & Sendable {
    static var columns: [Column<Self>] { get }
    /// What one of them is called in a message.
    static var noun: Phrase { get }
    /// By which its name is told when it has gone.
    var name: String { get }
}

/// A row as filters see it: through its columns.
struct ColumnRow<Row: ListRow>: FilterRow {
    let row: Row

    func has(_ field: FilterField, _ passes: (FilterValue) -> Bool) -> Bool {
        Row.columns[field.id].values(self.row).contains { value in
            switch value {
            case .text(let text): passes(.text(FoldedText(text)))
            case .number(let number): passes(.number(number))
            case .address(let address):
                passes(.address(address)) || passes(.text(FoldedText(address.description)))
            }
        }
    }

    func contains(_ word: FoldedText) -> Bool {
        Row.columns.contains { column in
            column.values(self.row).contains { value in
                switch value {
                case .text(let text): FoldedText(text).contains(word)
                case .address(let address): FoldedText(address.description).contains(word)
                case .number: false
                }
            }
        }
    }
}

extension ListRow {
    static var schema: FilterSchema { FilterSchema(Self.columns.map { ($0.name, $0.kind) }) }
}
