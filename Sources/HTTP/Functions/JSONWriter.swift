/// Writes JSON (RFC 8259) into a buffer: strings in the shortest form that every reader takes.
enum JSONWriter {
    /// Writes a string with its quotes; false, and half-written, where the bytes are not UTF-8.
    static func write(_ text: UnsafeRawBufferPointer, to out: ByteBuffer) -> Bool {
        guard UTF8Text.isValid(text) else { return false }
        out.append(byte: 0x22)
        self.writeEscaped(text, to: out)
        out.append(byte: 0x22)
        return true
    }

    /// Writes a string in lower case, for names, which are ASCII.
    static func write(name: UnsafeRawBufferPointer, to out: ByteBuffer) {
        out.append(byte: 0x22)
        out.append(lowercased: name)
        out.append(byte: 0x22)
    }

    /// Copies what needs no escape in one piece.
    private static func writeEscaped(_ text: UnsafeRawBufferPointer, to out: ByteBuffer) {
        var start = 0
        for index in 0..<text.count {
            let byte = text[index]
            guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F else { continue }
            out.append(text.slice(start, index))
            start = index + 1
            switch byte {
            case 0x22: out.append("\\\"")
            case 0x5C: out.append("\\\\")
            case 0x08: out.append("\\b")
            case 0x09: out.append("\\t")
            case 0x0A: out.append("\\n")
            case 0x0C: out.append("\\f")
            case 0x0D: out.append("\\r")
            default:
                out.append("\\u")
                out.append(hex: UInt64(byte), width: 4)
            }
        }
        out.append(text.slice(start, text.count))
    }
}

/// Text that others give us as bytes.
enum UTF8Text {
    /// Whether bytes are UTF-8: no overlong form, no surrogate, nothing beyond U+10FFFF (RFC 3629).
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do {
            _ = try UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span)
            return true
        } catch {
            return false
        }
    }
}
