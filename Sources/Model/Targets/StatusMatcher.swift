/// The status codes of a healthy target, as ELBv2 writes them: `200`, `200,202`, `200-299`.
public struct StatusMatcher: Hashable, Sendable, Codable, CustomStringConvertible {
    /// What the ALB lets a matcher name.
    public static let codes = 200...499
    public static let ok = StatusMatcher(ranges: [200...200])

    private let ranges: [ClosedRange<Int>]

    private init(ranges: [ClosedRange<Int>]) {
        self.ranges = ranges
    }

    /// Reads a matcher; nil if it is not one.
    public init?(_ text: String) {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(Self.code)
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last
            else { return nil }
            ranges.append(first...last)
        }
        guard !ranges.isEmpty else { return nil }
        self.ranges = ranges
    }

    private static func code(_ text: Substring) -> Int? {
        guard text.utf8.count == 3, let code = Int(text), self.codes.contains(code) else { return nil }
        return code
    }

    public func contains(_ status: Int) -> Bool {
        self.ranges.contains { $0.contains(status) }
    }

    public var description: String {
        self.ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let matcher = StatusMatcher(text) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "not a matcher")
            )
        }
        self = matcher
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
