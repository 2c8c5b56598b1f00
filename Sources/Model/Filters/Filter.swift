/// Which rows of a log, a table or an export are wanted.
///
///     filter = any ;                      any  = all { "or" all } ;
///     all    = unit { ["and"] unit } ;    unit = ["not"] ( "(" any ")" | "@" name | term | word ) ;
///     term   = field op value ;           op   = ":" | "=" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">=" ;
///     value  = text | quoted | "{" text { "," text } "}" | text ".." text ;
///
/// `:` and `=` compare whole values, in which `*` and `?` stand for anything; a word may occur anywhere in
/// the row. Spaces may stand around a field's sign: `root ~ "Partner Root"`. Case makes no difference. What
/// is relative (`since:15m`) is counted from the moment at which the filter was read. `@name` stands for a
/// saved filter.
public struct Filter: Sendable {
    /// As written.
    public let text: String
    private let root: Node

    /// Lets everything through.
    public static let all = Filter(text: "", root: .all([]))

    private init(text: String, root: Node) {
        self.text = text
        self.root = root
    }

    /// Reads a filter.
    ///
    /// - Throws: ``FilterMistake``, with the column.
    public init(
        _ text: String,
        schema: FilterSchema,
        environment: FilterEnvironment
    ) throws(FilterMistake) {
        var parser = FilterParser(text, schema: schema, environment: environment)
        self.init(text: text, root: try parser.parse())
    }

    public var isEmpty: Bool {
        if case .all(let nodes) = self.root { nodes.isEmpty } else { false }
    }

    public func matches(_ row: some FilterRow) -> Bool { self.root.matches(row) }

    indirect enum Node: Sendable {
        case all([Node])
        case any([Node])
        case not(Node)
        case word(FoldedText)
        case test(FilterField, Condition)

        func matches(_ row: some FilterRow) -> Bool {
            switch self {
            case .all(let nodes):
                for node in nodes where !node.matches(row) { return false }
                return true
            case .any(let nodes):
                for node in nodes where node.matches(row) { return true }
                return false
            case .not(let node): return !node.matches(row)
            case .word(let word): return row.contains(word)
            case .test(let field, let condition): return row.has(field) { condition.holds($0) }
            }
        }
    }

    enum Condition: Sendable {
        case patterns([WildcardPattern])
        case expression(RegularExpression)
        case ranges([ClosedRange<Double>])
        case networks([AddressRange])

        func holds(_ value: FilterValue) -> Bool {
            switch (self, value) {
            case (.patterns(let patterns), .text(let text)):
                text.bytes.withUnsafeBytes { bytes in patterns.contains { $0.matches(bytes) } }
            case (.expression(let expression), .text(let text)):
                text.bytes.withUnsafeBytes { expression.matches($0) }
            case (.ranges(let ranges), .number(let number)): ranges.contains { $0.contains(number) }
            case (.networks(let networks), .address(let address)):
                networks.contains { $0.contains(address) }
            default: false
            }
        }
    }
}

/// What a filter may refer to beside the rows.
public struct FilterEnvironment: Sendable {
    public let now: Timestamp
    /// When changes were made, by their numbers.
    public let changes: [Int64: Timestamp]
    /// Texts of saved filters, by their names.
    public let saved: [String: String]
    /// Where times of day without a zone are meant, in seconds east of Greenwich.
    public let secondsEast: Int64

    public init(
        now: Timestamp,
        changes: [Int64: Timestamp] = [:],
        saved: [String: String] = [:],
        secondsEast: Int64 = 0
    ) {
        self.now = now
        self.changes = changes
        self.saved = saved
        self.secondsEast = secondsEast
    }
}
