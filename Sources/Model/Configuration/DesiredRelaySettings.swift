/// What a declaration says of a TCP or TLS listener beside its default action.
public struct DesiredRelaySettings: Hashable, Sendable, Codable {
    /// nil for ``RelaySettings/defaultIdleTimeoutSeconds``.
    public var idleTimeoutSeconds: Int?
    /// nil for false.
    public var acceptProxyProtocol: Bool?
    public var sniRoutes: [DesiredSNIRoute]

    public init(
        idleTimeoutSeconds: Int? = nil,
        acceptProxyProtocol: Bool? = nil,
        sniRoutes: [DesiredSNIRoute] = []
    ) {
        self.idleTimeoutSeconds = idleTimeoutSeconds
        self.acceptProxyProtocol = acceptProxyProtocol
        self.sniRoutes = sniRoutes
    }
}

/// Server names, and by name the target group of connections that ask for one of them.
public struct DesiredSNIRoute: Hashable, Sendable, Codable {
    public var serverNames: [String]
    public var targetGroup: String

    public init(serverNames: [String], targetGroup: String) {
        self.serverNames = serverNames
        self.targetGroup = targetGroup
    }
}
