/// The identifier of a resource: 16 lower-case hexadecimal digits, the form ELBv2 puts at the end of its
/// names (`elbv2-api` 4.5).
public struct ResourceID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 64 bits that the digits spell.
    public let bits: UInt64

    public init(bits: UInt64) {
        self.bits = bits
    }

    /// Reads 16 lower-case hexadecimal digits; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 16, !text.utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }),
            let bits = UInt64(text, radix: 16), !text.hasPrefix("+")
        else { return nil }
        self.bits = bits
    }

    /// Makes an identifier nobody has used.
    public static func random() -> ResourceID {
        ResourceID(bits: UInt64.random(in: .min ... .max))
    }

    public var description: String {
        let digits = String(self.bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    public static func < (left: ResourceID, right: ResourceID) -> Bool {
        left.bits < right.bits
    }
}

extension ResourceID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ResourceID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\(text) is not 16 lower-case hexadecimal digits"
            )
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
