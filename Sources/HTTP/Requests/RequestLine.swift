import Model

/// The parts of a request line (RFC 9112 section 3), as ranges into the head.
struct RequestLine {
    /// The longest method a rule can name (`elbv2-api` 5.1).
    static let methodBytes = 40

    private(set) var methodStart = 0
    private(set) var methodEnd = 0
    /// Path and query as they came; empty for an absolute form without them.
    private(set) var pathStart = 0
    private(set) var pathEnd = 0
    /// Whether the target is in absolute-form, whose host outranks the `Host` header (RFC 9112 3.2.2).
    private(set) var isAbsolute = false
    private(set) var authority: HostName?
    private(set) var minorVersion: UInt8 = 1
    /// Where the header lines begin.
    private(set) var end = 0

    func method(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        head.slice(self.methodStart, self.methodEnd)
    }

    /// Reads the line.
    ///
    /// - Returns: nil, or what is wrong with it.
    mutating func parse(_ head: UnsafeRawBufferPointer) -> HTTPRefusal.Reason? {
        self = RequestLine()
        // One empty line before a request is forgiven, as clients send one after a body (RFC 9112 2.2).
        var start = 0
        if head.count >= 2, head[0] == ASCII.carriageReturn, head[1] == ASCII.lineFeed { start = 2 }
        guard let lineFeed = ASCII.firstIndex(of: ASCII.lineFeed, in: head, from: start),
            lineFeed > start, head[lineFeed - 1] == ASCII.carriageReturn
        else { return .badLineEnd }
        let lineEnd = lineFeed - 1
        guard lineFeed + 1 - start <= EngineLimits.headerLineBytes else { return .requestLineTooLong }
        self.end = lineFeed + 1

        self.methodStart = start
        self.methodEnd = start
        while self.methodEnd < lineEnd, ASCII.isToken(head[self.methodEnd]) { self.methodEnd += 1 }
        guard self.methodEnd > start, self.methodEnd - start <= Self.methodBytes,
            self.methodEnd < lineEnd, head[self.methodEnd] == ASCII.space
        else { return .badMethod }

        // Single spaces only, so the second one ends the target and the version is what is left.
        let targetStart = self.methodEnd + 1
        guard let targetEnd = ASCII.firstIndex(of: ASCII.space, in: head, from: targetStart),
            targetEnd < lineEnd
        else { return .badRequestLine }
        for byte in head.slice(targetStart, targetEnd) where byte <= 0x20 || byte >= 0x7F || byte == 0x23 {
            return byte == 0 || byte == ASCII.carriageReturn || !ASCII.isForbiddenControl(byte)
                ? .badTarget : .controlInTarget
        }
        let version = head.slice(targetEnd + 1, lineEnd)
        if let reason = self.parseVersion(version) {
            let hasSpace = ASCII.firstIndex(of: ASCII.space, in: version, from: 0) != nil
            return hasSpace && reason == .badVersion ? .spaceInTarget : reason
        }
        return self.parseTarget(head, targetStart, targetEnd)
    }

    private mutating func parseVersion(_ version: UnsafeRawBufferPointer) -> HTTPRefusal.Reason? {
        guard version.count == 8, ASCII.isExactly(version.slice(0, 5), "HTTP/"), ASCII.isDigit(version[5]),
            version[6] == 0x2E, ASCII.isDigit(version[7])
        else { return .badVersion }
        guard version[5] == 0x31, version[7] <= 0x31 else { return .unsupportedVersion }
        self.minorVersion = version[7] - ASCII.zero
        return nil
    }

    /// Tells the four forms of a target apart (RFC 9112 3.2).
    private mutating func parseTarget(
        _ head: UnsafeRawBufferPointer,
        _ start: Int,
        _ end: Int
    ) -> HTTPRefusal.Reason? {
        let method = self.method(in: head)
        if ASCII.isExactly(method, "CONNECT") { return .connectNotSupported }
        // A trace would show a client the headers that are between us and the target.
        if ASCII.isExactly(method, "TRACE") { return .traceNotAllowed }
        guard end > start else { return .badTarget }
        self.pathStart = start
        self.pathEnd = end
        if head[start] == ASCII.slash { return nil }
        if end - start == 1, head[start] == 0x2A {
            return ASCII.isExactly(method, "OPTIONS") ? nil : .badTarget
        }
        return self.parseAbsoluteForm(head, start, end)
    }

    private mutating func parseAbsoluteForm(
        _ head: UnsafeRawBufferPointer,
        _ start: Int,
        _ end: Int
    ) -> HTTPRefusal.Reason? {
        let target = head.slice(start, end)
        let schemeLength: Int
        if target.count > 7, ASCII.equals(target.slice(0, 7), "http://") {
            schemeLength = 7
        } else if target.count > 8, ASCII.equals(target.slice(0, 8), "https://") {
            schemeLength = 8
        } else {
            return .badTarget
        }
        var authorityEnd = start + schemeLength
        while authorityEnd < end, head[authorityEnd] != ASCII.slash, head[authorityEnd] != 0x3F {
            authorityEnd += 1
        }
        guard let host = HostName(head, start + schemeLength, authorityEnd) else { return .badTarget }
        self.authority = host
        self.isAbsolute = true
        self.pathStart = authorityEnd
        return nil
    }

    /// Writes the line for a target: origin-form or `*`, HTTP/1.1.
    ///
    /// `target` is path and query in place of those that came.
    func writeForwarded(
        _ head: UnsafeRawBufferPointer,
        to out: ByteBuffer,
        target: UnsafeRawBufferPointer? = nil
    ) {
        let method = self.method(in: head)
        out.append(method)
        out.append(byte: ASCII.space)
        if let target {
            out.append(target)
            out.append(" HTTP/1.1\r\n")
            return
        }
        let path = head.slice(self.pathStart, self.pathEnd)
        if path.isEmpty {
            // RFC 9112 3.2.4: an absolute form without path and query asks OPTIONS about the whole server.
            out.append(ASCII.isExactly(method, "OPTIONS") ? "*" : "/")
        } else if self.isAbsolute, path[0] != ASCII.slash {
            out.append(byte: ASCII.slash)
        }
        out.append(path)
        out.append(" HTTP/1.1\r\n")
    }
}
