import HTTP

/// What a client's connection has in addition when it speaks HTTP/2: the session and its streams.
///
/// Each stream's request is carried by a ``ClientConnection`` of its own, without a socket: it is parsed,
/// routed, bounded and answered like a request of HTTP/1.1, and knows nothing of the others.
final class ClientSession {
    let http: ServerSession
    /// By stream identifier.
    var streams: [Int32: ClientConnection] = [:]
    /// It is among the connections that have something to send.
    var isTalkative = false

    init(_ http: ServerSession) {
        self.http = http
    }
}

/// Where a stream's connection meets the session.
final class StreamEnd {
    let outbound: ServerStream
    /// The connection that the stream is on; strong, because the session lets go of its streams when it ends.
    let carrier: ClientConnection

    /// Header lines behind the body of the response; none where nil.
    var trailers: ByteBuffer?
    /// Of `outbound.takenCount`, when it was last asked.
    private var knownCount: UInt64 = 0

    init(_ outbound: ServerStream, carrier: ClientConnection) {
        self.outbound = outbound
        self.carrier = carrier
    }

    /// Keeps header lines for behind the body.
    func take(_ lines: UnsafeRawBufferPointer) {
        let trailers = ByteBuffer(capacity: lines.count)
        trailers.append(lines)
        self.trailers = trailers
    }

    /// Whether the client has taken some of the answer since this was asked last.
    var hasProgressed: Bool {
        defer { self.knownCount = self.outbound.takenCount }
        return self.knownCount != self.outbound.takenCount
    }
}
