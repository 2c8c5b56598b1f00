public import Model
public import TLS

/// A blocking TLS client for tests.
public final class SecureClient {
    private let socket: RawSocket
    private let window = CipherWindow()
    public let connection: ClientConnection
    private var received: [UInt8] = []
    /// What the window borrows.
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)

    /// Why the handshake did not complete.
    public struct Refused: Error, Hashable {
        /// The alert's number (RFC 8446 section 6); nil when the server only closed.
        public let alert: UInt8?

        public init(alert: UInt8?) {
            self.alert = alert
        }
    }

    /// Connects and completes the handshake as far as the client can tell, after a preface if there is one.
    ///
    /// In TLS 1.3 a server that refuses the client's certificate says so after that: with the first read.
    public init(
        to endpoint: Endpoint,
        context: ClientContext,
        serverName: String? = "localhost",
        resuming session: ClientSession? = nil,
        preface: [UInt8] = [],
        from localAddress: IPAddress? = nil
    ) throws {
        self.socket = try RawSocket(to: endpoint, from: localAddress)
        try self.socket.send(preface)
        self.connection = try ClientConnection(
            context: context,
            window: self.window,
            serverName: serverName,
            resuming: session
        )
        while true {
            let step = self.connection.handshake()
            try self.flush()
            switch step {
            case .complete: return
            case .failed: throw Refused(alert: self.connection.receivedAlert)
            case .needsInput: break
            }
            let bytes = try self.socket.receive()
            guard !bytes.isEmpty else { throw Refused(alert: nil) }
            self.feed(bytes)
        }
    }

    deinit {
        self.input.deallocate()
    }

    public func send(_ text: String) throws {
        _ = Array(text.utf8).withUnsafeBytes { self.connection.write($0) }
        try self.flush()
    }

    /// Sends the bytes, if any, and whatever TLS has to say of its own.
    public func send(_ bytes: [UInt8]) throws {
        _ = bytes.withUnsafeBytes { self.connection.write($0) }
        try self.flush()
    }

    /// The next plaintext; empty when the server has said goodbye or closed.
    public func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            switch buffer.withUnsafeMutableBytes({ self.connection.read(into: $0) }) {
            case .bytes(let count): return Array(buffer[..<count])
            case .closed: return []
            case .failed: throw Refused(alert: self.connection.receivedAlert)
            case .needsInput: break
            }
            let bytes = (try? self.socket.receive()) ?? []
            if bytes.isEmpty { return [] }
            self.feed(bytes)
        }
    }

    /// Everything until the server says goodbye or closes.
    public func receiveToEnd() -> String {
        var all: [UInt8] = []
        while let bytes = try? self.receive(), !bytes.isEmpty { all += bytes }
        return String(decoding: all, as: UTF8.self)
    }

    /// Reads one response with a Content-Length; nil when the connection ends before it begins.
    public func response() throws -> (head: String, body: String)? {
        while true {
            let text = String(decoding: self.received, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = String(text[..<end.upperBound])
                let length = Self.contentLength(head)
                let total = head.utf8.count + length
                if self.received.count >= total {
                    let body = String(decoding: self.received[head.utf8.count..<total], as: UTF8.self)
                    self.received.removeFirst(total)
                    return (head, body)
                }
            }
            let bytes = try self.receive()
            guard !bytes.isEmpty else {
                guard self.received.isEmpty else { throw Truncated(bytes: self.received.count) }
                return nil
            }
            self.received += bytes
        }
    }

    /// A response that ended before it was whole.
    public struct Truncated: Error {
        public let bytes: Int
    }

    /// Sends a GET and reads the answer.
    public func get(_ path: String = "/", headers: String = "") throws -> (head: String, body: String)? {
        try self.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
        return try self.response()
    }

    public func close() {
        self.connection.sendCloseNotify()
        try? self.flush()
        self.socket.finishSending()
    }

    private func feed(_ bytes: [UInt8]) {
        self.input.copyBytes(from: bytes)
        self.window.setInput(UnsafeRawBufferPointer(rebasing: self.input[..<bytes.count]))
    }

    private func flush() throws {
        let output = Array(self.window.output)
        self.window.clearOutput()
        if !output.isEmpty { try self.socket.send(output) }
    }

    private static func contentLength(_ head: String) -> Int {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            return Int(line.dropFirst(15).filter { $0 != " " }) ?? 0
        }
        return 0
    }
}
