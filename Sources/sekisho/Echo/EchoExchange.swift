/// The echo target's side of one HTTP/1.1 connection: bytes in, bytes out, no sockets.
///
///     head ──▶ body ─────────────────────┐
///       │                                ├──▶ answer ──▶ head …
///       └────▶ size ⇄ data ──▶ trailer ──┘
///
/// The answer shows the request line and the header lines exactly as they arrived, in their order, and how
/// large the body was: what a target behind the gate gets to see. A message that can be read in two ways
/// (RFC 9112, 6.3) is refused, so that what is shown is what was meant.
struct EchoExchange {
    private enum State {
        case head
        case body(left: Int)
        case chunkSize
        case chunkData(left: Int)
        case trailer(lines: Int)
    }

    /// What is to be written; take it with ``sent(_:)``.
    private(set) var output: [UInt8] = []

    /// Whether nothing more is read and the connection ends when the output is written.
    private(set) var isClosing = false

    private var state: State = .head
    private var input: [UInt8] = []
    /// Input before this offset has been used.
    private var used = 0
    /// Of the request in hand.
    private var head = EchoHead()
    private var bodyBytes = 0
    /// The body itself, where the responder wants it.
    private var body: [UInt8] = []
    private let responder: EchoResponder

    init(_ responder: EchoResponder = .echo) {
        self.responder = responder
    }

    /// Whether there is room for more.
    var wantsInput: Bool { !self.isClosing && self.output.count < EchoLimits.pendingBytes }

    mutating func receive(_ bytes: some Collection<UInt8>) {
        guard !self.isClosing else { return }
        self.input.append(contentsOf: bytes)
        while !self.isClosing, self.step() {}
        self.input.removeFirst(self.used)
        self.used = 0
    }

    /// Forgets output that has been written.
    mutating func sent(_ count: Int) {
        self.output.removeFirst(count)
    }

    /// Goes one state on; false when that needs more input.
    private mutating func step() -> Bool {
        switch self.state {
        case .head: return self.readHead()
        case .body(let left): return self.readBody(left)
        case .chunkSize: return self.readChunkSize()
        case .chunkData(let left): return self.readChunkData(left)
        case .trailer(let lines): return self.readTrailer(lines)
        }
    }

    private mutating func readHead() -> Bool {
        // Empty lines in front of a request are ignored (RFC 9112, 2.2).
        while self.input[self.used...].starts(with: [0x0D, 0x0A]) { self.used += 2 }
        let rest = self.input[self.used...]
        guard let end = Self.endOfHead(rest) else {
            if rest.count > EchoLimits.headBytes { self.refuse("431 Request Header Fields Too Large") }
            return false
        }
        guard end - self.used <= EchoLimits.headBytes else {
            self.refuse("431 Request Header Fields Too Large")
            return false
        }
        let bytes = rest[..<end]
        self.used = end
        guard let head = EchoHead(bytes) else {
            self.refuse("400 Bad Request")
            return false
        }
        self.head = head
        self.bodyBytes = 0
        self.body = []
        if head.expectsContinue { self.output += Array("HTTP/1.1 100 Continue\r\n\r\n".utf8) }
        self.state = head.isChunked ? .chunkSize : .body(left: head.contentLength)
        return true
    }

    private mutating func readBody(_ left: Int) -> Bool {
        let count = self.skip(left)
        if count == left {
            self.answer()
            return true
        }
        self.state = .body(left: left - count)
        return false
    }

    private mutating func readChunkSize() -> Bool {
        guard let line = self.line() else { return false }
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        let text = String(decoding: digits, as: UTF8.self).trimmed
        // Eight digits are 4 GiB; more is nothing that anyone sends to look at an echo.
        guard (1...8).contains(text.utf8.count), !text.hasPrefix("+"), let size = Int(text, radix: 16),
            size >= 0
        else {
            self.refuse("400 Bad Request")
            return false
        }
        self.state = size == 0 ? .trailer(lines: 0) : .chunkData(left: size + 2)
        self.bodyBytes += size
        return true
    }

    /// Skips a chunk and the line end after it, which is counted in `left`.
    private mutating func readChunkData(_ left: Int) -> Bool {
        let data = max(0, left - 2)
        let count = self.skip(data)
        self.bodyBytes -= count
        guard count == data else {
            self.state = .chunkData(left: left - count)
            return false
        }
        guard self.input.count - self.used >= 2 else {
            self.state = .chunkData(left: 2)
            return false
        }
        guard self.input[self.used...].starts(with: [0x0D, 0x0A]) else {
            self.refuse("400 Bad Request")
            return false
        }
        self.used += 2
        self.state = .chunkSize
        return true
    }

    private mutating func readTrailer(_ lines: Int) -> Bool {
        guard let line = self.line() else { return false }
        guard !line.isEmpty else {
            self.answer()
            return true
        }
        guard lines < EchoLimits.trailerLines else {
            self.refuse("431 Request Header Fields Too Large")
            return false
        }
        self.state = .trailer(lines: lines + 1)
        return true
    }

    /// Uses up to `count` bytes of body.
    private mutating func skip(_ count: Int) -> Int {
        let taken = min(count, self.input.count - self.used)
        if self.responder == .function { self.keep(self.input[self.used..<self.used + taken]) }
        self.used += taken
        self.bodyBytes += taken
        return taken
    }

    /// The next line without its end; nil when it is not whole, or was refused for its length.
    private mutating func line() -> ArraySlice<UInt8>? {
        let rest = self.input[self.used...]
        guard let end = rest.firstIndex(of: 0x0A) else {
            if rest.count > EchoLimits.chunkLineBytes { self.refuse("400 Bad Request") }
            return nil
        }
        guard end - self.used <= EchoLimits.chunkLineBytes, end > self.used, self.input[end - 1] == 0x0D
        else {
            self.refuse("400 Bad Request")
            return nil
        }
        let line = self.input[self.used..<(end - 1)]
        self.used = end + 1
        return line
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        guard self.body.count + bytes.count <= EchoLimits.eventBytes else {
            return self.refuse("413 Request Entity Too Large")
        }
        self.body += bytes
    }

    private mutating func answer() {
        // What was too large has its answer.
        guard !self.isClosing else { return }
        let answer = self.responder.answer(self.head, body: self.body, bodyBytes: self.bodyBytes)
        self.write(answer, isLast: self.head.wantsClose, isHead: self.head.isHeadMethod)
        self.body = []
        self.state = .head
    }

    private mutating func refuse(_ status: String) {
        let answer = EchoResponder.Answer(status: status, body: Array("\(status)\n".utf8))
        self.write(answer, isLast: true, isHead: false)
    }

    private mutating func write(_ answer: EchoResponder.Answer, isLast: Bool, isHead: Bool) {
        let head = """
            HTTP/1.1 \(answer.status)\r
            Content-Type: \(answer.contentType)\r
            \(answer.headers)Content-Length: \(answer.body.count)\r
            Cache-Control: no-store\r
            Connection: \(isLast ? "close" : "keep-alive")\r
            \r

            """
        self.output += Array(head.utf8)
        if !isHead { self.output += answer.body }
        if isLast { self.isClosing = true }
    }

    /// Just after the empty line that ends a head.
    private static func endOfHead(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.firstRange(of: [0x0D, 0x0A, 0x0D, 0x0A])?.upperBound
    }
}
