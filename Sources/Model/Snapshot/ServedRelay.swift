/// What a listener needs that moves bytes and reads none of them; its ``ServedListener/action`` is the default.
public struct ServedRelay: Hashable, Sendable {
    public let idleTimeout: Duration
    /// Connections begin with a PROXY protocol v2 header.
    public let acceptsProxyProtocol: Bool
    public let defaultGroup: ServedRelayGroup
    /// By server name in lower case; `*.` stands for one label.
    public let groupsByServerName: [String: ServedRelayGroup]

    public init(
        idleTimeout: Duration = .seconds(RelaySettings.defaultIdleTimeoutSeconds),
        acceptsProxyProtocol: Bool = false,
        defaultGroup: ServedRelayGroup,
        groupsByServerName: [String: ServedRelayGroup] = [:]
    ) {
        self.idleTimeout = idleTimeout
        self.acceptsProxyProtocol = acceptsProxyProtocol
        self.defaultGroup = defaultGroup
        self.groupsByServerName = groupsByServerName
    }
}

/// Targets that bytes go to as they are.
public struct ServedRelayGroup: Hashable, Sendable {
    public let targetGroupID: ResourceID
    /// In the order of the target group.
    public let targets: [Endpoint]
    /// The target is told the client's address in a PROXY protocol v2 header before the first byte.
    public let sendsProxyProtocol: Bool

    public init(targetGroupID: ResourceID, targets: [Endpoint], sendsProxyProtocol: Bool = false) {
        self.targetGroupID = targetGroupID
        self.targets = targets
        self.sendsProxyProtocol = sendsProxyProtocol
    }
}
