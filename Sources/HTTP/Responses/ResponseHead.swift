import Model

/// One parsed response head of a target, used again for every response of a worker.
///
/// As with ``RequestHead``, it holds ranges and is given the bytes again to write them. Targets are ours to
/// trust with content and not with framing: whatever could end a response early or late for the client is
/// refused, and the caller answers 502.
public final class ResponseHead {
    /// 100–599.
    public private(set) var status = 0
    /// How the target frames the body (RFC 9112 6.3).
    public private(set) var framing = BodyFraming.none
    /// Whether the target's connection can carry another request.
    public private(set) var isPersistent = false

    private(set) var headers = HeaderTable()
    private var headLength = 0
    private var reasonStart = 0
    private var headersStart = 0
    private var minorVersion: UInt8 = 1
    private var contentLength: UInt64?

    public init() {}

    /// Reads a head: exactly the bytes up to and with the empty line.
    ///
    /// A status below 200 is an interim response: another head follows. 101 is refused unless WebSocket was
    /// asked for and is what the target switches to; the bytes behind such a head are not HTTP.
    public func parse(
        _ head: UnsafeRawBufferPointer,
        isResponseToHead: Bool,
        mayBeWebSocket: Bool = false
    ) -> HeadResult {
        self.status = 0
        self.framing = .none
        self.isPersistent = false
        self.headers.removeAll()
        self.headLength = 0
        self.contentLength = nil
        guard head.count <= EngineLimits.responseHeadBytes else {
            return .refused(HTTPRefusal(response: .headTooLarge))
        }
        if let reason = self.parseStatusLine(head) ?? self.headers.parse(head, from: self.headersStart)
            ?? self.judge(head, isResponseToHead: isResponseToHead, mayBeWebSocket: mayBeWebSocket)
        {
            return .refused(HTTPRefusal(response: reason))
        }
        self.headLength = head.count
        return .complete
    }

    /// `HTTP/1.x SP 3DIGIT [SP reason] CRLF`: the space before an empty reason is often left out, and since
    /// the line is written anew that harms nobody.
    private func parseStatusLine(_ head: UnsafeRawBufferPointer) -> HTTPRefusal.Reason? {
        guard let lineFeed = ASCII.firstIndex(of: ASCII.lineFeed, in: head, from: 0),
            lineFeed > 0, head[lineFeed - 1] == ASCII.carriageReturn
        else { return .badLineEnd }
        let line = head.slice(0, lineFeed - 1)
        guard line.count <= EngineLimits.headerLineBytes else { return .headerLineTooLong }
        guard line.count >= 12, ASCII.isExactly(line.slice(0, 7), "HTTP/1."), line[7] &- ASCII.zero <= 1,
            line[8] == ASCII.space, (0x31...0x35).contains(line[9]), ASCII.isDigit(line[10]),
            ASCII.isDigit(line[11]), line.count == 12 || line[12] == ASCII.space,
            !ASCII.hasForbiddenControl(line)
        else { return .badStatusLine }
        self.minorVersion = line[7] - ASCII.zero
        self.status = Int(line[9] - 0x30) * 100 + Int(line[10] - 0x30) * 10 + Int(line[11] - 0x30)
        self.reasonStart = min(13, line.count)
        self.headersStart = lineFeed + 1
        return nil
    }

    private func judge(
        _ head: UnsafeRawBufferPointer,
        isResponseToHead: Bool,
        mayBeWebSocket: Bool
    ) -> HTTPRefusal.Reason? {
        if self.status == 101, !mayBeWebSocket { return .unexpectedSwitchingProtocols }
        var webSocket = WebSocketOffer()
        var options = ConnectionOptions()
        var length = MessageLength()
        for index in 0..<self.headers.count {
            let field = self.headers[index]
            var reason: HTTPRefusal.Reason?
            switch field.kind {
            case .connection:
                reason = options.read(field.value(in: head), of: head, marking: &self.headers)
            case .contentLength: reason = length.readContentLength(field.value(in: head))
            case .transferEncoding: reason = length.readTransferEncoding(field.value(in: head))
            case .upgrade: webSocket.read(field.value(in: head))
            default: continue
            }
            if let reason { return reason }
        }
        if self.status == 101, !options.upgrade || !webSocket.isOnlyOne || self.minorVersion == 0 {
            return .unexpectedSwitchingProtocols
        }
        if let reason = length.judge(minorVersion: self.minorVersion) { return reason }
        self.contentLength = length.contentLength
        self.isPersistent = options.isPersistent(minorVersion: self.minorVersion)

        if isResponseToHead || self.status < 200 || self.status == 204 || self.status == 304 {
            self.framing = .none
            // A target that announces a body where none may follow might send it all the same, and then the
            // next response on this connection would be what this one's author wrote. To announce one is
            // allowed after HEAD and in 304, and costs those a new connection.
            if length.isChunked || (length.contentLength ?? 0) > 0 { self.isPersistent = false }
        } else if length.isChunked {
            self.framing = .chunked
        } else if let bytes = length.contentLength {
            self.framing = .length(bytes)
        } else {
            self.framing = .untilClose
            self.isPersistent = false
        }
        return nil
    }
}

