public import Model

/// One parsed request head, used again for every request of a worker.
///
/// It holds ranges into the bytes that were parsed and none of the bytes: ``writeForwarded(_:to:facts:)`` is
/// given the same bytes again. What it says is meaningful from a ``HeadResult/complete`` until the next
/// ``parse(_:)``.
///
/// Parsing is strict, because a gateway that repairs a head decides for its target what was meant: what two
/// readers could read in two ways is refused (RFC 9112 11.2), or, where the standard says which reading
/// holds, written anew in that one and noted in ``classification``.
public final class RequestHead {
    public private(set) var framing = BodyFraming.none
    /// Whether the client wants the connection kept.
    public private(set) var isPersistent = false
    /// Whether the client waits for `100 Continue` before it sends its body.
    ///
    /// The caller answers it: `Expect` is not forwarded. False where no body follows and for HTTP/1.0, whose
    /// expectations are to be ignored (RFC 9110 10.1.1).
    public private(set) var expectsContinue = false
    /// Whether the method is `HEAD`, whose response has no body whatever it says.
    public private(set) var isHead = false
    /// Whether a request may be sent a second time when a kept connection turns out to be dead
    /// (RFC 9110 9.2.2, 9112 9.3.1).
    public private(set) var isIdempotent = false
    /// 0 or 1.
    public private(set) var minorVersion: UInt8 = 1
    /// The same, known as soon as the request line could be read; nil where it could not.
    public private(set) var lineVersion: UInt8?
    /// Why the request is not compliant, by the worst of its defects; also of one that was refused.
    public private(set) var classification: ClassificationReason?
    /// Whether an `Upgrade` header came; unless ``ForwardingFacts/isUpgrade`` says so it is not forwarded,
    /// which declines it.
    public private(set) var hasUpgrade = false
    /// Whether the request asks for WebSocket and for nothing else (RFC 6455 4.1), without a body.
    public private(set) var asksForWebSocket = false

    /// Whether header lines with invalid names are left out for the target, as the attributes want it.
    public private(set) var dropsHeaders = false

    private(set) var line = RequestLine()
    private(set) var headers = HeaderTable()
    private var headLength = 0
    /// From the absolute form, else from the `Host` header; nil only for HTTP/1.0 with neither.
    private(set) var host: HostName?
    private var hasHostHeader = false
    /// Index of the only trace header; nil where none or several came.
    private var traceIndex: Int?
    private var forwardedAddresses = 0
    private var attributes = LoadBalancerAttributes.standard

    /// Names, beside those that ``HeaderKind`` knows, that clients may not use.
    public var scrubbed = ScrubbedNames.none

    /// Addresses in `X-Forwarded-For` beyond which a request is taken for one that runs in circles
    /// (`elbv2-api` 5.4, status 463).
    static let maximumForwardedAddresses = 30

    public init() {}

    /// Reads a head: exactly the bytes up to and with the empty line.
    ///
    /// A defect that leaves one reading is noted in ``classification`` and judged by the attributes'
    /// `DesyncMitigationMode`; any other is refused in every mode.
    public func parse(
        _ head: UnsafeRawBufferPointer,
        attributes: LoadBalancerAttributes = .standard
    ) -> HeadResult {
        self.attributes = attributes
        self.classification = nil
        self.framing = .none
        self.isPersistent = false
        self.expectsContinue = false
        self.isHead = false
        self.isIdempotent = false
        self.hasUpgrade = false
        self.lineVersion = nil
        self.dropsHeaders = false
        self.asksForWebSocket = false
        self.headers.removeAll()
        self.headLength = 0
        self.host = nil
        self.hasHostHeader = false
        self.traceIndex = nil
        self.forwardedAddresses = 0
        guard head.count <= EngineLimits.headBytes else { return .refused(.headTooLarge) }
        let lineReason = self.line.parse(head)
        if lineReason == nil { self.lineVersion = self.line.minorVersion }
        if let reason = lineReason ?? self.headers.parse(head, from: self.line.end) ?? self.judge(head) {
            if let defect = reason.classification { self.note(defect) }
            return .refused(HTTPRefusal(reason))
        }
        if let classification, attributes.desyncMitigationMode.blocks(classification.requestClass) {
            return .refused(HTTPRefusal(.notCompliant))
        }
        self.headLength = head.count
        return .complete
    }

