import Glibc

/// The socket of one connection of the load generator; nothing it does waits.
struct LoadSocket {
    let descriptor: Int32

    /// Addresses that connections come from in turn: one alone has too few ports for a minute of handshakes.
    private static let sources: UInt32 = 64

    /// Begins to connect to a port of 127.0.0.1.
    init(to port: UInt16, number: Int) throws {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        self.descriptor = socket(AF_INET, type, 0)
        guard self.descriptor >= 0 else {
            throw BenchmarkError("socket: \(String(cString: strerror(errno)))")
        }
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(self.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size)
        setsockopt(self.descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, &one, size)
        let source = 0x7F00_0101 + UInt32(truncatingIfNeeded: number) % Self.sources
        _ = Self.withAddress(source, 0) { bind(self.descriptor, $0, $1) }
        let result = Self.withAddress(0x7F00_0001, port) { connect(self.descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            defer { close(self.descriptor) }
            throw BenchmarkError("connect: \(String(cString: strerror(errno)))")
        }
    }

    /// Listens on 127.0.0.1.
    init(listeningOn port: UInt16) throws {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        self.descriptor = socket(AF_INET, type, 0)
        var one: Int32 = 1
        setsockopt(self.descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard Self.withAddress(0x7F00_0001, port, { bind(self.descriptor, $0, $1) }) == 0,
            listen(self.descriptor, 4_096) == 0
        else { throw BenchmarkError("port \(port): \(String(cString: strerror(errno)))") }
    }

    /// Takes over a connection that was accepted.
    init(accepted descriptor: Int32) {
        self.descriptor = descriptor
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    /// Why a connect failed; 0 if it has not.
    var failure: Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(self.descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        return code
    }

    /// Bytes received; 0 at the end, nil where there are none now, -1 for a connection that broke.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let count = recv(self.descriptor, buffer.baseAddress, buffer.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        return count
    }

    /// How many bytes were taken; nil for a connection that broke.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let count = Glibc.send(self.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        if count < 0, errno == EAGAIN || errno == EINTR { return 0 }
        return count < 0 ? nil : count
    }

    private static func withAddress<Result>(
        _ host: UInt32,
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
