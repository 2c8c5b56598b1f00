import API
import Glibc
import Model

/// TCP sockets for what the program itself listens on and connects to beside the engine: the echo target
/// and the demonstration's clients.
enum TCPSocket {
    /// Connections the kernel queues before they are accepted.
    private static let backlog: Int32 = 128

    /// Listens, without blocking on accept.
    static func listen(at endpoint: Endpoint) throws(SystemError) -> Descriptor {
        let socket = try Self.make(endpoint.address)
        var yes: Int32 = 1
        // A port whose last connections are still in TIME_WAIT is free.
        setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isBound = Self.withAddress(endpoint) { bind(socket.number, $0, $1) == 0 }
        guard isBound, Glibc.listen(socket.number, Self.backlog) == 0,
            fcntl(socket.number, F_SETFL, O_NONBLOCK) == 0
        else { throw .last }
        return socket
    }

    /// Connects; reads and writes of the socket give up after `patience`.
    static func connect(to endpoint: Endpoint, patience: Duration) throws(SystemError) -> Descriptor {
        let socket = try Self.make(endpoint.address)
        let parts = patience.components
        var limit = timeval(
            tv_sec: Int(parts.seconds),
            tv_usec: Int(parts.attoseconds / 1_000_000_000_000)
        )
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket.number, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(socket.number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        guard Self.withAddress(endpoint, { Glibc.connect(socket.number, $0, $1) == 0 }) else { throw .last }
        return socket
    }

    /// The port a listening socket has.
    static func port(of socket: Descriptor) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(socket.number, $0, &length)
            }
            // sin_port and sin6_port stand at the same offset.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }

    private static func make(_ address: IPAddress) throws(SystemError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = socket(address.isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        guard number >= 0 else { throw .last }
        return Descriptor(number)
    }

    private static func withAddress<Result>(
        _ endpoint: Endpoint,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        if let bits = endpoint.address.v4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = endpoint.port.bigEndian
            address.sin_addr.s_addr = bits.bigEndian
            return self.lend(&address, body)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = endpoint.port.bigEndian
        let halves = endpoint.address.v6
        withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
            bytes.storeBytes(of: halves.high.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: halves.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return self.lend(&address, body)
    }

    private static func lend<Address, Result>(
        _ address: inout Address,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }
}
