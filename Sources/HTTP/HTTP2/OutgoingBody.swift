/// The body of a request on its way into DATA frames: taken out of its HTTP/1.1 framing.
struct OutgoingBody {
    enum Framing {
        case complete
        case length(UInt64)
        case chunked(ChunkedDecoder)
    }

    /// Payload that has not gone into frames.
    let pending: ByteBuffer
    /// Complete header lines.
    let trailers = ByteBuffer(capacity: 1)
    var body = Framing.complete

    init(account: BufferAccount?) {
        self.pending = ByteBuffer(capacity: 1, account: account)
    }

    var isComplete: Bool {
        if case .complete = self.body { return true }
        return false
    }

    mutating func forget() {
        self.pending.removeAllAndShrink(to: 1_024)
        self.trailers.removeAllAndShrink(to: 1)
        self.body = .complete
    }

    /// Takes bytes of the body as HTTP/1.1 frames it; false if they are not a part of it.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch self.body {
        case .complete:
            return bytes.isEmpty
        case .length(let remaining):
            guard UInt64(bytes.count) <= remaining else { return false }
            self.pending.append(bytes)
            let left = remaining - UInt64(bytes.count)
            self.body = left == 0 ? .complete : .length(left)
            return true
        case .chunked(var decoder):
            var offset = 0
            while true {
                let rest = bytes.slice(offset, bytes.count)
                switch decoder.next(rest) {
                case .payload(let consumed, let range):
                    self.pending.append(rest.slice(range.lowerBound, range.upperBound))
                    offset += consumed
                case .needsInput:
                    self.body = .chunked(decoder)
                    return true
                case .complete(let consumed):
                    self.body = .complete
                    return offset + consumed == bytes.count
                case .malformed:
                    return false
                }
            }
        }
    }
}
