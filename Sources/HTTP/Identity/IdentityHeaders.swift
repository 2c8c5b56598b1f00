public import Model

/// The headers that tell a target who the client is (`alb-mtls` 1.2 and 1.3).
///
/// Made once per connection and copied into each of its requests, so `String` and arrays are in order here.
/// There is no bound on the length of the values below that of the TLS message they come from
/// (`EngineLimits.certificateMessageBytes`); many targets take 8 KiB of headers, which three RSA
/// certificates fill.
public enum IdentityHeaders {
    /// The one line of `passthrough`: the chain the client presented, leaf first.
    ///
    /// `chainPEM` holds the certificates with LF line ends, one after the other.
    public static func passthrough(
        chainPEM: [UInt8],
        named settings: IdentityHeaderSettings = .standard
    ) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(chainPEM.count * 9 / 8 + 64)
        lines += "\(settings.name(of: .chain)): ".utf8
        self.append(percentEncoded: chainPEM, to: &lines)
        lines += "\r\n".utf8
        return lines
    }

    /// The five lines of `verify`, in the order of the table in `alb-mtls` 1.2.
    public static func verify(
        leaf: CertificateFacts,
        leafPEM: [UInt8],
        named settings: IdentityHeaderSettings = .standard
    ) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(leafPEM.count * 9 / 8 + 512)
        self.append(settings.name(of: .serialNumber), leaf.serialNumber, to: &lines)
        self.append(settings.name(of: .issuer), leaf.issuer, to: &lines)
        self.append(settings.name(of: .subject), leaf.subject, to: &lines)
        self.append(settings.name(of: .validity), leaf.validity, to: &lines)
        lines += "\(settings.name(of: .leaf)): ".utf8
        self.append(percentEncoded: leafPEM, to: &lines)
        lines += "\r\n".utf8
        return lines
    }

    /// The same lines with names in lower case, as ALB writes them for clients of HTTP/2 (`alb-mtls` 1.2).
    public static func withLowercaseNames(_ lines: UnsafeRawBufferPointer) -> [UInt8] {
        var isName = true
        return lines.map { byte in
            if byte == ASCII.colon { isName = false }
            let written = isName ? ASCII.lowercase(byte) : byte
            if byte == ASCII.lineFeed { isName = true }
            return written
        }
    }

    /// Writes a line whose value strangers chose in part.
    ///
    /// Names reach us as printable ASCII; should one ever not be, the byte is written in the escape of
    /// RFC 2253 (`\0A`), so that no certificate can end the line and begin a header of its own.
    private static func append(_ name: String, _ value: String, to lines: inout [UInt8]) {
        lines += "\(name): ".utf8
        for byte in value.utf8 {
            if (0x20..<0x7F).contains(byte) {
                lines.append(byte)
            } else {
                lines.append(0x5C)
                self.append(hex: byte, to: &lines)
            }
        }
        lines += "\r\n".utf8
    }

    /// Percent-encodes all but `A-Z a-z 0-9 - _ . ~ + = /`, with upper-case digits.
    ///
    /// `+`, `=` and `/` stay: targets decode percent escapes only, and form decoding, which makes a space of
    /// `+`, is the commonest mistake made with these headers.
    static func append(percentEncoded text: [UInt8], to lines: inout [UInt8]) {
        for byte in text {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x5F, 0x2E, 0x7E, 0x2B, 0x3D, 0x2F:
                lines.append(byte)
            default: self.append(percentEncoded: byte, to: &lines)
            }
        }
    }

    static func append(percentEncoded byte: UInt8, to lines: inout [UInt8]) {
        lines.append(0x25)
        self.append(hex: byte, to: &lines)
    }

    private static func append(hex byte: UInt8, to lines: inout [UInt8]) {
        for digit in [byte >> 4, byte & 0xF] { lines.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
    }
}
