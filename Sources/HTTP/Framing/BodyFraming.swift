/// How the end of a message body is recognised (RFC 9112 section 6.3).
public enum BodyFraming: Equatable, Sendable {
    /// No body follows the head.
    case none
    /// So many bytes follow; at most `Int64.max`.
    case length(UInt64)
    case chunked
    /// The body ends with the connection; responses only.
    case untilClose
}
