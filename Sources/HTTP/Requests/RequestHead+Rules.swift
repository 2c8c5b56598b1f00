/// What rules may ask of a request: each part in the one reading that the target gets too.
///
/// All of it takes the bytes that ``RequestHead/parse(_:)`` called complete.
extension RequestHead {
    public func method(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        self.line.method(in: head)
    }

    /// Whether it is a call of gRPC, told by its content type (gRPC over HTTP/2, "Requests").
    public func isGRPC(in head: UnsafeRawBufferPointer) -> Bool {
        let name: StaticString = "content-type"
        let bytes = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return self.hasHeader(bytes, in: head) { value in
            guard value.count >= 16, ASCII.equals(value.slice(0, 16), "application/grpc") else {
                return false
            }
            // `application/grpc-web` is another protocol, made for HTTP/1.1.
            return value.count == 16 || value[16] == 0x2B || value[16] == ASCII.semicolon
        }
    }

    public func isPost(in head: UnsafeRawBufferPointer) -> Bool {
        ASCII.isExactly(self.method(in: head), "POST")
    }

    /// The name of the host, without port and trailing dot, in the letters it came in.
    ///
    /// From the absolute form where there is one (RFC 9112 3.2.2); empty where HTTP/1.0 names none.
    public func hostName(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let host else { return UnsafeRawBufferPointer(rebasing: head[..<0]) }
        return head.slice(host.start, host.canonicalNameEnd(in: head))
    }

    /// The path as it came, and `*` for the whole server.
    ///
    /// An absolute form may have none, which is written `/`.
    public func path(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let target = head.slice(self.line.pathStart, self.line.pathEnd)
        let path = target.slice(0, ASCII.firstIndex(of: 0x3F, in: target, from: 0) ?? target.count)
        return path.isEmpty ? UnsafeRawBufferPointer(start: Self.root.utf8Start, count: 1) : path
    }

    /// What stands behind the first `?`; nil where there is none.
    public func query(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let target = head.slice(self.line.pathStart, self.line.pathEnd)
        guard let mark = ASCII.firstIndex(of: 0x3F, in: target, from: 0) else { return nil }
        return target.slice(mark + 1, target.count)
    }

    /// Whether any header of this name, in any letter case, has a value that satisfies the predicate.
    ///
    /// Headers that the target will not see have no say: those of one hop only, and those that only the
    /// gate sets.
    public func hasHeader(
        _ name: UnsafeRawBufferPointer,
        in head: UnsafeRawBufferPointer,
        where matches: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        for index in 0..<self.headers.count {
            let field = self.headers[index]
            switch field.kind {
            case .forged, .suspicious, .nominated, .hopByHop, .forwardedFact: continue
            default: break
            }
            if ASCII.equals(field.name(in: head), name), matches(field.value(in: head)) { return true }
        }
        return false
    }

    /// Whether a text can stand in `Host` as a name without a port.
    public static func isHostName(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let host = HostName(text, 0, text.count) else { return false }
        return host.end == text.count && host.nameEnd == text.count
    }

    /// Whether a text holds only what a request line can.
    public static func isTarget(_ text: UnsafeRawBufferPointer) -> Bool {
        for byte in text where byte <= 0x20 || byte >= 0x7F || byte == 0x23 { return false }
        return true
    }

    private static var root: StaticString { "/" }
}
