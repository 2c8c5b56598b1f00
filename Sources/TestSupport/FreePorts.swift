import Glibc
import Model

/// Ports of 127.0.0.1 that nobody listens on, for programs that must be told theirs.
public enum FreePorts {
    /// The first of so many ports in a row.
    ///
    /// Another program can still be faster, so a test that loses one says so and does not hang.
    public static func block(of count: UInt16) throws -> UInt16 {
        for _ in 0..<100 {
            let first = try BoundPort(0)
            guard first.port <= UInt16.max - count else { continue }
            let rest = (1..<count).compactMap { try? BoundPort(first.port + $0) }
            if rest.count == Int(count) - 1 { return first.port }
        }
        throw SocketFailure("no \(count) free ports in a row", 0)
    }
}

/// A port that is taken for as long as this lives.
private final class BoundPort {
    let port: UInt16
    private let descriptor: Int32

    init(_ port: UInt16) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard self.descriptor >= 0 else { throw SocketFailure("socket", errno) }
        let descriptor = self.descriptor
        let endpoint = Endpoint(address: .loopback, port: port)
        guard RawSocket.withAddress(endpoint, { bind(descriptor, $0, $1) }) == 0 else {
            self.port = 0
            throw SocketFailure("bind", errno)
        }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        self.port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        close(self.descriptor)
    }
}
