/// Something a filter can ask of a row.
public struct FilterField: Hashable, Sendable {
    /// What the values of a field are, and with it what may be compared with them.
    public enum Kind: Hashable, Sendable {
        /// Compared without regard to case; `*` and `?` stand for anything, `~` looks for an expression.
        case text
        /// An address, also `203.0.113.0/24`; with wildcards it is text.
        case address
        case number
        /// Milliseconds, or with a unit: `50`, `1.5s`.
        case milliseconds
        /// A moment of which a distance into the past is meant too: `15m`, `13:40`, `13:40..13:59`, `#17`.
        case time
        /// As ``time``, and everything after it.
        case since
        /// How long ago it was: `<5m`.
        case age
        /// How long until it comes: `<30d`.
        case remaining
    }

    /// Its place in its schema, by which rows know it.
    public let id: Int
    /// Lower-case letters and digits.
    public let name: String
    public let kind: Kind
}

/// The fields of one kind of row.
public struct FilterSchema: Hashable, Sendable {
    public let fields: [FilterField]

    public init(_ fields: KeyValuePairs<String, FilterField.Kind>) {
        self.init(fields.map { ($0.key, $0.value) })
    }

    public init(_ fields: [(name: String, kind: FilterField.Kind)]) {
        self.fields = fields.enumerated().map { FilterField(id: $0, name: $1.name, kind: $1.kind) }
    }

    public func field(named name: String) -> FilterField? {
        self.fields.first { $0.name == name }
    }
}

/// Something a filter lets through or not.
public protocol FilterRow {
    /// Whether one of the values of a field passes a test; false where the row has no value.
    func has(_ field: FilterField, _ passes: (FilterValue) -> Bool) -> Bool

    /// Whether a plain word occurs anywhere in the row.
    func contains(_ word: FoldedText) -> Bool
}

public enum FilterValue: Hashable, Sendable {
    case text(FoldedText)
    /// Moments are microseconds since 1970.
    case number(Double)
    case address(IPAddress)
}
