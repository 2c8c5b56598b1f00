import HTTP
import Model
import Synchronization
import TestSupport

/// A target that speaks HTTP/2, in clear text or over TLS, with the frames of a real library.
final class HTTP2Target: Sendable {
    struct Request: Sendable {
        /// As HTTP/1.1 would have it.
        var head = ""
        var body: [UInt8] = []
        /// Header lines.
        var trailers = ""
    }

    struct Reply: Sendable {
        var head = "HTTP/1.1 200 OK\r\n\r\n"
        var body: [UInt8] = []
        /// Complete header lines.
        var trailers = ""
    }

    private final class Log: Sendable {
        let requests = Mutex<[Request]>([])
    }

    private let target: ScriptedTarget
    private let log = Log()

    init(tls: ServedTLS? = nil, _ answer: @escaping @Sendable (Request) -> Reply) throws {
        let log = self.log
        self.target =
            if let tls {
                try SecureTarget.listen(tls) { socket in
                    guard socket.speaksHTTP2 else { return }
                    try Self.serve(answer, log, receive: { try socket.receive() }, send: socket.send)
                }
            } else {
                try ScriptedTarget { socket in
                    try Self.serve(
                        answer,
                        log,
                        receive: { try socket.receive() },
                        send: { try socket.send($0) }
                    )
                }
            }
    }

    private static func serve(
        _ answer: (Request) -> Reply,
        _ log: Log,
        receive: () throws -> [UInt8],
        send: ([UInt8]) throws -> Void
    ) throws {
        guard let session = ServerSession() else { return }
        let out = ByteBuffer(capacity: 1_024)
        var open: [Int32: (stream: ServerStream, request: Request)] = [:]
        while !session.isOver {
            session.send(to: out, limit: 1_000_000)
            // What the windows let out of a large answer has been asked for by then.
            _ = session.takeEvents()
            if !out.isEmpty { try send(Array(out.bytes)) }
            out.removeAll()
            let bytes = try receive()
            guard !bytes.isEmpty else { return }
            bytes.withUnsafeBytes { bytes in
                // Requests of tests are too small for the session to stop in the middle.
                _ = session.receive(bytes, now: 0)
                for event in session.takeEvents() {
                    guard let id = Self.take(event, of: session, in: bytes, &open),
                        let (stream, request) = open.removeValue(forKey: id)
                    else { continue }
                    log.requests.withLock { $0.append(request) }
                    Self.send(answer(request), to: stream, of: session)
                }
                session.forgetHeads()
            }
        }
    }

    var endpoint: Endpoint { self.target.endpoint }
    var connectionCount: Int { self.target.connectionCount }
    var requests: [Request] { self.log.requests.withLock { $0 } }

    /// The stream whose request is complete with this event.
    private static func take(
        _ event: ServerSession.Event,
        of session: ServerSession,
        in bytes: UnsafeRawBufferPointer,
        _ open: inout [Int32: (stream: ServerStream, request: Request)]
    ) -> Int32? {
        switch event {
        case .request(let stream, let head, let isWhole):
            let text = String(decoding: session.heads.bytes[head], as: UTF8.self)
            open[stream.id] = (stream, Request(head: text))
            return isWhole ? stream.id : nil
        case .data(let id, let range):
            open[id]?.request.body += bytes[range]
            if let stream = open[id]?.stream { session.release(stream) }
        case .trailers(let id, let range):
            open[id]?.request.trailers = String(decoding: session.heads.bytes[range], as: UTF8.self)
        case .end(let id): return id
        case .oversized, .drained, .closed: break
        }
        return nil
    }

    private static func send(_ reply: Reply, to stream: ServerStream, of session: ServerSession) {
        Array(reply.head.utf8).withUnsafeBytes { session.write(stream, $0) }
        reply.body.withUnsafeBytes { session.write(stream, $0) }
        Array(reply.trailers.utf8).withUnsafeBytes { session.finish(stream, trailers: $0) }
    }
}
