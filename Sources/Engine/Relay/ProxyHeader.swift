import Model

/// The PROXY protocol, version 2: who the client of a connection is, in front of its first byte.
///
/// Source: HAProxy's `proxy-protocol.txt`, section 2.2. Version 1, which is text, is not accepted.
struct ProxyHeader: Hashable {
    let source: Endpoint
    let destination: Endpoint

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    /// Signature, version and command, family and transport, length.
    private static let fixedBytes = 16

    // MARK: Writing

    /// The header for a target.
    ///
    /// Both ends are written as IPv6 if either is: one header has one family.
    var bytes: [UInt8] {
        var bytes = Self.signature
        bytes.append(0x21)
        if let source = self.source.address.v4, let destination = self.destination.address.v4 {
            bytes += [0x11, 0x00, 12]
            bytes += Self.bigEndian(source) + Self.bigEndian(destination)
        } else {
            bytes += [0x21, 0x00, 36]
            bytes += Self.sixteen(self.source.address) + Self.sixteen(self.destination.address)
        }
        return bytes + Self.bigEndian(self.source.port) + Self.bigEndian(self.destination.port)
    }

    private static func sixteen(_ address: IPAddress) -> [UInt8] {
        if let v4 = address.v4 {
            return [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + Self.bigEndian(v4)
        }
        return Self.bigEndian(address.v6.0) + Self.bigEndian(address.v6.1)
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    // MARK: Reading

    enum Reading: Hashable {
        /// The bytes so far are the beginning of a header.
        case incomplete
        /// The header, nil from a proxy that speaks for itself (LOCAL), and its length.
        case complete(ProxyHeader?, length: Int)
        case damaged
    }

    /// Reads the header that a connection begins with; nothing but a whole and correct one is accepted.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        guard zip(bytes, Self.signature).allSatisfy({ $0 == $1 }) else { return .damaged }
        guard bytes.count >= Self.fixedBytes else { return .incomplete }
        let length = Self.fixedBytes + Int(bytes[14]) << 8 + Int(bytes[15])
        guard bytes[12] == 0x20 || bytes[12] == 0x21, length <= EngineLimits.proxyHeaderBytes else {
            return .damaged
        }
        // Said before the addresses have come: what cannot become right is not waited for.
        guard let addressBytes = Self.addressBytes(family: bytes[13], isLocal: bytes[12] == 0x20),
            length >= Self.fixedBytes + addressBytes
        else { return .damaged }
        guard bytes.count >= length else { return .incomplete }
        let header = UnsafeRawBufferPointer(rebasing: bytes[..<length])
        guard bytes[12] == 0x21 else { return .complete(nil, length: length) }
        guard Self.hasSoundExtensions(header, from: Self.fixedBytes + addressBytes) else { return .damaged }
        return .complete(Self.addresses(header), length: length)
    }

    /// What a proxy that speaks for itself says about addresses is to be ignored; one that speaks for a
    /// client names a TCP connection.
    private static func addressBytes(family: UInt8, isLocal: Bool) -> Int? {
        if isLocal { return 0 }
        return switch family {
        case 0x11: 12
        case 0x21: 36
        default: nil
        }
    }

    private static func addresses(_ header: UnsafeRawBufferPointer) -> ProxyHeader {
        func number<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type) -> Number {
            Number(bigEndian: header.loadUnaligned(fromByteOffset: offset, as: type))
        }
        func v6(_ offset: Int) -> IPAddress {
            IPAddress(v6: number(offset, as: UInt64.self), number(offset + 8, as: UInt64.self))
        }
        if header[13] == 0x11 {
            return ProxyHeader(
                source: Endpoint(
                    address: IPAddress(v4: number(16, as: UInt32.self)),
                    port: number(24, as: UInt16.self)
                ),
                destination: Endpoint(
                    address: IPAddress(v4: number(20, as: UInt32.self)),
                    port: number(26, as: UInt16.self)
                )
            )
        }
        return ProxyHeader(
            source: Endpoint(address: v6(16), port: number(48, as: UInt16.self)),
            destination: Endpoint(address: v6(32), port: number(50, as: UInt16.self))
        )
    }

    /// Whether the type-length-value fields fill their space, and a checksum among them (type 3) is right.
    private static func hasSoundExtensions(_ header: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var offset = start
        while offset < header.count {
            guard offset + 3 <= header.count else { return false }
            let length = Int(header[offset + 1]) << 8 + Int(header[offset + 2])
            guard offset + 3 + length <= header.count else { return false }
            if header[offset] == 0x03 {
                guard length == 4, Self.checksum(header, without: offset + 3) == Self.sum(header, offset + 3)
                else { return false }
            }
            offset += 3 + length
        }
        return true
    }

    private static func sum(_ header: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        UInt32(bigEndian: header.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// CRC-32C of the header, its own four bytes taken as zero.
    private static func checksum(_ header: UnsafeRawBufferPointer, without offset: Int) -> UInt32 {
        var sum: UInt32 = .max
        for (index, byte) in header.enumerated() {
            sum ^= (offset..<offset + 4).contains(index) ? 0 : UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        return ~sum
    }
}
