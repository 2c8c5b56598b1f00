import Glibc

/// Asks a terminal what no description of terminals tells, and reads its answers.
///
/// - What its background is: OSC 11 of xterm's "Control Sequences".
/// - How wide it draws a line's "─", which Unicode calls ambiguous (UAX #11): by where the cursor stands
///   afterwards, told by a device status report (ECMA-48 8.3.35).
///
/// The terminal is in raw mode already. One that knows the questions answers within a round trip; one that
/// does not costs the time limit. A later answer is dropped whole by ``KeyDecoder``.
enum TerminalQuestions {
    struct Answers {
        /// Nil when the terminal did not say.
        var isLight: Bool?
        /// Whether "─" took more than one column; nil when the terminal did not say.
        var isWide: Bool?
        /// Every byte that came, for the decoder: keys among them are keys, and the rest of half an answer
        /// is yet to come.
        var bytes: [UInt8] = []
    }

    /// How long the first frame may wait for the answers.
    static let limitMilliseconds: Int64 = 60

    private static let background = "\u{1B}]11;?\u{1B}\\"
    /// Leaves nothing on the line.
    private static let width = "\r─\u{1B}[6n\r\u{1B}[K"
    private static let backgroundStart: [UInt8] = Array("\u{1B}]11;".utf8)
    private static let reportStart: [UInt8] = Array("\u{1B}[".utf8)

    /// Bytes that are read while waiting, at most: keys typed ahead and the answers.
    private static let byteLimit = 1_024

    /// Asks what is wanted, and waits for at most ``limitMilliseconds``.
    static func ask(_ descriptor: Int32, background: Bool, width: Bool) -> Answers {
        let question = Array(((background ? self.background : "") + (width ? self.width : "")).utf8)
        var answers = Answers()
        guard !question.isEmpty, write(descriptor, question, question.count) == question.count else {
            return answers
        }
        let deadline = MonotonicClock.milliseconds() + self.limitMilliseconds
        while answers.bytes.count < self.byteLimit {
            let rest = deadline - MonotonicClock.milliseconds()
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard rest > 0, poll(&waiting, 1, Int32(clamping: rest)) == 1 else { break }
            var piece = [UInt8](repeating: 0, count: 256)
            let count = read(descriptor, &piece, piece.count)
            guard count > 0 else { break }
            answers.bytes += piece[..<count]
            if background { answers.isLight = self.isLight(answers.bytes) }
            if width { answers.isWide = self.isWide(answers.bytes) }
            if (!background || answers.isLight != nil) && (!width || answers.isWide != nil) { break }
        }
        return answers
    }

    /// Reads `ESC [ row ; column R`, which may stand among other bytes: the cursor after one "─" at the left
    /// edge.
    ///
    /// A terminal that does not know UTF-8 has drawn three characters.
    static func isWide(_ bytes: [UInt8]) -> Bool? {
        var rest = bytes[...]
        while let start = rest.firstRange(of: self.reportStart)?.upperBound {
            rest = rest[start...]
            let parameters = rest.prefix { $0 == 0x3B || (0x30...0x39).contains($0) }
            guard rest.dropFirst(parameters.count).first == 0x52 else { continue }
            let numbers = String(decoding: parameters, as: UTF8.self).split(separator: ";")
            guard numbers.count == 2, let column = Int(numbers[1]) else { continue }
            return column > 2
        }
        return nil
    }

    /// Reads `ESC ] 11 ; rgb:RRRR/GGGG/BBBB` and its end, which may stand among other bytes.
    ///
    /// Each channel has one to four hexadecimal digits (XParseColor(3)); `rgba:` has a fourth one.
    static func isLight(_ bytes: [UInt8]) -> Bool? {
        guard let start = bytes.firstRange(of: self.backgroundStart)?.upperBound,
            let end = bytes[start...].firstIndex(where: { $0 == 0x07 || $0 == 0x1B })
        else { return nil }
        let parts = String(decoding: bytes[start..<end], as: UTF8.self).split(separator: ":")
        guard parts.count == 2, parts[0] == "rgb" || parts[0] == "rgba" else { return nil }
        let channels = parts[1].split(separator: "/").prefix(3).compactMap { digits -> UInt32? in
            guard (1...4).contains(digits.utf8.count), let value = UInt32(digits, radix: 16) else {
                return nil
            }
            let largest = (UInt32(1) << UInt32(4 * digits.utf8.count)) - 1
            return value * 255 / largest
        }
        guard channels.count == 3 else { return nil }
        return OKLab(channels[0] << 16 | channels[1] << 8 | channels[2]).lightness > 0.6
    }
}
