/// Cuts what comes in into lines.
struct LineReader: Sendable {
    /// Bytes of a line, at most.
    static let limit = 4_096

    enum Event: Hashable, Sendable {
        case line(String)
        /// A line that was longer than the limit, and was thrown away.
        case tooLong
    }

    private var bytes: [UInt8] = []
    private var isTooLong = false

    mutating func read(_ new: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        for byte in new {
            if byte == UInt8(ascii: "\n") {
                events.append(self.end())
            } else if self.bytes.count < Self.limit {
                self.bytes.append(byte)
            } else {
                self.isTooLong = true
            }
        }
        return events
    }

    /// What stood after the last line feed, when nothing more comes.
    mutating func finish() -> Event? { self.bytes.isEmpty ? nil : self.end() }

    private mutating func end() -> Event {
        defer { (self.bytes, self.isTooLong) = ([], false) }
        // A control character in a line is no part of a command: a carriage return, or what an arrow key
        // sends.
        let text = String(decoding: self.bytes, as: UTF8.self).filter { character in
            !character.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        return self.isTooLong ? .tooLong : .line(text)
    }
}
