public import Model
public import TLS

/// A target that speaks TLS: a ``ScriptedTarget`` whose script reads and writes plaintext.
public enum SecureTarget {
    /// Listens on a free port of 127.0.0.1; a connection whose handshake fails runs no script.
    public static func listen(
        _ tls: ServedTLS,
        _ script: @escaping @Sendable (SecureSocket) throws -> Void
    ) throws -> ScriptedTarget {
        let material = try ServerMaterial(tls, listenerID: ResourceID(bits: 7), policyGeneration: 1)
        let context = try ServerContext(material)
        return try ScriptedTarget { socket in try script(try SecureSocket(accepting: socket, context)) }
    }

    /// A target that answers each request with 200 and, as the body, the request's head as it came.
    public static func echo(_ tls: ServedTLS) throws -> ScriptedTarget {
        try self.listen(tls) { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n")
                try socket.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(head.utf8.count)\r\n\r\n"
                        + head
                )
            }
        }
    }
}

/// The server's end of one TLS connection, blocking.
public final class SecureSocket {
    private let socket: RawSocket
    private let window = CipherWindow()
    private let connection: ServerConnection
    private var received: [UInt8] = []
    /// Of the end of the handshake.
    public let facts: HandshakeFacts
    /// What the window borrows.
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)

    init(accepting socket: RawSocket, _ context: ServerContext) throws {
        self.socket = socket
        let connection = try ServerConnection(context: context, window: self.window)
        self.connection = connection
        while true {
            let bytes = try socket.receive()
            guard !bytes.isEmpty else { throw SystemCallFailure("end of stream in a handshake", 0) }
            self.input.copyBytes(from: bytes)
            self.window.setInput(UnsafeRawBufferPointer(rebasing: self.input[..<bytes.count]))
            let step = connection.handshake()
            if !self.window.output.isEmpty { try socket.send(Array(self.window.output)) }
            self.window.clearOutput()
            switch step {
            case .needsInput: continue
            case .failed: throw SystemCallFailure("handshake", 0)
            case .complete: break
            }
            break
        }
        self.facts = connection.facts()
    }

    deinit {
        self.input.deallocate()
    }

    public var speaksHTTP2: Bool { self.connection.speaksHTTP2 }

    public func send(_ text: String) throws {
        try self.send(Array(text.utf8))
    }

    public func send(_ bytes: [UInt8]) throws {
        _ = bytes.withUnsafeBytes { self.connection.write($0) }
        try self.flush()
    }

    /// The next plaintext; empty at the end of the stream.
    public func receive() throws -> [UInt8] {
        if !self.received.isEmpty {
            defer { self.received = [] }
            return self.received
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let step = buffer.withUnsafeMutableBytes { self.connection.read(into: $0) }
            try self.flush()
            switch step {
            case .bytes(let count): return Array(buffer[..<count])
            case .closed: return []
            case .failed: throw SystemCallFailure("TLS", 0)
            case .needsInput: break
            }
            let bytes = try self.socket.receive()
            guard !bytes.isEmpty else { throw SystemCallFailure("end of stream without close_notify", 0) }
            self.input.copyBytes(from: bytes)
            self.window.setInput(UnsafeRawBufferPointer(rebasing: self.input[..<bytes.count]))
        }
    }

    /// Reads until the text has come; what came up to and with it.
    public func receive(until marker: String) throws -> String {
        var all: [UInt8] = []
        let marker = Array(marker.utf8)
        while true {
            let bytes = try self.receive()
            guard !bytes.isEmpty else { throw SystemCallFailure("end of stream before the marker", 0) }
            all += bytes
            for end in max(marker.count, all.count - bytes.count)...all.count
            where all[..<end].suffix(marker.count) == marker[...] {
                self.received = Array(all[end...])
                return String(decoding: all[..<end], as: UTF8.self)
            }
        }
    }

    /// Reads exactly so many bytes.
    public func receive(exactly count: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            let bytes = try self.receive()
            guard !bytes.isEmpty else { throw SystemCallFailure("end of stream", 0) }
            all += bytes
        }
        self.received = Array(all[count...])
        return Array(all[..<count])
    }

    /// Says goodbye in TLS, and that no more will be sent.
    public func finishSending() throws {
        self.connection.sendCloseNotify()
        try self.flush()
        self.socket.finishSending()
    }

    /// Ends TCP without a word in TLS.
    public func truncate() {
        self.socket.finishSending()
    }

    public func resetOnClose() {
        self.socket.resetOnClose()
    }

    private func flush() throws {
        let output = Array(self.window.output)
        self.window.clearOutput()
        if !output.isEmpty { try self.socket.send(output) }
    }
}
