/// What a log tells of a request, as the client wrote it; also of one that was refused, as far as it was
/// read.
///
/// All of it takes the bytes that ``RequestHead/parse(_:)`` was given last.
extension RequestHead {
    /// Path and query as they came; empty for an absolute form without them.
    public func target(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        head.slice(self.line.pathStart, self.line.pathEnd)
    }

    /// The first `User-Agent`; nil where none came.
    public func userAgent(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        for index in 0..<self.headers.count {
            let field = self.headers[index]
            if ASCII.equals(field.name(in: head), "user-agent") { return field.value(in: head) }
        }
        return nil
    }
}
