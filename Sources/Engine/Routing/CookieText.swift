import HTTP

/// What the cookies of the gate have in common as text.
enum CookieText {
    /// Browsers keep them for a week, as ALB's; how long they count is said by the value.
    static let keptSeconds: Int64 = 604_800

    /// The number that lower-case hexadecimal digits spell, at most 16; nil for anything else.
    static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: number = number << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: number = number << 4 | UInt64(digit - 0x57)
            default: return nil
            }
        }
        return number
    }

    /// What follows the value; `isCORS` for requests across sites, which browsers send over TLS only.
    static func end(expires: HTTPDate, isCORS: Bool, to out: ByteBuffer) {
        out.append("; Expires=")
        out.append(expires.bytes)
        if isCORS {
            out.append("; Path=/; SameSite=None; Secure\r\n")
        } else {
            out.append("; Path=/\r\n")
        }
    }
}
