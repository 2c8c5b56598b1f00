/// Frames a body in chunks (RFC 9112 7.1): `begin`, the payload, `end`, as often as needed, then `last`.
public enum ChunkedWriter {
    /// Announces `size` bytes of payload; a size of 0 would end the body and is written by ``last(to:)``.
    public static func begin(_ size: Int, to out: ByteBuffer) {
        precondition(size > 0, "an empty chunk ends the body")
        out.append(hex: UInt64(size))
        out.append("\r\n")
    }

    /// Ends a chunk, after its payload.
    public static func end(to out: ByteBuffer) {
        out.append("\r\n")
    }

    /// Ends the body, without trailers.
    public static func last(to out: ByteBuffer) {
        out.append("0\r\n\r\n")
    }
}
