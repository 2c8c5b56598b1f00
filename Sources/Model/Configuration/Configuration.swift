/// Everything an operator has configured, checked and with identifiers: what the service stores.
public struct Configuration: Hashable, Sendable, Codable {
    /// Worker threads of the engine; nil for one per core.
    public let workers: Int?
    /// Ordered by name.
    public let loadBalancers: [LoadBalancer]
    /// Ordered by name.
    public let trustStores: [TrustStore]
    /// Ordered by name.
    public let targetGroups: [TargetGroup]
    /// Every certificate that a listener or a target group uses, and no other.
    public let certificates: [ServerCertificate]

    public init(
        workers: Int?,
        loadBalancers: [LoadBalancer],
        trustStores: [TrustStore],
        targetGroups: [TargetGroup],
        certificates: [ServerCertificate]
    ) {
        self.workers = workers
        self.loadBalancers = loadBalancers.sorted { $0.name < $1.name }
        self.trustStores = trustStores.sorted { $0.name < $1.name }
        self.targetGroups = targetGroups.sorted { $0.name < $1.name }
        self.certificates = certificates.sorted { $0.id < $1.id }
    }

    public static let empty = Configuration(
        workers: nil,
        loadBalancers: [],
        trustStores: [],
        targetGroups: [],
        certificates: []
    )

    public func trustStore(_ id: ResourceID) -> TrustStore? {
        self.trustStores.first { $0.id == id }
    }

    public func targetGroup(_ id: ResourceID) -> TargetGroup? {
        self.targetGroups.first { $0.id == id }
    }

    public func certificate(_ id: ResourceID) -> ServerCertificate? {
        self.certificates.first { $0.id == id }
    }

    /// The secrets that it needs and that are kept apart: private keys and signing keys.
    public var keyIDs: [ResourceID] {
        self.certificates.map(\.id) + self.targetGroups.compactMap(\.signingKeyID)
    }

    /// Every listener with the load balancer it belongs to.
    public var listeners: [(loadBalancer: LoadBalancer, listener: Listener)] {
        self.loadBalancers.flatMap { balancer in balancer.listeners.map { (balancer, $0) } }
    }
}
