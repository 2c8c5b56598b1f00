/// What a TCP or TLS listener does beside its default action (`elbv2-api` 6.6).
public struct RelaySettings: Hashable, Sendable, Codable {
    /// Without a byte in either direction, in seconds; ELBv2's `tcp.idle_timeout.seconds`.
    public let idleTimeoutSeconds: Int

    /// Connections begin with a PROXY protocol v2 header; one without it is refused.
    ///
    /// Whoever can reach such a listener can claim any address: only proxies may reach it.
    public let acceptProxyProtocol: Bool

    /// Where TLS connections go by the name they ask for, without being decrypted; only on TCP listeners.
    public let sniRoutes: [SNIRoute]

    public init(
        idleTimeoutSeconds: Int = RelaySettings.defaultIdleTimeoutSeconds,
        acceptProxyProtocol: Bool = false,
        sniRoutes: [SNIRoute] = []
    ) {
        self.idleTimeoutSeconds = idleTimeoutSeconds
        self.acceptProxyProtocol = acceptProxyProtocol
        self.sniRoutes = sniRoutes
    }

    public static let standard = RelaySettings()

    /// What a TCP listener may be set to.
    public static let idleTimeoutRange = 60...6_000

    /// The only value of a TLS listener.
    public static let defaultIdleTimeoutSeconds = 350
}

/// Server names, and the target group of connections that ask for one of them.
public struct SNIRoute: Hashable, Sendable, Codable {
    /// In lower case: `api.example.net`, or `*.example.net` for one label or more before the rest.
    public let serverNames: [String]
    public let targetGroupID: ResourceID

    public init(serverNames: [String], targetGroupID: ResourceID) {
        self.serverNames = serverNames
        self.targetGroupID = targetGroupID
    }

    /// A name in the form of ``serverNames``; nil for what is neither a host name nor a wildcard.
    ///
    /// Labels of letters, digits, `-` and `_`, 253 bytes in all (RFC 1035, 2.3.4).
    public static func normalized(_ name: String) -> String? {
        // Only ASCII: elsewhere there are letters whose lower case is ASCII, which no certificate means.
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let lowercased = name.lowercased()
        let host = lowercased.hasPrefix("*.") ? lowercased.dropFirst(2) : lowercased[...]
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
                        || byte == 0x2D || byte == 0x5F
                }
        }
        return isName && lowercased.utf8.count <= 253 ? lowercased : nil
    }
}
