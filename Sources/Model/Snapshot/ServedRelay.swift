/// What a listener needs that moves bytes and reads none of them; its ``ServedListener/action`` is the
/// default.
public struct ServedRelay: Hashable, Sendable {
    public let idleTimeout: Duration
    /// Connections begin with a PROXY protocol v2 header.
    public let acceptsProxyProtocol: Bool
    public let defaultGroup: ServedRelayGroup
    /// By server name in lower case; `*.` stands for one label or more.
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

    /// The groups that connections may go to; some may be named twice.
    public var targetGroupIDs: [ResourceID] {
        [self.defaultGroup.targetGroupID] + self.groupsByServerName.values.map(\.targetGroupID)
    }

    /// Where a connection that asks for a name goes, in the form of ``SNIRoute/normalized(_:)``.
    ///
    /// The very name before wildcards, the longest of those first, as in ``PolicyTable``.
    public func group(for name: String) -> ServedRelayGroup {
        if let group = self.groupsByServerName[name] { return group }
        var rest = name[...]
        while let dot = rest.firstIndex(of: ".") {
            if let group = self.groupsByServerName["*\(rest[dot...])"] { return group }
            rest = rest[dot...].dropFirst()
        }
        return self.defaultGroup
    }
}

/// Targets that bytes go to as they are, or in TLS of ours.
public struct ServedRelayGroup: Hashable, Sendable {
    public let targetGroupID: ResourceID
    /// In the order of the target group.
    public let targets: [Endpoint]
    /// The target is told the client's address in a PROXY protocol v2 header before the first byte.
    public let sendsProxyProtocol: Bool
    /// By the ``ServedTargetGroup/tls`` of the group; without it nothing is sent.
    public let usesTLS: Bool

    public init(
        targetGroupID: ResourceID,
        targets: [Endpoint],
        sendsProxyProtocol: Bool = false,
        usesTLS: Bool = false
    ) {
        self.targetGroupID = targetGroupID
        self.targets = targets
        self.sendsProxyProtocol = sendsProxyProtocol
        self.usesTLS = usesTLS
    }
}
