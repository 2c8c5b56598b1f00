/// The status codes of a healthy target, as ELBv2 writes them: `200`, `200,202`, `200-299`; of gRPC, `0,12`.
public struct StatusMatcher: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Of a load balancer of any kind.
    public static let codes = 0...599

    public static let ok = StatusMatcher(ranges: [200...200])
    /// What a network load balancer takes for healthy.
    public static let notAnError = StatusMatcher(ranges: [200...399])
    /// gRPC's UNIMPLEMENTED: a server answers so that does not know the method of the check.
    public static let unimplemented = StatusMatcher(ranges: [12...12])

    private let ranges: [ClosedRange<Int>]

    private init(ranges: [ClosedRange<Int>]) {
        self.ranges = ranges
    }

    /// Reads a matcher; nil if it is not one, or names a code beyond those.
    public init?(_ text: String, within codes: ClosedRange<Int> = Self.codes) {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                Self.code($0, codes)
            }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last
            else { return nil }
            ranges.append(first...last)
        }
        guard !ranges.isEmpty else { return nil }
        self.ranges = ranges
    }

    private static func code(_ text: Substring, _ codes: ClosedRange<Int>) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text == "0" || text.first != "0", let code = Int(text), codes.contains(code)
        else { return nil }
        return code
    }

    /// Whether it names no code beyond those.
    public func isWithin(_ codes: ClosedRange<Int>) -> Bool {
        self.ranges.allSatisfy { codes.contains($0.lowerBound) && codes.contains($0.upperBound) }
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
