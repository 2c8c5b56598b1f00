/// What is wrong with a filter, and where.
public struct FilterMistake: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// With what was probably meant, and what there is.
        case noField(String, nearest: String?, known: [String])
        case noValue(field: String)
        /// A comparison that the field's kind does not have.
        case noComparison(field: String, sign: String)
        case noNumber(field: String, text: String)
        case noDuration(field: String, text: String)
        case noTime(field: String, text: String)
        case noChange(number: Int64)
        /// With the reason of the reader of expressions.
        case noExpression(reason: String)
        case noSavedFilter(String, nearest: String?)
        /// After `not`, `and`, `or` or an opening parenthesis.
        case nothingAfter(String)
        case notClosed(String)
        case unexpected(String)
        /// Longer, deeper or with more terms than a filter may be.
        case tooLarge
    }

    /// The character it begins at, from 0.
    public let column: Int
    public let kind: Kind

    public init(column: Int, _ kind: Kind) {
        self.column = column
        self.kind = kind
    }

    public var message: String {
        switch self.kind {
        case .noField(let name, let nearest, let known):
            "no field \(name): \(nearest.map { "did you mean \($0)?" } ?? known.joined(separator: " "))"
        case .noValue(let field): "\(field) needs a value"
        case .noComparison(let field, let sign): "\(field) cannot be compared with \(sign)"
        case .noNumber(_, let text): "\"\(text)\" is not a number"
        case .noDuration(_, let text): "\"\(text)\" is not a time span: 50ms 30s 15m 2h 30d"
        case .noTime(_, let text): "\"\(text)\" is not a time: 15m 13:40 2026-11-23T13:40Z #17 (a change)"
        case .noChange(let number): "there is no change #\(number) here"
        case .noExpression(let reason): reason
        case .noSavedFilter(let name, let nearest):
            "no saved filter \(name)\(nearest.map { ": did you mean \($0)?" } ?? "")"
        case .nothingAfter(let word): "\(word) needs something after it"
        case .notClosed(let sign): "\(sign) is not closed"
        case .unexpected(let sign): "\(sign) closes nothing"
        case .tooLarge: "the filter is too large"
        }
    }
}
