/// Addresses that share their first bits: `10.0.0.0/8`, `2001:db8::/32`.
public struct AddressRange: Hashable, Sendable {
    public let address: IPAddress
    /// 0–32 for IPv4, 0–128 for IPv6.
    public let prefixLength: Int

    /// Whether an address is in the range; one of the other family never is.
    public func contains(_ other: IPAddress) -> Bool {
        guard self.address.isIPv6 == other.isIPv6 else { return false }
        return Self.prefix(other, self.prefixLength) == Self.prefix(self.address, self.prefixLength)
    }

    /// The first bits of an address, with zeros behind them.
    private static func prefix(_ address: IPAddress, _ length: Int) -> IPAddress {
        if let bits = address.v4 { return IPAddress(v4: bits & ~(UInt32.max >> UInt32(length))) }
        let (high, low) = address.v6
        // Shifts by the width or more give 0 in Swift, which is what is wanted here.
        return IPAddress(v6: high & ~(UInt64.max >> length), low & ~(UInt64.max >> max(0, length - 64)))
    }

    /// Whether no bit is set behind the prefix: `10.0.0.1/8` is likelier a mistake than a range.
    public var isCanonical: Bool { self.canonical == self }

    /// The range with zeros behind its prefix.
    public var canonical: AddressRange {
        AddressRange(address: Self.prefix(self.address, self.prefixLength), prefixLength: self.prefixLength)
    }

    private init(address: IPAddress, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }
}

extension AddressRange: LosslessStringConvertible {
    /// Reads CIDR notation (RFC 4632 3.1); nil for anything else, a bare address included.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].hasPrefix("["), let address = IPAddress(String(parts[0])),
            (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(parts[1]), length <= (address.isIPv6 ? 128 : 32)
        else { return nil }
        self.init(address: address, prefixLength: length)
    }

    public var description: String { "\(self.address)/\(self.prefixLength)" }
}

extension AddressRange: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let range = AddressRange(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no range")
        }
        self = range
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
