import HTTP

/// Reads the responses of HTTP/1.1 on one connection and holds them to what is expected.
struct ResponseReader {
    enum Step {
        case more
        /// A whole response; whether the server keeps the connection.
        case complete(isPersistent: Bool)
        case wrong(String)
    }

    private let bodyBytes: Int
    private let head: ResponseHead
    /// A head that has not come to its end.
    private var held: [UInt8] = []
    private var scanPosition = 0
    private var remaining: Int?

    /// `head` may be shared by all connections of a thread.
    init(expecting bodyBytes: Int, head: ResponseHead) {
        self.bodyBytes = bodyBytes
        self.head = head
    }

    /// Nothing of the next response has come.
    var isBetweenResponses: Bool { self.held.isEmpty && self.remaining == nil }

    mutating func receive(_ bytes: UnsafeRawBufferPointer) -> Step {
        if let remaining { return self.takeBody(bytes.count, of: remaining) }
        if self.held.isEmpty {
            guard let length = HeadScanner.endOfHead(in: bytes, from: &self.scanPosition) else {
                self.held = Array(bytes)
                return .more
            }
            return self.takeHead(bytes, length)
        }
        self.held += bytes
        let held = self.held
        return held.withUnsafeBytes { held in
            guard let length = HeadScanner.endOfHead(in: held, from: &self.scanPosition) else { return .more }
            self.held = []
            return self.takeHead(held, length)
        }
    }

    private mutating func takeHead(_ bytes: UnsafeRawBufferPointer, _ length: Int) -> Step {
        self.scanPosition = 0
        let head = UnsafeRawBufferPointer(rebasing: bytes[..<length])
        guard case .complete = self.head.parse(head, isResponseToHead: false) else {
            return .wrong("a response that cannot be read")
        }
        guard self.head.status == 200 else { return .wrong("status \(self.head.status)") }
        guard self.head.framing == .length(UInt64(self.bodyBytes)) else {
            return .wrong("a body of \(self.head.framing), not \(self.bodyBytes) bytes")
        }
        return self.takeBody(bytes.count - length, of: self.bodyBytes)
    }

    private mutating func takeBody(_ count: Int, of remaining: Int) -> Step {
        guard count <= remaining else { return .wrong("bytes behind the body") }
        guard count == remaining else {
            self.remaining = remaining - count
            return .more
        }
        self.remaining = nil
        return .complete(isPersistent: self.head.isPersistent)
    }
}
