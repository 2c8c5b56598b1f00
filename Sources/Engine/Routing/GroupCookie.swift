import HTTP
import Model

/// The value of AWSALBTG: which group of a weighted forward a client stays with, and until when.
///
/// 24 hexadecimal digits: the end in seconds since 1970, and a tag over it under a key that clients do not
/// know, made of the identifiers of listener and group. The value names no group: it is compared with what
/// each group of the action would have written, of which there are five at most. So a client can neither
/// read where it was sent nor choose, and a cookie of another listener or of a group that is gone is none.
struct GroupCookie {
    static let byteCount = 24

    let listener: ResourceID

    /// The index of the group that the cookie is for; nil where it is for none, or is over.
    func group(_ value: UnsafeRawBufferPointer, of groups: [ServedWeightedGroup], now: UInt32) -> Int? {
        guard value.count == Self.byteCount, let end = Self.number(value[0..<8]), end > UInt64(now),
            let tag = Self.number(value[8..<24])
        else { return nil }
        let until = UInt32(truncatingIfNeeded: end)
        for index in groups.indices where groups[index].weight > 0 {
            if self.tag(groups[index].id, until) == tag { return index }
        }
        return nil
    }

    /// Writes the `Set-Cookie` lines for a group, one for requests across sites where there is TLS.
    ///
    /// Browsers keep them for a week, as ALB's; how long they count is said by the value.
    func write(_ group: ResourceID, until: UInt32, expires: HTTPDate, isTLS: Bool, to out: ByteBuffer) {
        out.append("Set-Cookie: AWSALBTG=")
        self.writeValue(group, until, to: out)
        out.append("; Expires=")
        out.append(expires.bytes)
        out.append("; Path=/\r\n")
        guard isTLS else { return }
        out.append("Set-Cookie: AWSALBTGCORS=")
        self.writeValue(group, until, to: out)
        out.append("; Expires=")
        out.append(expires.bytes)
        out.append("; Path=/; SameSite=None; Secure\r\n")
    }

    private func writeValue(_ group: ResourceID, _ until: UInt32, to out: ByteBuffer) {
        out.append(hex: UInt64(until), width: 8)
        out.append(hex: self.tag(group, until), width: 16)
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
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

    /// SipHash-2-4 of one block: the end, under the identifiers as the key (Aumasson and Bernstein, 2012).
    func tag(_ group: ResourceID, _ until: UInt32) -> UInt64 {
        var hash = SipHash(key: self.listener.bits, group.bits)
        // Four bytes of message; the length stands in the top byte of the last block.
        hash.absorb(UInt64(until) | 4 << 56)
        return hash.finish()
    }
}

/// The rounds of SipHash-2-4.
private struct SipHash {
    private var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64)

    init(key low: UInt64, _ high: UInt64) {
        self.a = low ^ 0x736F_6D65_7073_6575
        self.b = high ^ 0x646F_7261_6E64_6F6D
        self.c = low ^ 0x6C79_6765_6E65_7261
        self.d = high ^ 0x7465_6462_7974_6573
    }

    mutating func absorb(_ block: UInt64) {
        self.d ^= block
        self.round()
        self.round()
        self.a ^= block
    }

    mutating func finish() -> UInt64 {
        self.c ^= 0xFF
        for _ in 0..<4 { self.round() }
        return self.a ^ self.b ^ self.c ^ self.d
    }

    private mutating func round() {
        self.a = self.a &+ self.b
        self.b = Self.rotate(self.b, 13) ^ self.a
        self.a = Self.rotate(self.a, 32)
        self.c = self.c &+ self.d
        self.d = Self.rotate(self.d, 16) ^ self.c
        self.a = self.a &+ self.d
        self.d = Self.rotate(self.d, 21) ^ self.a
        self.c = self.c &+ self.b
        self.b = Self.rotate(self.b, 17) ^ self.c
        self.c = Self.rotate(self.c, 32)
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}
