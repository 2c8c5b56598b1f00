import Glibc

/// Asks a terminal what its background is, and reads the answer: OSC 11 of xterm's "Control Sequences".
///
/// The terminal is in raw mode already. One that knows the question answers within a round trip; one that
/// does not costs the time limit. A later answer is dropped whole by ``KeyDecoder``.
enum BackgroundQuestion {
    /// How long the first frame may wait for the answer.
    static let limitMilliseconds: Int64 = 60

    private static let question: [UInt8] = Array("\u{1B}]11;?\u{1B}\\".utf8)
    private static let answerStart: [UInt8] = Array("\u{1B}]11;".utf8)

    /// Bytes that are read while waiting, at most: keys typed ahead and one answer.
    private static let byteLimit = 1_024

    /// Asks, and waits for at most ``limitMilliseconds``.
    ///
    /// - Returns: whether the background is light, nil when the terminal did not say; and every byte that
    ///   came, for the decoder: keys among them are keys, and the rest of half an answer is yet to come.
    static func ask(_ descriptor: Int32) -> (isLight: Bool?, bytes: [UInt8]) {
        guard write(descriptor, self.question, self.question.count) == self.question.count else {
            return (nil, [])
        }
        let deadline = MonotonicClock.milliseconds() + self.limitMilliseconds
        var bytes: [UInt8] = []
        while bytes.count < self.byteLimit {
            if let isLight = self.isLight(bytes) { return (isLight, bytes) }
            let rest = deadline - MonotonicClock.milliseconds()
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard rest > 0, poll(&waiting, 1, Int32(clamping: rest)) == 1 else { break }
            var piece = [UInt8](repeating: 0, count: 256)
            let count = read(descriptor, &piece, piece.count)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return (nil, bytes)
    }

    /// Reads `ESC ] 11 ; rgb:RRRR/GGGG/BBBB` and its end, which may stand among other bytes.
    ///
    /// Each channel has one to four hexadecimal digits (XParseColor(3)); `rgba:` has a fourth one.
    static func isLight(_ bytes: [UInt8]) -> Bool? {
        guard let start = bytes.firstRange(of: self.answerStart)?.upperBound,
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
