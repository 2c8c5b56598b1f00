/// What joins a connection's log record to the records of its requests: `TID_` and 32 hexadecimal digits
/// (`alb-mtls` 2.2, field 12).
public struct TraceID: Hashable, Sendable {
    /// The first 16 digits.
    public let high: UInt64
    /// The last 16.
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the written form; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == 36, text.hasPrefix("TID_"),
            let high = ResourceID(text.dropFirst(4).prefix(16)),
            let low = ResourceID(text.dropFirst(20))
        else { return nil }
        self.init(high: high.bits, low: low.bits)
    }
}

extension TraceID: CustomStringConvertible {
    public var description: String {
        "TID_\(ResourceID(bits: self.high))\(ResourceID(bits: self.low))"
    }
}

extension TraceID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = TraceID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a TID_")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
