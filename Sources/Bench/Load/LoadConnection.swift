import TLS

/// One connection of the load generator.
final class LoadConnection {
    enum Phase {
        case connecting
        case handshaking
        case open
        /// Holds the answer to its only request.
        case held
    }

    let socket: LoadSocket
    let tls: ClientConnection?
    var phase = Phase.connecting
    var reader: ResponseReader
    var http2: HTTP2Requests?
    /// When the operation in hand was begun, in nanoseconds.
    var begun: UInt64
    /// It has answered before: should it end between two answers, the server had its reasons.
    var hasAnswered = false

    init(socket: LoadSocket, tls: ClientConnection?, reader: ResponseReader, begun: UInt64) {
        self.socket = socket
        self.tls = tls
        self.reader = reader
        self.begun = begun
    }
}
