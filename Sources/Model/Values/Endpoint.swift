/// An address and a port, as a socket has them.
public struct Endpoint: Hashable, Sendable, Codable, CustomStringConvertible {
    public let address: IPAddress

    /// 0–65535; 0 asks the system for a free port, and only tests do.
    public let port: UInt16

    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads what ``description`` writes, with a port from 1 on; nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let address = IPAddress(String(text[..<colon])),
            let port = UInt16(text[text.index(after: colon)...]), port > 0,
            address.isIPv6 == text.hasPrefix("[")
        else { return nil }
        self.init(address: address, port: port)
    }

    /// `127.0.0.1:8443` or `[::1]:8443`.
    public var description: String {
        self.address.isIPv6 ? "[\(self.address)]:\(self.port)" : "\(self.address):\(self.port)"
    }
}
