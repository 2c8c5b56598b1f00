/// The fields behind the body of an HTTP/2 message, gathered as header lines of HTTP/1.1.
///
/// Only what means nothing to a gateway goes on: a receiver that merges trailers into the header must not
/// find an identity, a host or a length in them (RFC 9110 6.5.1).
enum TrailerFields {
    /// Appends one field; false if it may not stand there, or if they become too many.
    static func take(
        _ name: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        to lines: ByteBuffer,
        limit: Int,
        scrubbing scrubbed: ScrubbedNames = .none
    ) -> Bool {
        guard ASCII.isToken(name), !ASCII.hasUppercase(name), !ASCII.hasForbiddenControl(value),
            lines.count + name.count + value.count + 4 <= limit
        else { return false }
        guard case .endToEnd = HeaderKind(name: name), !scrubbed.contains(name) else { return true }
        lines.append(name)
        lines.append(": ")
        lines.append(value)
        lines.append("\r\n")
        return true
    }
}
