/// A target group as the engine runs it.
public struct ServedTargetGroup: Hashable, Sendable {
    public let id: ResourceID
    /// In the order of the target group.
    public let targets: [Endpoint]
    public let healthCheck: HealthCheck
    /// A listener sends requests to it; only then are its targets checked.
    public let isUsed: Bool
    public let algorithm: LoadBalancingAlgorithm
    public let protocolVersion: TargetGroup.ProtocolVersion
    public let attributes: TargetGroupAttributes

    public init(
        id: ResourceID,
        targets: [Endpoint],
        healthCheck: HealthCheck,
        isUsed: Bool,
        algorithm: LoadBalancingAlgorithm = .roundRobin,
        protocolVersion: TargetGroup.ProtocolVersion = .http1,
        attributes: TargetGroupAttributes = TargetGroupAttributes()
    ) {
        self.id = id
        self.targets = targets
        self.healthCheck = healthCheck
        self.isUsed = isUsed
        self.algorithm = algorithm
        self.protocolVersion = protocolVersion
        self.attributes = attributes
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
}
