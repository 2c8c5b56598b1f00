import Model

/// The fields of one HTTP/2 request, gathered into the head of an HTTP/1.1 request.
///
/// The head then goes through ``RequestHead`` like any other: requests have one reading, whatever protocol
/// they came in. What HTTP/1.1 text cannot carry unambiguously is refused here (RFC 9113 8.2.1, 8.3, 10.3).
final class RequestFields {
    enum Problem {
        /// The request is malformed: its stream is reset with `PROTOCOL_ERROR` (RFC 9113 8.1.1).
        case malformed
        /// It is beyond ``EngineLimits/headBytes`` or ``EngineLimits/headerLineBytes``.
        case tooLarge
    }

    private(set) var problem: Problem?

    private let method = ByteBuffer(capacity: 16)
    private let path = ByteBuffer(capacity: 64)
    private let authority = ByteBuffer(capacity: 64)
    private let host = ByteBuffer(capacity: 16)
    private let cookie = ByteBuffer(capacity: 16)
    private let lines = ByteBuffer(capacity: 256)
    private var hasScheme = false
    private var hasAuthority = false
    private var hasHost = false
    private var hasContentLength = false
    private var hasRegularField = false
    /// As RFC 9113 6.5.2 counts a header list.
    private var listBytes = 0

    func begin() {
        self.problem = nil
        for buffer in [self.method, self.path, self.authority, self.host, self.cookie, self.lines] {
            buffer.removeAllAndShrink(to: 1_024)
        }
        self.hasScheme = false
        self.hasAuthority = false
        self.hasHost = false
        self.hasContentLength = false
        self.hasRegularField = false
        self.listBytes = 0
    }

    /// Takes one field; after a problem the rest is ignored.
    func take(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        guard self.problem == nil else { return }
        self.listBytes += name.count + value.count + 32
        guard self.listBytes <= EngineLimits.headBytes,
            name.count + value.count + 4 <= EngineLimits.headerLineBytes
        else {
            self.problem = .tooLarge
            return
        }
        let isTaken = name.first == ASCII.colon ? self.takePseudo(name, value) : self.takeField(name, value)
        if !isTaken { self.problem = .malformed }
    }

    private func takePseudo(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard !self.hasRegularField, !value.isEmpty else { return false }
        // Nothing that a request line ends or separates its parts with.
        guard value.allSatisfy({ (0x21...0x7E).contains($0) }) else { return false }
        if ASCII.isExactly(name, ":method") { return self.set(self.method, value) }
        if ASCII.isExactly(name, ":path") { return self.set(self.path, value) }
        if ASCII.isExactly(name, ":authority") {
            self.hasAuthority = true
            return self.set(self.authority, value)
        }
        guard ASCII.isExactly(name, ":scheme"), !self.hasScheme else { return false }
        self.hasScheme = true
        return ASCII.isExactly(value, "https") || ASCII.isExactly(value, "http")
    }

    private func set(_ buffer: ByteBuffer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard buffer.isEmpty else { return false }
        buffer.append(value)
        return true
    }

    private func takeField(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        self.hasRegularField = true
        guard ASCII.isToken(name), !ASCII.hasUppercase(name),
            !ASCII.hasForbiddenControl(value)
        else { return false }
        if let first = value.first, let last = value.last, ASCII.isBlank(first) || ASCII.isBlank(last) {
            return false
        }
        switch HeaderKind(name: name) {
        case .connection, .transferEncoding, .upgrade: return false
        case .hopByHop:
            // Of the headers of one connection, HTTP/2 knows but this one (RFC 9113 8.2.2). `trailer` is
            // dropped with the trailers it announces.
            if ASCII.isExactly(name, "te") { return ASCII.equals(value, "trailers") }
            return ASCII.isExactly(name, "trailer")
        case .expect:
            // Not supported and not forwarded, as with ALB (`elbv2-api` 5.3).
            return true
        case .host:
            guard !self.hasHost, !value.isEmpty else { return false }
            self.hasHost = true
            self.host.append(value)
            return true
        case .contentLength:
            guard !self.hasContentLength else { return false }
            self.hasContentLength = true
        case .endToEnd, .forwardedFor, .forwardedFact, .traceID, .forged, .suspicious, .nominated: break
        }
        if ASCII.isExactly(name, "cookie") {
            // Crumbs are one header in HTTP/1.1 (RFC 9113 8.2.3).
            if !self.cookie.isEmpty { self.cookie.append("; ") }
            self.cookie.append(value)
            return true
        }
        self.append(name, value)
        return true
    }

    private func append(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        self.lines.append(name)
        self.lines.append(": ")
        self.lines.append(value)
        self.lines.append("\r\n")
    }

    var isHead: Bool { ASCII.isExactly(self.method.bytes, "HEAD") }

    /// Writes the HTTP/1.1 head behind what `out` holds; false if the fields do not make a request.
    func writeHead(hasBody: Bool, to out: ByteBuffer) -> Bool {
        guard self.problem == nil, self.hasScheme, !self.method.isEmpty, self.isPathGood else { return false }
        // A request that names two authorities would be routed by one and answered by the other.
        if self.hasAuthority, self.hasHost, !ASCII.equals(self.authority.bytes, self.host.bytes) {
            return false
        }
        guard self.hasAuthority || self.hasHost else { return false }
        out.append(self.method.bytes)
        out.append(byte: ASCII.space)
        out.append(self.path.bytes)
        out.append(" HTTP/1.1\r\nhost: ")
        out.append(self.hasAuthority ? self.authority.bytes : self.host.bytes)
        out.append("\r\n")
        out.append(self.lines.bytes)
        if !self.cookie.isEmpty {
            out.append("cookie: ")
            out.append(self.cookie.bytes)
            out.append("\r\n")
        }
        // Without a length, chunks tell the target where the body ends.
        if hasBody, !self.hasContentLength { out.append("transfer-encoding: chunked\r\n") }
        out.append("\r\n")
        return true
    }

    /// Absolute, or the `*` of OPTIONS; never the absolute form with an authority of its own.
    private var isPathGood: Bool {
        let path = self.path.bytes
        if path.first == ASCII.slash { return true }
        return ASCII.isExactly(path, "*") && ASCII.isExactly(self.method.bytes, "OPTIONS")
    }
}
