import API
import Glibc
import Model
import TLS

/// One client: connects, asks for `/` once, reads the answer and leaves.
///
/// Whatever fails, fails quietly: to be refused is what some of them are for, and the gate's log says why.
enum DemoClient {
    /// For each read or write.
    private static let patience: Duration = .seconds(5)

    /// Bytes of an answer that are read; an echo of its own request is far shorter.
    private static let answerBytes = 262_144

    private static let request = Array(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: sekisho-demo\r\nConnection: close\r\n\r\n".utf8
    )

    static func visit(_ endpoint: Endpoint, as context: ClientContext) {
        let window = CipherWindow()
        guard let socket = try? TCPSocket.connect(to: endpoint, patience: self.patience),
            let connection = try? ClientConnection(
                context: context,
                window: window,
                serverName: "localhost"
            )
        else { return }
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
        let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
        defer {
            input.deallocate()
            plain.deallocate()
        }
        guard self.shakeHands(connection, window, socket, input),
            self.request.withUnsafeBytes({ connection.write($0) }), self.flush(window, socket)
        else { return }
        var left = self.answerBytes
        while left > 0 {
            switch connection.read(into: plain) {
            case .bytes(let count): left -= count
            case .needsInput:
                guard self.fill(window, socket, input) else { return }
            case .closed:
                connection.sendCloseNotify()
                _ = self.flush(window, socket)
                return
            case .failed:
                // The alert is worth sending: a client that distrusts the gate says so.
                _ = self.flush(window, socket)
                return
            }
        }
    }

    private static func shakeHands(
        _ connection: ClientConnection,
        _ window: CipherWindow,
        _ socket: Descriptor,
        _ input: UnsafeMutableRawBufferPointer
    ) -> Bool {
        while true {
            let step = connection.handshake()
            guard self.flush(window, socket) else { return false }
            switch step {
            case .complete: return true
            case .failed: return false
            case .needsInput:
                guard self.fill(window, socket, input) else { return false }
            }
        }
    }

    /// Waits for bytes and shows them to the connection; false at the end.
    private static func fill(
        _ window: CipherWindow,
        _ socket: Descriptor,
        _ input: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let count = recv(socket.number, input.baseAddress, input.count, 0)
        guard count > 0 else { return false }
        window.setInput(UnsafeRawBufferPointer(rebasing: input[..<count]))
        return true
    }

    private static func flush(_ window: CipherWindow, _ socket: Descriptor) -> Bool {
        var rest = window.output
        while !rest.isEmpty {
            let count = send(socket.number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        window.clearOutput()
        return true
    }
}
