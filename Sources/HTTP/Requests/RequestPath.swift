/// The one form in which a path is compared with rules, and in which it then goes to the target.
///
/// `/admin`, `/%61dmin`, `/x/../admin` and `//admin` are one resource to most servers and four texts to a
/// rule that protects it. So where rules look at paths, a path is first brought into its normal form
/// (RFC 3986 6.2.2): escapes of characters that need none are decoded, other escapes get capital digits, dot
/// segments are resolved, and slashes in a row become one. The target gets that form, because a rule that
/// judged one text must not let another one through.
///
/// What servers do not agree on is refused: an escaped slash or backslash, a plain backslash, an escaped
/// control character, an escape that is none, and dot segments with parameters (`..;x`).
public enum RequestPath {
    public enum Reading: Equatable, Sendable {
        /// The path is in its normal form.
        case asItCame
        /// The buffer holds the normal form.
        case rewritten
        /// Servers read it in several ways.
        case ambiguous
    }

    /// Reads a path that begins with a slash, without its query; anything else is left as it came.
    public static func read(_ path: UnsafeRawBufferPointer, into out: ByteBuffer) -> Reading {
        guard path.first == ASCII.slash, !self.isNormal(path) else { return .asItCame }
        out.removeAll()
        out.append(byte: ASCII.slash)
        var segmentStart = 1
        var index = 1
        while index < path.count {
            let byte = path[index]
            switch byte {
            case ASCII.slash:
                guard self.finishSegment(out, &segmentStart, isLast: false) else { return .ambiguous }
                index += 1
            case 0x25:
                guard index + 2 < path.count, let high = ASCII.hexDigit(path[index + 1]),
                    let low = ASCII.hexDigit(path[index + 2]),
                    self.append(escaped: high << 4 | low, to: out)
                else { return .ambiguous }
                index += 3
            case 0x5C: return .ambiguous
            case 0x22:
                // Not a character of URIs; patterns that hold it are compared in this form.
                out.append("%22")
                index += 1
            default:
                out.append(byte: byte)
                index += 1
            }
        }
        return self.finishSegment(out, &segmentStart, isLast: true) ? .rewritten : .ambiguous
    }

    /// Whether nothing in the path calls for a second look; most paths are done with here.
    private static func isNormal(_ path: UnsafeRawBufferPointer) -> Bool {
        var before: UInt8 = 0
        for byte in path {
            if byte == 0x25 || byte == 0x5C || byte == 0x22 { return false }
            if before == ASCII.slash, byte == ASCII.slash || byte == 0x2E { return false }
            before = byte
        }
        return true
    }

    /// Writes what an escape stands for, decoded where that changes nothing (RFC 3986 2.3, 3.3).
    ///
    /// `;` and `=` stay escaped: plain, they begin parameters of a segment.
    private static func append(escaped byte: UInt8, to out: ByteBuffer) -> Bool {
        if byte <= 0x1F || byte == 0x7F || byte == ASCII.slash || byte == 0x5C { return false }
        switch byte {
        case 0x2D, 0x2E, 0x5F, 0x7E, 0x21, 0x24, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x3A, 0x40:
            out.append(byte: byte)
        case _ where ASCII.isLetter(byte) || ASCII.isDigit(byte):
            out.append(byte: byte)
        default:
            out.append(byte: 0x25)
            out.append(byte: self.capitalDigit(byte >> 4))
            out.append(byte: self.capitalDigit(byte & 0xF))
        }
        return true
    }

    private static func capitalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x37 + value
    }

    /// Resolves the segment that the buffer ends with (RFC 3986 5.2.4); false if it is ambiguous.
    private static func finishSegment(_ out: ByteBuffer, _ start: inout Int, isLast: Bool) -> Bool {
        let written = out.bytes
        let segment = written.slice(start, written.count)
        if segment.isEmpty { return true }
        guard segment[0] == 0x2E else {
            if !isLast { out.append(byte: ASCII.slash) }
            start = out.count
            return true
        }
        var dots = 1
        if segment.count > 1, segment[1] == 0x2E { dots = 2 }
        if segment.count == dots {
            if dots == 2, start > 1 {
                start -= 1
                while written[start - 1] != ASCII.slash { start -= 1 }
            }
            out.removeLast(out.count - start)
            return true
        }
        let next = segment[dots]
        let isEscapedSemicolon =
            segment.count >= dots + 3 && ASCII.isExactly(segment.slice(dots, dots + 3), "%3B")
        if next == ASCII.semicolon || isEscapedSemicolon { return false }
        if !isLast { out.append(byte: ASCII.slash) }
        start = out.count
        return true
    }
}
