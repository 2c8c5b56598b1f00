/// Where an Invoke API is: `http://127.0.0.1:8080`, `https://lambda.eu-central-1.amazonaws.com`.
///
/// A scheme, a host and perhaps a port, and nothing else: what is asked for there is the API's to say.
public struct BaseURL: Hashable, Sendable, Codable {
    public enum Host: Hashable, Sendable {
        case address(IPAddress)
        /// In lower case, without a dot at the end.
        case name(String)
    }

    public let isTLS: Bool
    public let host: Host
    /// 1–65535; 80 or 443 where the text names none.
    public let port: UInt16

    /// Reads a URL; nil if it is none, or has more than it may.
    public init?(_ text: String) {
        let lower = text.lowercased()
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: lower.hasPrefix) else { return nil }
        self.isTLS = scheme == "https://"
        var rest = lower.dropFirst(scheme.count)
        if rest.last == "/" { rest.removeLast() }
        guard let (host, port) = Self.split(rest), let host = Self.host(host) else { return nil }
        self.host = host
        guard let port else {
            self.port = self.isTLS ? 443 : 80
            return
        }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port), number > 0
        else {
            return nil
        }
        self.port = number
    }

    /// The host, an IPv6 address without its brackets, and what follows the colon behind it.
    private static func split(_ authority: Substring) -> (Substring, Substring?)? {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard host.contains(":"), rest.isEmpty || rest.first == ":" else { return nil }
            return (host, rest.isEmpty ? nil : rest.dropFirst())
        }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count > 1 ? parts[1] : nil)
    }

    private static func host(_ text: Substring) -> Host? {
        if let address = IPAddress(String(text)) { return address.isUnspecified ? nil : .address(address) }
        let name = text.last == "." ? text.dropLast() : text
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName =
            name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy {
                        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
                    }
            }
        // Digits and dots that are no address are a mistake, and no name (RFC 1123 2.1).
        let isNumber = labels.last.map { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } } ?? true
        return isName && !isNumber ? .name(String(name)) : nil
    }

    /// The name, or the address without brackets: what a server's certificate must be for.
    public var hostName: String {
        switch self.host {
        case .address(let address): address.description
        case .name(let name): name
        }
    }

    /// What `Host` names: the port only where it is not the scheme's own.
    public var authority: String {
        let host = self.hostName.contains(":") ? "[\(self.hostName)]" : self.hostName
        return self.port == (self.isTLS ? 443 : 80) ? host : "\(host):\(self.port)"
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let url = BaseURL(text) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "not a base URL")
            )
        }
        self = url
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}

extension BaseURL: CustomStringConvertible {
    public var description: String { "\(self.isTLS ? "https" : "http")://\(self.authority)" }
}