    /// What the header lines mean together.
    private func judge(_ head: UnsafeRawBufferPointer) -> HTTPRefusal.Reason? {
        self.minorVersion = self.line.minorVersion
        var options = ConnectionOptions()
        var length = MessageLength(ofRequest: true)
        var suspicious = LookalikeHeaders()
        var webSocket = WebSocketOffer()
        var hosts = 0
        var traces = 0
        var expects = false
        for index in 0..<self.headers.count {
            let field = self.headers[index]
            var reason: HTTPRefusal.Reason?
            switch field.kind {
            case .hopByHop, .forwardedFact, .forged, .nominated: continue
            case .endToEnd:
                if !self.scrubbed.isEmpty, self.scrubbed.contains(field.name(in: head)) {
                    self.headers.drop(index)
                }
                if self.attributes.dropsInvalidHeaderFields, !ASCII.isPlainName(field.name(in: head)) {
                    self.headers.drop(index)
                    self.dropsHeaders = true
                }
            case .suspicious: suspicious.read(field.name(in: head))
            case .host:
                hosts += 1
                self.host = HostName(head, Int(field.valueStart), Int(field.valueEnd))
                reason = self.host == nil ? .badHost : nil
            case .connection:
                reason = options.read(field.value(in: head), of: head, marking: &self.headers)
            case .contentLength: reason = length.readContentLength(field.value(in: head))
            case .transferEncoding: reason = length.readTransferEncoding(field.value(in: head))
            case .expect:
                expects = true
                reason = ASCII.equals(field.value(in: head), "100-continue") ? nil : .unknownExpectation
            case .upgrade:
                self.hasUpgrade = true
                webSocket.read(field.value(in: head))
            case .forwardedFor:
                reason = self.countAddresses(field.value(in: head))
                if self.attributes.forwardedFor == .remove { self.headers.drop(index) }
            case .traceID:
                traces += 1
                self.traceIndex = traces == 1 ? index : nil
            }
            if let reason { return reason }
        }
        // RFC 9112 3.2: the one header that decides where a request goes, so neither none nor two.
        if hosts > 1 { return .severalHosts }
        if hosts == 0, self.minorVersion >= 1 { return .missingHost }
        self.hasHostHeader = hosts == 1
        if let authority = self.line.authority { self.host = authority }
        if let reason = length.judge(minorVersion: self.minorVersion) { return reason }

        if length.isChunked {
            self.framing = .chunked
        } else if let bytes = length.contentLength {
            self.framing = .length(bytes)
        }
        let hasBody = self.framing != .none && self.framing != .length(0)
        self.expectsContinue = expects && hasBody && self.minorVersion >= 1
        self.isPersistent = options.isPersistent(minorVersion: self.minorVersion)
        let method = self.line.method(in: head)
        self.isHead = ASCII.isExactly(method, "HEAD")
        let isGet = ASCII.isExactly(method, "GET")
        self.isIdempotent =
            self.isHead || isGet || ASCII.isExactly(method, "PUT")
            || ASCII.isExactly(method, "DELETE") || ASCII.isExactly(method, "OPTIONS")
        self.asksForWebSocket =
            isGet && self.framing == .none && self.minorVersion >= 1 && options.upgrade && !options.close
            && webSocket.isOnlyOne
        self.classify(length, suspicious, isGetOrHead: isGet || self.isHead)
        return nil
    }

    /// Notes what of a head that can be read others may read otherwise.
    private func classify(_ length: MessageLength, _ suspicious: LookalikeHeaders, isGetOrHead: Bool) {
        if self.headers.hasForeignBytes { self.note(.nonCompliantHeader) }
        if suspicious.hasAny {
            let isBeside =
                suspicious.hasCoding && (suspicious.hasLength || length.contentLength != nil)
                || suspicious.hasLength && length.isChunked
            self.note(isBeside ? .suspiciousTeClPresent : .suspiciousHeader)
        }
        if length.repeatsLength { self.note(.duplicateContentLength) }
        if length.repeatsChunked { self.note(.multipleTransferEncodingChunked) }
        if length.isChunked, length.contentLength != nil { self.note(.bothTeClPresent) }
        guard isGetOrHead else { return }
        switch self.framing {
        case .chunked: self.note(.undefinedTransferEncodingSemantics)
        case .length(0): self.note(.getHeadZeroContentLength)
        case .length: self.note(.undefinedContentLengthSemantics)
        case .none, .untilClose: break
        }
    }

    /// Keeps the first of the worst defects.
    private func note(_ defect: ClassificationReason) {
        guard let known = self.classification, known.requestClass >= defect.requestClass else {
            self.classification = defect
            return
        }
    }

    private func countAddresses(_ value: UnsafeRawBufferPointer) -> HTTPRefusal.Reason? {
        var position = 0
        while let address = ASCII.nextElement(of: value, separator: ASCII.comma, from: &position) {
            if !address.isEmpty { self.forwardedAddresses += 1 }
        }
        return self.forwardedAddresses > Self.maximumForwardedAddresses ? .tooManyForwardedAddresses : nil
    }
}

