/// Turns the bytes of a terminal into keys.
///
///     ground ──ESC──▶ escape ──[──▶ control sequence ──final──▶ ground
///        │               ├──O──▶ single shift ──byte──▶ ground
///        │               ├──] P X ^ _──▶ string ──ST or BEL──▶ ground
///        │               └──byte──▶ Alt key
///        └──UTF-8 lead──▶ character
///
/// A sequence that is not known is dropped whole: the late answer of a terminal to a question is never
/// taken for letters, which here would be commands. Between the marks of a paste everything is text.
/// The decoder does no I/O and reads no clock; ``flush()`` says that nothing followed a lone Esc in time.
struct KeyDecoder: Sendable {
    enum Event: Hashable, Sendable {
        case key(Key)
        case paste(String)
        case mouse(Mouse)
    }

    /// How long a lone Esc waits for the rest of a sequence.
    static let escapeDelayMilliseconds: Int64 = 25

    /// Bytes of one paste that are kept; the rest is dropped.
    static let pasteLimit = 65_536

    /// Bytes of one sequence; a longer one is dropped up to its end.
    private static let sequenceLimit = 64

    private enum State: Hashable, Sendable {
        case ground
        case escape
        case controlSequence([UInt8])
        case singleShift
        /// An operating system command or the like, up to ST or BEL.
        case string(isEscapePending: Bool)
        case paste([UInt8])
        case character([UInt8], missing: Int)
    }

    private var state: State = .ground

    /// Whether bytes are in hand that mean something else if nothing follows.
    var isWaiting: Bool {
        switch self.state {
        case .escape, .controlSequence, .singleShift: true
        case .ground, .string, .paste, .character: false
        }
    }

    mutating func decode(_ bytes: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        for byte in bytes { self.take(byte, &events) }
        return events
    }

    /// Nothing followed within ``escapeDelayMilliseconds``: an Esc is an Esc, and half a sequence is nothing.
    mutating func flush() -> [Event] {
        defer { if self.isWaiting { self.state = .ground } }
        switch self.state {
        case .escape: return [.key(.escape)]
        case .singleShift: return [.key(.alt("O"))]
        case .controlSequence(let bytes) where bytes.isEmpty: return [.key(.alt("["))]
        case .controlSequence, .ground, .string, .paste, .character: return []
        }
    }

    private mutating func take(_ byte: UInt8, _ events: inout [Event]) {
        switch self.state {
        case .ground: self.ground(byte, &events)
        case .escape: self.escape(byte, &events)
        case .controlSequence(let bytes): self.controlSequence(bytes, byte, &events)
        case .singleShift:
            self.state = .ground
            if let key = Self.singleShift[byte] { events.append(.key(key)) }
        case .string(let isEscapePending):
            let isEnd = byte == 0x07 || isEscapePending && byte == 0x5C
            self.state = isEnd ? .ground : .string(isEscapePending: byte == 0x1B)
        case .paste(var bytes):
            self.state = .ground
            if bytes.count < Self.pasteLimit + Self.pasteEnd.count {
                bytes.append(byte)
            } else {
                self.slide(&bytes, byte)
            }
            guard bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) else {
                self.state = .paste(bytes)
                return
            }
            events.append(.paste(String(decoding: bytes.dropLast(Self.pasteEnd.count), as: UTF8.self)))
        case .character(var bytes, let missing):
            guard byte & 0xC0 == 0x80 else {
                self.state = .ground
                self.ground(byte, &events)
                return
            }
            bytes.append(byte)
            self.state = missing == 1 ? .ground : .character(bytes, missing: missing - 1)
            if missing == 1, let character = String(validating: bytes, as: UTF8.self)?.first {
                events.append(.key(.character(character)))
            }
        }
    }

    private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

    /// Keeps the beginning of a paste that is too long, and its end for the mark.
    private func slide(_ bytes: inout [UInt8], _ byte: UInt8) {
        let tail = bytes.count - Self.pasteEnd.count
        for index in tail..<(bytes.count - 1) { bytes[index] = bytes[index + 1] }
        bytes[bytes.count - 1] = byte
    }

    private mutating func ground(_ byte: UInt8, _ events: inout [Event]) {
        switch byte {
        case 0x1B: self.state = .escape
        case 0x0D, 0x0A: events.append(.key(.enter))
        case 0x09: events.append(.key(.tab))
        case 0x08, 0x7F: events.append(.key(.backspace))
        case 0x00: events.append(.key(.ctrl(" ")))
        case 0x01...0x1A: events.append(.key(.ctrl(Character(Unicode.Scalar(byte + 0x60)))))
        case 0x20..<0x7F: events.append(.key(.character(Character(Unicode.Scalar(byte)))))
        case 0xC2...0xDF: self.state = .character([byte], missing: 1)
        case 0xE0...0xEF: self.state = .character([byte], missing: 2)
        case 0xF0...0xF4: self.state = .character([byte], missing: 3)
        default: break
        }
    }

    private mutating func escape(_ byte: UInt8, _ events: inout [Event]) {
        self.state = .ground
        switch byte {
        case 0x5B: self.state = .controlSequence([])
        case 0x4F: self.state = .singleShift
        case 0x5D, 0x50, 0x58, 0x5E, 0x5F: self.state = .string(isEscapePending: false)
        case 0x1B:
            events.append(.key(.escape))
            self.state = .escape
        case 0x20..<0x7F: events.append(.key(.alt(Character(Unicode.Scalar(byte)))))
        default: break
        }
    }

    private mutating func controlSequence(_ bytes: [UInt8], _ byte: UInt8, _ events: inout [Event]) {
        switch byte {
        // The Linux console's F1 to F5 are `ESC [ [ A` to `E`.
        case 0x5B where bytes.isEmpty: self.state = .controlSequence([byte])
        case 0x20...0x3F:
            self.state = .controlSequence(bytes.count < Self.sequenceLimit ? bytes + [byte] : bytes)
        case 0x40...0x7E:
            self.state = .ground
            if bytes.elementsEqual("200".utf8), byte == 0x7E {
                self.state = .paste([])
            } else if byte == 0x4D, let mouse = Mouse(parameters: bytes) {
                events.append(.mouse(mouse))
            } else if let key = Self.key(parameters: bytes, final: byte) {
                events.append(.key(key))
            }
        // A control character breaks a sequence off.
        case 0x1B: self.state = .escape
        default: self.state = .ground
        }
    }

    private static let singleShift: [UInt8: Key] = [
        0x41: .up, 0x42: .down, 0x43: .right, 0x44: .left, 0x46: .end, 0x48: .home, 0x4D: .enter,
        0x50: .function(1), 0x51: .function(2), 0x52: .function(3), 0x53: .function(4),
    ]

    /// The keys of xterm, screen, tmux, the Linux console and the VT series; with a modifier they are not
    /// ours, and dropped.
    private static func key(parameters: [UInt8], final: UInt8) -> Key? {
        if parameters == [0x5B] {
            return (0x41...0x45).contains(final) ? .function(Int(final) - 0x40) : nil
        }
        if final == 0x7E {
            return Int(String(decoding: parameters, as: UTF8.self)).flatMap { Self.numbered[$0] }
        }
        guard parameters.isEmpty || parameters == [0x31] else { return nil }
        if final == 0x5A { return .backTab }
        return Self.singleShift[final]
    }

    private static let numbered: [Int: Key] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
        17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
        23: .function(11), 24: .function(12),
    ]
}
