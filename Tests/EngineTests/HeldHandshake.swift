import Model
import TLS
import TestSupport

/// A client that has its handshake complete but for the last flight, which it holds back.
final class HeldHandshake {
    private let socket: RawSocket
    private let window = CipherWindow()
    private let connection: TLS.ClientConnection
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    /// The Finished message, and whatever is written before it is sent.
    private var held: [UInt8] = []

    init(to endpoint: Endpoint, context: ClientContext) throws {
        self.socket = try RawSocket(to: endpoint)
        self.connection = try TLS.ClientConnection(
            context: context,
            window: self.window,
            serverName: "localhost",
            resuming: nil
        )
        while true {
            let step = self.connection.handshake()
            let output = self.takeOutput()
            switch step {
            case .complete:
                self.held = output
                return
            case .failed: throw SecureClient.Refused(alert: self.connection.receivedAlert)
            case .needsInput: try self.socket.send(output)
            }
            try self.feed()
        }
    }

    deinit {
        self.input.deallocate()
    }

    /// Sends the last flight and a request with it.
    func finish(sending request: String) throws {
        try self.finish(sending: Array(request.utf8))
    }

    func finish(sending request: [UInt8]) throws {
        _ = request.withUnsafeBytes { self.connection.write($0) }
        try self.socket.send(self.held + self.takeOutput())
    }

    /// All plaintext until the server ends the connection.
    func receiveToEnd() -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            switch buffer.withUnsafeMutableBytes({ self.connection.read(into: $0) }) {
            case .bytes(let count): all += buffer[..<count]
            case .needsInput: if (try? self.feed()) == nil { return String(decoding: all, as: UTF8.self) }
            case .closed, .failed: return String(decoding: all, as: UTF8.self)
            }
        }
    }

    func close() {
        self.socket.finishSending()
    }

    private func feed() throws {
        let bytes = try self.socket.receive()
        guard !bytes.isEmpty else { throw SecureClient.Refused(alert: nil) }
        self.input.copyBytes(from: bytes)
        self.window.setInput(UnsafeRawBufferPointer(rebasing: self.input[..<bytes.count]))
    }

    private func takeOutput() -> [UInt8] {
        defer { self.window.clearOutput() }
        return Array(self.window.output)
    }
}
