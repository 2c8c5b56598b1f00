/// A target group as the engine runs it.
public struct ServedTargetGroup: Hashable, Sendable {
    public let id: ResourceID
    /// In the order of the target group.
    public let targets: [Endpoint]
    /// Of these, the ones that get nothing new.
    public let drained: Set<Endpoint>
    public let healthCheck: HealthCheck
    /// A listener sends requests to it; only then are its targets checked.
    public let isUsed: Bool
    public let algorithm: LoadBalancingAlgorithm
    public let protocolVersion: TargetGroup.ProtocolVersion
    public let attributes: TargetGroupAttributes
    /// nil where targets are spoken to in clear text.
    public let tls: ServedTargetTLS?
    /// TCP and TLS listeners forward to it, and no others.
    public let isRelayed: Bool
    /// Answers in place of targets.
    public let function: ServedFunction?

    public init(
        id: ResourceID,
        targets: [Endpoint],
        drained: Set<Endpoint> = [],
        healthCheck: HealthCheck,
        isUsed: Bool,
        algorithm: LoadBalancingAlgorithm = .roundRobin,
        protocolVersion: TargetGroup.ProtocolVersion = .http1,
        attributes: TargetGroupAttributes = TargetGroupAttributes(),
        tls: ServedTargetTLS? = nil,
        isRelayed: Bool = false,
        function: ServedFunction? = nil
    ) {
        self.id = id
        self.targets = targets
        self.drained = drained
        self.healthCheck = healthCheck
        self.isUsed = isUsed
        self.algorithm = algorithm
        self.protocolVersion = protocolVersion
        self.attributes = attributes
        self.tls = tls
        self.isRelayed = isRelayed
        self.function = function
    }
}

/// TLS towards the targets of a group.
public struct ServedTargetTLS: Hashable, Sendable {
    /// Shown to targets that ask for one; nil for none.
    public let clientCertificate: ServedCertificate?
    /// nil where any certificate will do.
    public let verification: Verification?

    public struct Verification: Hashable, Sendable {
        /// PEM, one certificate each, never empty; nil for the CAs that the machine trusts.
        public let anchors: [String]?
        /// The name or address that certificates must be for; nil for the address of the target.
        public let serverName: String?

        public init(anchors: [String]?, serverName: String? = nil) {
            self.anchors = anchors
            self.serverName = serverName
        }
    }

    public init(clientCertificate: ServedCertificate? = nil, verification: Verification? = nil) {
        self.clientCertificate = clientCertificate
        self.verification = verification
    }
}

extension ServedAction {
    /// The groups that requests may go to by this action.
    public var targetGroupIDs: [ResourceID] {
        switch self {
        case .fixedResponse, .redirect: []
        case .forward(let id, _): [id]
        case .weightedForward(let groups, _): groups.filter { $0.weight > 0 }.map(\.id)
        }
    }

    /// Where requests may go by this action.
    public var targets: [Endpoint] {
        switch self {
        case .fixedResponse, .redirect: []
        case .forward(_, let targets): targets
        case .weightedForward(let groups, _): groups.filter { $0.weight > 0 }.flatMap(\.targets)
        }
    }
}

extension ServedListener {
    /// What it may do with a request: the default action and those of its rules.
    public var actions: [ServedAction] { [self.action] + self.rules.map(\.action) }

    /// The groups that its requests or connections may go to; some may be named twice.
    public var targetGroupIDs: [ResourceID] {
        self.actions.flatMap(\.targetGroupIDs) + (self.relay?.targetGroupIDs ?? [])
    }
}
