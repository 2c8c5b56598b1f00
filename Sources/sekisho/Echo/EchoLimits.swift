/// What one peer may cost the echo target.
enum EchoLimits {
    /// Bytes of a request's head.
    ///
    /// A passthrough listener may send the 64 KiB of a client's chain in one header, percent-encoded.
    static let headBytes = 262_144

    /// Bytes of a chunk-size line with its extensions, or of one trailer line.
    static let chunkLineBytes = 4_096

    /// Trailer lines of one request.
    static let trailerLines = 64

    /// Bytes waiting to be written before a connection is no longer read.
    static let pendingBytes = 1_048_576

    /// Bytes of an event: a body at the gate's limit in base64, and the headers.
    static let eventBytes = 4_194_304

    /// Connections open at once; more wait in the kernel's queue.
    static let connections = 1_024

    /// Without a byte in either direction; longer than the gate keeps an idle connection.
    static let idleTimeout: Duration = .seconds(75)
}
