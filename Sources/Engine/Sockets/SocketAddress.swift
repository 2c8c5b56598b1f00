import CLinux
import Glibc
import Model

/// An endpoint in the form the kernel wants.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length: socklen_t

    init(_ endpoint: Endpoint) {
        if let bits = endpoint.address.v4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = endpoint.port.bigEndian
            address.sin_addr.s_addr = bits.bigEndian
            self.length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &self.storage) { $0.storeBytes(of: address, as: sockaddr_in.self) }
        } else {
            let (high, low) = endpoint.address.v6
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = endpoint.port.bigEndian
            withUnsafeMutableBytes(of: &address.sin6_addr) {
                $0.storeBytes(of: high.bigEndian, as: UInt64.self)
                $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            self.length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &self.storage) { $0.storeBytes(of: address, as: sockaddr_in6.self) }
        }
    }

    /// Space for the kernel to write into.
    private init() {
        self.length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    }

    var family: Int32 { Int32(self.storage.ss_family) }

    /// The endpoint, or nil for a family that is not IP.
    var endpoint: Endpoint? {
        withUnsafeBytes(of: self.storage) { bytes in
            switch Int32(self.storage.ss_family) {
            case AF_INET:
                let address = bytes.load(as: sockaddr_in.self)
                return Endpoint(
                    address: IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)),
                    port: UInt16(bigEndian: address.sin_port)
                )
            case AF_INET6:
                let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
                let high = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let low = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
                let port = bytes.load(as: sockaddr_in6.self).sin6_port
                return Endpoint(
                    address: IPAddress(v6: UInt64(bigEndian: high), UInt64(bigEndian: low)),
                    port: UInt16(bigEndian: port)
                )
            default:
                return nil
            }
        }
    }

    /// The address that a look-up has found; nil for a family that is not IP.
    static func address(at found: UnsafePointer<sockaddr>) -> IPAddress? {
        var copy = SocketAddress()
        withUnsafeMutableBytes(of: &copy.storage) { storage in
            // Each family has its own size; what is not one of these two is not looked into.
            let size =
                found.pointee.sa_family == sa_family_t(AF_INET6)
                ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
            storage.copyMemory(from: UnsafeRawBufferPointer(start: found, count: size))
        }
        return copy.endpoint?.address
    }

    mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        let length = self.length
        return withUnsafePointer(to: &self.storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Accepts a connection; the descriptor, or the negative of an errno value.
    static func accept(_ listener: Int32) -> (descriptor: Int32, peer: SocketAddress) {
        var peer = SocketAddress()
        let descriptor = withUnsafeMutablePointer(to: &peer.storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                clinux_accept(listener, $0, &peer.length)
            }
        }
        return (descriptor >= 0 ? descriptor : -errno, peer)
    }

    /// The local side of a socket.
    static func local(_ descriptor: Int32) -> Endpoint? {
        var address = SocketAddress()
        let result = withUnsafeMutablePointer(to: &address.storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &address.length)
            }
        }
        return result == 0 ? address.endpoint : nil
    }
}