extension ResponseHead {
    /// Writes the head for the client.
    ///
    /// `head` is the bytes that ``parse(_:isResponseToHead:)`` called complete, with the same length.
    /// `framing` is how the body will be framed towards the client: `chunked` is not for 1.0 clients, and
    /// `untilClose` closes whatever `closes` says. Interim responses are not for 1.0 clients either
    /// (RFC 9110 15.2). `added` is complete header lines of ours.
    public func writeForwarded(
        _ head: UnsafeRawBufferPointer,
        to out: ByteBuffer,
        framing: BodyFraming,
        clientMinorVersion: UInt8,
        closes: Bool,
        added: UnsafeRawBufferPointer? = nil
    ) {
        // The ranges are only good for those bytes; a mistake of the caller must not read beyond others.
        precondition(head.count == self.headLength && !head.isEmpty, "not the head that was parsed")
        out.append("HTTP/1.1 ")
        out.append(decimal: UInt64(self.status))
        out.append(byte: ASCII.space)
        out.append(head.slice(self.reasonStart, max(self.reasonStart, self.headersStart - 2)))
        out.append("\r\n")
        self.writeEndToEnd(head, to: out)
        if self.status == 101 { out.append(WebSocketOffer.lines) }
        if let added { out.append(added) }
        switch framing {
        case .none:
            // The length of the body that a HEAD or a 304 stands for; in 1xx and 204 there is none
            // (RFC 9110 8.6).
            if self.status >= 200, self.status != 204, let contentLength {
                self.writeLength(contentLength, to: out)
            }
        case .length(let bytes): self.writeLength(bytes, to: out)
        case .chunked: out.append("Transfer-Encoding: chunked\r\n")
        case .untilClose: break
        }
        if self.status >= 200 {
            if closes || framing == .untilClose {
                out.append("Connection: close\r\n")
            } else if clientMinorVersion == 0 {
                out.append("Connection: keep-alive\r\n")
            }
        }
        out.append("\r\n")
    }

    /// The value of a header, by its name in lower case; the first of several.
    ///
    /// `head` is the bytes that ``parse(_:isResponseToHead:)`` called complete.
    public func value(of name: StaticString, in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        for index in 0..<self.headers.count where ASCII.equals(self.headers[index].name(in: head), name) {
            return self.headers[index].value(in: head)
        }
        return nil
    }

    private func writeLength(_ bytes: UInt64, to out: ByteBuffer) {
        out.append("Content-Length: ")
        out.append(decimal: bytes)
        out.append("\r\n")
    }

    /// Copies the lines that go on, neighbours in one piece.
    ///
    /// Names that are forged in a request mean nothing in a response and pass.
    private func writeEndToEnd(_ head: UnsafeRawBufferPointer, to out: ByteBuffer) {
        var runStart = self.headersStart
        for index in 0..<self.headers.count {
            let field = self.headers[index]
            switch field.kind {
            case .connection, .contentLength, .transferEncoding, .upgrade, .hopByHop, .nominated:
                out.append(head.slice(runStart, Int(field.lineStart)))
                runStart = Int(field.lineEnd)
            case .endToEnd, .host, .expect, .forwardedFor, .forwardedFact, .traceID, .forged, .suspicious:
                continue
            }
        }
        // What is left ends before the empty line.
        out.append(head.slice(runStart, head.count - 2))
    }
}
