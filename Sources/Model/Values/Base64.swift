/// Base64 of RFC 4648 section 4, strict: canonical padding, no white space, no stray bits.
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// What a character stands for; 255 for one that stands for nothing.
    package static func value(of character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 255
        }
    }

    /// Appends the text in lines of 64 columns, each ended by LF.
    package static func appendLines(of bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        // 48 bytes make one line.
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = min(start + 48, bytes.endIndex)
            self.append(bytes[start..<end], to: &text)
            text.append(UInt8(ascii: "\n"))
            start = end
        }
    }

    /// Appends the text in one line.
    package static func append(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let rest = bytes.endIndex - index
            let first = bytes[index]
            let second = rest > 1 ? bytes[index + 1] : 0
            let third = rest > 2 ? bytes[index + 2] : 0
            text.append(self.alphabet[Int(first >> 2)])
            text.append(self.alphabet[Int((first & 3) << 4 | second >> 4)])
            text.append(rest > 1 ? self.alphabet[Int((second & 15) << 2 | third >> 6)] : UInt8(ascii: "="))
            text.append(rest > 2 ? self.alphabet[Int(third & 63)] : UInt8(ascii: "="))
            index += 3
        }
    }

    /// The bytes that the text spells; nil if it is not canonical base64.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var body = text[...]
        var padding = 0
        while padding < 2, body.last == UInt8(ascii: "=") {
            body.removeLast()
            padding += 1
        }
        var bits: UInt32 = 0
        var count = 0
        for character in body {
            let value = self.value(of: character)
            guard value != 255 else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        guard bits == 0, count == padding * 2 else { return nil }
        return bytes
    }
}
