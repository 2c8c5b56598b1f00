import Glibc
import Model

/// A listening TCP socket.
enum TCPListener {
    private static let backlog: Int32 = 16

    static func listen(at endpoint: Endpoint) throws(SystemError) -> Descriptor {
        let family = endpoint.address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = socket(family, type, 0)
        guard number >= 0 else { throw .last }
        let listener = Descriptor(number)
        var yes: Int32 = 1
        // A gate that is started again must not wait for the connections of the one before.
        setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard Self.bind(number, endpoint) == 0, Glibc.listen(number, Self.backlog) == 0 else { throw .last }
        return listener
    }

    /// Where a socket is bound.
    static func endpoint(of listener: Descriptor) throws(SystemError) -> Endpoint {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener.number, $0, &length) }
        }
        guard result == 0 else { throw .last }
        return withUnsafeBytes(of: &storage) { bytes in
            if bytes.load(as: sockaddr.self).sa_family == sa_family_t(AF_INET6) {
                let address = bytes.load(as: sockaddr_in6.self)
                return withUnsafeBytes(of: address.sin6_addr) { words in
                    Endpoint(
                        address: IPAddress(
                            v6: UInt64(bigEndian: words.load(as: UInt64.self)),
                            UInt64(bigEndian: words.load(fromByteOffset: 8, as: UInt64.self))
                        ),
                        port: UInt16(bigEndian: address.sin6_port)
                    )
                }
            }
            let address = bytes.load(as: sockaddr_in.self)
            return Endpoint(
                address: IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)),
                port: UInt16(bigEndian: address.sin_port)
            )
        }
    }

    private static func bind(_ number: Int32, _ endpoint: Endpoint) -> Int32 {
        if let bits = endpoint.address.v4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = endpoint.port.bigEndian
            address.sin_addr.s_addr = bits.bigEndian
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = endpoint.port.bigEndian
        let (high, low) = endpoint.address.v6
        withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(number, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}
