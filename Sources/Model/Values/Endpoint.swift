/// An address and a port, as a socket has them.
public struct Endpoint: Hashable, Sendable, Codable, CustomStringConvertible {
    public let address: IPAddress

    /// 0–65535; 0 asks the system for a free port, and only tests do.
    public let port: UInt16

    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `127.0.0.1:8443` or `[::1]:8443`.
    public var description: String {
        self.address.isIPv6 ? "[\(self.address)]:\(self.port)" : "\(self.address):\(self.port)"
    }
}
