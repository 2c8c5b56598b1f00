/// An IPv4 or IPv6 address, without a port and without a zone.
public struct IPAddress: Hashable, Sendable {
    /// 4 or 16 bytes in network order, the rest zero.
    private let high: UInt64
    private let low: UInt64

    /// Whether this is IPv6; IPv4-mapped IPv6 addresses are stored as the IPv4 address they map.
    public let isIPv6: Bool

    /// An IPv4 address from its 32 bits in host order.
    public init(v4 bits: UInt32) {
        self.high = 0
        self.low = UInt64(bits)
        self.isIPv6 = false
    }

    /// An IPv6 address from its two halves in host order; a mapped IPv4 address becomes IPv4.
    public init(v6 high: UInt64, _ low: UInt64) {
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        self.high = high
        self.low = isMapped ? low & 0xFFFF_FFFF : low
        self.isIPv6 = !isMapped
    }

    /// The 32 bits of an IPv4 address in host order; nil for IPv6.
    public var v4: UInt32? {
        self.isIPv6 ? nil : UInt32(truncatingIfNeeded: self.low)
    }

    /// The two halves of an IPv6 address in host order; an IPv4 address in its mapped form.
    public var v6: (high: UInt64, low: UInt64) {
        self.isIPv6 ? (self.high, self.low) : (0, 0xFFFF_0000_0000 | self.low)
    }

    /// Whether it stands for every address of the machine (`0.0.0.0`, `::`).
    public var isUnspecified: Bool {
        self.high == 0 && self.low == 0
    }

    public static let loopback = IPAddress(v4: 0x7F00_0001)
}

extension IPAddress: LosslessStringConvertible {
    /// Reads dotted IPv4 or RFC 4291 IPv6 text, the latter also in brackets; nil for anything else.
    public init?(_ text: String) {
        if let bits = Self.readV4(Substring(text)) {
            self.init(v4: bits)
            return
        }
        var inner = Substring(text)
        if inner.hasPrefix("["), inner.hasSuffix("]") { inner = inner.dropFirst().dropLast() }
        guard let (high, low) = Self.readV6(inner) else { return nil }
        self.init(v6: high, low)
    }

    private static func readV4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part == "0" || part.first != "0", let octet = UInt32(part), octet <= 255
            else { return nil }
            bits = bits << 8 | octet
        }
        return bits
    }

    private static func readV6(_ text: Substring) -> (UInt64, UInt64)? {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (3...9).contains(halves.count) else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        while index < halves.count {
            let part = halves[index]
            if part.isEmpty {
                let isEdge = index == 0 || index == halves.count - 1
                if isEdge {
                    // A colon at an edge must be one of a pair.
                    let neighbour = index == 0 ? halves[1] : halves[halves.count - 2]
                    guard neighbour.isEmpty else { return nil }
                    index += 1
                    continue
                }
                guard gap == nil else { return nil }
                gap = groups.count
            } else if index == halves.count - 1, part.contains("."), let bits = readV4(part) {
                groups.append(UInt16(truncatingIfNeeded: bits >> 16))
                groups.append(UInt16(truncatingIfNeeded: bits))
            } else {
                guard part.utf8.count <= 4, !part.hasPrefix("+"), let group = UInt16(part, radix: 16) else {
                    return nil
                }
                groups.append(group)
            }
            index += 1
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        let high = groups[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = groups[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return (high, low)
    }

    /// Dotted IPv4, or IPv6 as RFC 5952 writes it.
    public var description: String {
        if let bits = self.v4 {
            return "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        }
        let groups = (0..<8).map { index -> UInt16 in
            let half = index < 4 ? self.high : self.low
            return UInt16(truncatingIfNeeded: half >> UInt64((3 - index % 4) * 16))
        }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        let hex = groups.map { String($0, radix: 16) }
        guard !best.isEmpty else { return hex.joined(separator: ":") }
        return hex[..<best.lowerBound].joined(separator: ":") + "::"
            + hex[best.upperBound...].joined(separator: ":")
    }
}

extension IPAddress: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no address")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