extension RequestHead {
    /// Writes the head for the target.
    ///
    /// The request line in origin-form, then the end-to-end headers as they came and in their order (`Host`
    /// and `Content-Length` in our own spelling of their values), then `X-Forwarded-*`, `X-Amzn-Trace-Id`
    /// and the identity headers. No `Via`: like ALB, and unlike RFC 9110 7.6.3, this gateway stays unseen.
    ///
    /// `head` is the bytes that ``parse(_:)`` called complete, with the same length.
    public func writeForwarded(_ head: UnsafeRawBufferPointer, to out: ByteBuffer, facts: ForwardingFacts) {
        // The ranges are only good for those bytes; a mistake of the caller must not read beyond others.
        precondition(head.count == self.headLength && !head.isEmpty, "not the head that was parsed")
        self.line.writeForwarded(head, to: out, target: facts.target)
        self.writeEndToEnd(head, to: out, facts: facts)
        if !self.hasHostHeader { self.writeHost(head, to: out, facts: facts) }
        if self.framing == .chunked { out.append("Transfer-Encoding: chunked\r\n") }
        if facts.isUpgrade, self.asksForWebSocket { out.append(WebSocketOffer.lines) }
        self.writeForwardedFor(head, to: out, client: facts.clientAddress)
        out.append(facts.tlsHeaders)
        out.append(facts.isTLS ? "X-Forwarded-Proto: https\r\n" : "X-Forwarded-Proto: http\r\n")
        out.append("X-Forwarded-Port: ")
        out.append(decimal: UInt64(facts.listenerPort))
        out.append("\r\n")
        out.append("X-Amzn-Trace-Id: ")
        self.writeTrace(head, seed: facts.traceSeed, to: out)
        out.append("\r\n")
        out.append(facts.identityHeaders)
        out.append("\r\n")
    }

    /// Writes the value of `X-Amzn-Trace-Id` that the target gets.
    public func writeTrace(_ head: UnsafeRawBufferPointer, seed: TraceSeed, to out: ByteBuffer) {
        let trace = head.count > TraceHeader.headBytes ? nil : self.traceIndex
        TraceHeader.write(trace.map { self.headers[$0].value(in: head) }, seed: seed, to: out)
    }

    /// Copies the lines that go on, neighbours in one piece.
    private func writeEndToEnd(_ head: UnsafeRawBufferPointer, to out: ByteBuffer, facts: ForwardingFacts) {
        var runStart = self.line.end
        var hasLength = false
        for index in 0..<self.headers.count {
            let field = self.headers[index]
            if field.kind == .endToEnd { continue }
            out.append(head.slice(runStart, Int(field.lineStart)))
            runStart = Int(field.lineEnd)
            if field.kind == .host {
                self.writeHost(head, to: out, facts: facts)
            } else if case .length(let bytes) = self.framing, field.kind == .contentLength, !hasLength {
                hasLength = true
                out.append("Content-Length: ")
                out.append(decimal: bytes)
                out.append("\r\n")
            }
        }
        // What is left ends before the empty line.
        out.append(head.slice(runStart, head.count - 2))
    }

    private func writeHost(_ head: UnsafeRawBufferPointer, to out: ByteBuffer, facts: ForwardingFacts) {
        out.append("Host: ")
        if let host, facts.host == nil, self.attributes.preservesHostHeader {
            out.append(head.slice(host.start, host.end))
        } else if let host {
            host.write(from: head, listenerPort: facts.listenerPort, name: facts.host, to: out)
        } else {
            out.append(facts.host ?? facts.defaultHost)
        }
        out.append("\r\n")
    }

    /// Joins what came in `X-Forwarded-For` headers and adds the peer's address, as the attributes say.
    private func writeForwardedFor(
        _ head: UnsafeRawBufferPointer,
        to out: ByteBuffer,
        client: UnsafeRawBufferPointer
    ) {
        let appends = self.attributes.forwardedFor == .append
        guard appends || self.attributes.forwardedFor == .preserve && self.forwardedAddresses > 0 else {
            return
        }
        out.append("X-Forwarded-For: ")
        var isFirst = true
        if self.forwardedAddresses > 0 {
            for index in 0..<self.headers.count where self.headers[index].kind == .forwardedFor {
                let value = self.headers[index].value(in: head)
                if value.isEmpty { continue }
                if !isFirst { out.append(", ") }
                isFirst = false
                out.append(value)
            }
        }
        if appends {
            if !isFirst { out.append(", ") }
            out.append(client)
        }
        out.append("\r\n")
    }
}

/// Headers whose names some readers take for those that frame a body; none of them goes on.
private struct LookalikeHeaders {
    var hasLength = false
    var hasCoding = false

    var hasAny: Bool { self.hasLength || self.hasCoding }

    mutating func read(_ name: UnsafeRawBufferPointer) {
        if name.first.map(ASCII.lowercase) == 0x74 { self.hasCoding = true } else { self.hasLength = true }
    }
}
