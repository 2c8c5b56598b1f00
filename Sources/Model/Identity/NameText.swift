/// Names of certificates as people read them.
public enum NameText {
    /// Characters of a name that are shown or searched; a name may have 64 KiB.
    public static let limit = 1_024

    /// RFC 2253 text with `\E4\B8\AD` turned back into the characters that it stands for.
    ///
    /// Only control characters and valid UTF-8 are turned back. The result is not fit for a terminal: whoever
    /// shows it must make harmless what cannot be seen, and mark it.
    public static func readable(_ name: String) -> String {
        let source = Array(name.utf8.prefix(self.limit * 4))
        guard source.contains(0x5C) else { return String(name.prefix(self.limit)) }
        var bytes: [UInt8] = []
        var run: [UInt8] = []
        var index = 0
        func endRun() {
            if run.isEmpty { return }
            if String(validating: run, as: UTF8.self) != nil {
                bytes += run
            } else {
                for byte in run { bytes += Self.escape(byte) }
            }
            run.removeAll()
        }
        while index < source.count {
            if source[index] == 0x5C, index + 2 < source.count,
                let byte = Self.byte(source[index + 1], source[index + 2]),
                byte >= 0x80 || byte < 0x20 || byte == 0x7F
            {
                run.append(byte)
                index += 3
                continue
            }
            endRun()
            bytes.append(source[index])
            // An escaped character is not the beginning of another escape.
            if source[index] == 0x5C, index + 1 < source.count {
                bytes.append(source[index + 1])
                index += 1
            }
            index += 1
        }
        endRun()
        return String(String(decoding: bytes, as: UTF8.self).prefix(self.limit))
    }

    /// `CN=…`, or the whole name where it has no common name.
    public static func identity(_ facts: CertificateFacts) -> String {
        self.short(facts.subject)
    }

    /// The same for any name.
    public static func short(_ name: String) -> String {
        let readable = self.readable(name)
        guard let range = readable.firstRange(of: "CN="),
            range.lowerBound == readable.startIndex
                || ",+".contains(readable[readable.index(before: range.lowerBound)])
        else { return readable }
        var text = "CN="
        var isEscaped = false
        for character in readable[range.upperBound...] {
            if !isEscaped, character == "," || character == "+" { break }
            isEscaped = !isEscaped && character == "\\"
            text.append(character)
        }
        return text
    }

    private static func byte(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = Character(Unicode.Scalar(high)).hexDigitValue,
            let low = Character(Unicode.Scalar(low)).hexDigitValue
        else { return nil }
        return UInt8(high * 16 + low)
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        Array("\\\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8)
    }
}
