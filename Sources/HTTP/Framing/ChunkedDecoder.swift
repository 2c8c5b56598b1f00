import Model

/// Takes a chunked body apart as it arrives (RFC 9112 7.1); the caller frames the payload anew.
///
///     size ──CR──▶ sizeEnd ──LF──▶ data ──all of it──▶ dataCR ──CR──▶ dataEnd ──LF──▶ size
///       └──";"──▶ extension ──CR──▶ ┘ └── size 0 ──▶ trailer ⇄ trailer lines ──CRLF──▶ finished
///
/// Strict, since a second reader of the same body must not find its end elsewhere: line ends are CRLF, sizes
/// are hexadecimal digits and nothing else, not even blanks around them. Extensions and trailers are checked,
/// bounded and dropped: nothing of them reaches a target, be it an identity header or a line end.
///
/// Holds no bytes and allocates nothing. `finished` and `broken` are final.
public struct ChunkedDecoder: Sendable {
    /// Bytes of one chunk's extensions.
    static let extensionBytes = 256

    private enum State {
        case size, extensions, sizeEnd, data, dataCR, dataEnd
        case trailer, trailerName, trailerValue, trailerEnd, lastEnd
        case finished, broken
    }

    /// What the bytes were.
    public enum Step: Equatable, Sendable {
        /// Payload lies in `range`; drop `consumed` bytes and call again.
        case payload(consumed: Int, range: Range<Int>)
        /// All bytes are used up and the body goes on.
        case needsInput(consumed: Int)
        /// The body ends after `consumed` bytes; what follows belongs to the next message.
        case complete(consumed: Int)
        case malformed
    }

    private var state = State.size
    /// Payload of the chunk still to come.
    private var remaining: UInt64 = 0
    /// Digits, extension bytes or trailer bytes seen, whichever the state counts.
    private var counted = 0

    public init() {}

    /// Reads on to the next payload, the end of the body or the end of `bytes`.
    public mutating func next(_ bytes: UnsafeRawBufferPointer) -> Step {
        var index = 0
        while index < bytes.count {
            switch self.state {
            case .finished: return .complete(consumed: index)
            case .broken: return .malformed
            case .data:
                let available = UInt64(bytes.count - index)
                let taken = Int(min(self.remaining, available))
                self.remaining -= UInt64(taken)
                if self.remaining == 0 { self.state = .dataCR }
                return .payload(consumed: index + taken, range: index..<index + taken)
            default:
                guard let state = self.read(bytes[index]) else {
                    self.state = .broken
                    return .malformed
                }
                self.state = state
                index += 1
            }
        }
        switch self.state {
        case .finished: return .complete(consumed: index)
        case .broken: return .malformed
        default: return .needsInput(consumed: index)
        }
    }

    /// Where one byte outside the payload leads; nil where it may not stand.
    private mutating func read(_ byte: UInt8) -> State? {
        switch self.state {
        case .size: return self.readSize(byte)
        case .extensions:
            if byte == ASCII.carriageReturn { return .sizeEnd }
            self.counted += 1
            guard self.counted <= Self.extensionBytes, !ASCII.isForbiddenControl(byte) else { return nil }
            return .extensions
        case .sizeEnd:
            self.counted = 0
            guard byte == ASCII.lineFeed else { return nil }
            return self.remaining == 0 ? .trailer : .data
        case .dataCR: return byte == ASCII.carriageReturn ? .dataEnd : nil
        case .dataEnd: return byte == ASCII.lineFeed ? .size : nil
        case .trailer, .trailerName, .trailerValue, .trailerEnd, .lastEnd: return self.readTrailer(byte)
        case .data, .finished, .broken: return nil
        }
    }

    private mutating func readSize(_ byte: UInt8) -> State? {
        if let digit = ASCII.hexDigit(byte) {
            // 16 digits fill 64 bits; beyond 63 no sum of sizes would be safe.
            guard self.counted < 16, self.remaining >> 59 == 0 else { return nil }
            self.counted += 1
            self.remaining = self.remaining << 4 | UInt64(digit)
            return .size
        }
        guard self.counted > 0 else { return nil }
        if byte == ASCII.carriageReturn { return .sizeEnd }
        guard byte == ASCII.semicolon else { return nil }
        self.counted = 0
        return .extensions
    }

    /// Trailer lines obey the grammar of header lines; all of them together are bounded like one line.
    private mutating func readTrailer(_ byte: UInt8) -> State? {
        self.counted += 1
        guard self.counted <= EngineLimits.headerLineBytes else { return nil }
        switch self.state {
        case .trailer:
            if byte == ASCII.carriageReturn { return .lastEnd }
            return ASCII.isToken(byte) ? .trailerName : nil
        case .trailerName:
            if byte == ASCII.colon { return .trailerValue }
            return ASCII.isToken(byte) ? .trailerName : nil
        case .trailerValue:
            if byte == ASCII.carriageReturn { return .trailerEnd }
            return ASCII.isForbiddenControl(byte) ? nil : .trailerValue
        case .trailerEnd: return byte == ASCII.lineFeed ? .trailer : nil
        case .lastEnd: return byte == ASCII.lineFeed ? .finished : nil
        default: return nil
        }
    }
}
