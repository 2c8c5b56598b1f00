/// Everything the engine runs, immutable and numbered.
public struct Snapshot: Sendable {
    /// Grows with every change; workers acknowledge it.
    public let generation: UInt64

    /// Worker threads, from ``Quotas/workers``; fixed by the first snapshot a process runs.
    public let workers: Int

    public let listeners: [ServedListener]

    /// Groups whose targets' health is known to the engine, used or not.
    ///
    /// A group that a listener forwards to and that is not here gets its requests unchecked.
    public let targetGroups: [ServedTargetGroup]

    /// What cookies are made with; the same in every snapshot of a process.
    public let cookieKey: CookieKey

    /// Every trust store of the gate, to tell where else the issuer of a refused client stands.
    public let trustStores: [ServedTrustStore]

    public init(
        generation: UInt64,
        workers: Int,
        listeners: [ServedListener],
        targetGroups: [ServedTargetGroup] = [],
        cookieKey: CookieKey = .ofThisProcess,
        trustStores: [ServedTrustStore] = []
    ) {
        self.generation = generation
        self.workers = workers
        self.listeners = listeners
        self.targetGroups = targetGroups
        self.cookieKey = cookieKey
        self.trustStores = trustStores
    }
}

/// A trust store by its CAs.
public struct ServedTrustStore: Hashable, Sendable {
    public let id: ResourceID
    public let name: String
    /// PEM, one certificate each.
    public let anchors: [String]

    public init(id: ResourceID, name: String, anchors: [String]) {
        self.id = id
        self.name = name
        self.anchors = anchors
    }
}

/// A listener with everything it refers to.
public struct ServedListener: Hashable, Sendable {
    public let id: ResourceID
    public let name: String
    /// `app/<name>/<id>`.
    public let loadBalancerPath: String
    public let endpoint: Endpoint
    /// nil on an HTTP or TCP listener.
    public let tls: ServedTLS?
    public let action: ServedAction
    /// Ordered by priority; tried before the action above.
    public let rules: [ServedRule]
    /// Present exactly on TCP and TLS listeners.
    public let relay: ServedRelay?
    /// Of the load balancer.
    public let attributes: LoadBalancerAttributes
    /// Whose connections begin with a PROXY protocol v2 header; see ``ServedRelay`` for relays.
    public let proxyProtocolSources: [AddressRange]
    /// nil where requests are not logged.
    public let accessLog: ServedAccessLog?

    public init(
        id: ResourceID,
        name: String,
        loadBalancerPath: String,
        endpoint: Endpoint,
        tls: ServedTLS?,
        action: ServedAction,
        rules: [ServedRule] = [],
        relay: ServedRelay? = nil,
        attributes: LoadBalancerAttributes = .standard,
        proxyProtocolSources: [AddressRange] = [],
        accessLog: ServedAccessLog? = nil
    ) {
        self.id = id
        self.name = name
        self.loadBalancerPath = loadBalancerPath
        self.endpoint = endpoint
        self.tls = tls
        self.action = action
        self.rules = rules
        self.relay = relay
        self.attributes = attributes
        self.proxyProtocolSources = proxyProtocolSources
        self.accessLog = accessLog
    }
}

/// The TLS side of a listener.
public struct ServedTLS: Hashable, Sendable {
    /// PEM, leaf first.
    public let certificateChain: String
    public let privateKey: SecretText
    public let clientPolicy: ClientPolicy
    public let sslPolicy: SecurityPolicy
    /// Beside the default certificate, in the order of the listener.
    public let additionalCertificates: [ServedCertificate]
    /// How clients that ask for certain names are judged, in place of `clientPolicy`.
    public let namePolicies: [ServedNamePolicy]
    /// Whether clients may speak HTTP/2.
    public let offersHTTP2: Bool
    /// How targets are told who the client is.
    public let identityHeaders: IdentityHeaderSettings
    /// nil where clients that are asked for certificates resume nothing.
    public let sessionResumption: SessionResumption?

    public init(
        certificateChain: String,
        privateKey: SecretText,
        clientPolicy: ClientPolicy,
        sslPolicy: SecurityPolicy = .standard,
        additionalCertificates: [ServedCertificate] = [],
        namePolicies: [ServedNamePolicy] = [],
        offersHTTP2: Bool = true,
        identityHeaders: IdentityHeaderSettings = .standard,
        sessionResumption: SessionResumption? = nil
    ) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
        self.clientPolicy = clientPolicy
        self.sslPolicy = sslPolicy
        self.additionalCertificates = additionalCertificates
        self.namePolicies = namePolicies
        self.offersHTTP2 = offersHTTP2
        self.identityHeaders = identityHeaders
        self.sessionResumption = sessionResumption
    }
}

/// A policy for certain names; see ``PolicyTable``.
public struct ServedNamePolicy: Hashable, Sendable {
    /// In normal form.
    public let names: [String]
    public let policy: ClientPolicy

    public init(names: [String], policy: ClientPolicy) {
        self.names = names
        self.policy = policy
    }
}

/// A certificate with its key.
public struct ServedCertificate: Hashable, Sendable {
    /// PEM, leaf first.
    public let chain: String
    public let privateKey: SecretText

    public init(chain: String, privateKey: SecretText) {
        self.chain = chain
        self.privateKey = privateKey
    }
}

/// How a client is judged.
///
/// Connections judged by one value are not judged by another: two values that differ in anything are two
/// policies.
public enum ClientPolicy: Hashable, Sendable {
    case off
    case passthrough
    case verify(Verification)

    public struct Verification: Hashable, Sendable {
        public let trustStoreID: ResourceID
        public let trustStoreName: String
        public let trustStoreRevision: Int
        /// PEM, one certificate each; never empty.
        public let anchors: [String]
        public let ignoreClientCertificateExpiry: Bool
        public let advertiseTrustStoreCaNames: Bool
        /// In the order of their ids.
        public let revocationLists: [RevocationContent]
        public let expiredLists: ExpiredListPolicy
        public let requirements: ClientRequirements

        public init(
            trustStoreID: ResourceID,
            trustStoreName: String,
            trustStoreRevision: Int,
            anchors: [String],
            ignoreClientCertificateExpiry: Bool,
            advertiseTrustStoreCaNames: Bool,
            revocationLists: [RevocationContent] = [],
            expiredLists: ExpiredListPolicy = .use,
            requirements: ClientRequirements = .standard
        ) {
            self.trustStoreID = trustStoreID
            self.trustStoreName = trustStoreName
            self.trustStoreRevision = trustStoreRevision
            self.anchors = anchors
            self.ignoreClientCertificateExpiry = ignoreClientCertificateExpiry
            self.advertiseTrustStoreCaNames = advertiseTrustStoreCaNames
            self.revocationLists = revocationLists
            self.expiredLists = expiredLists
            self.requirements = requirements
        }
    }

    public var mode: MutualAuthentication.Mode {
        switch self {
        case .off: .off
        case .passthrough: .passthrough
        case .verify: .verify
        }
    }
}

public enum ServedAction: Hashable, Sendable {
    case fixedResponse(FixedResponse)
    /// Target endpoints, in the order of the target group.
    case forward(targetGroupID: ResourceID, targets: [Endpoint])
    case redirect(Redirect)
    /// `stickinessSeconds` is nil where clients do not stay with their group.
    case weightedForward([ServedWeightedGroup], stickinessSeconds: Int?)
}

/// A group of a weighted forward.
public struct ServedWeightedGroup: Hashable, Sendable {
    public let id: ResourceID
    /// In the order of the target group.
    public let targets: [Endpoint]
    public let weight: Int

    public init(id: ResourceID, targets: [Endpoint], weight: Int) {
        self.id = id
        self.targets = targets
        self.weight = weight
    }
}

/// A rule as the engine runs it.
public struct ServedRule: Hashable, Sendable {
    public let priority: Int
    public let conditions: [RuleCondition]
    public let action: ServedAction
    public let transforms: RuleTransforms

    public init(
        priority: Int,
        conditions: [RuleCondition],
        action: ServedAction,
        transforms: RuleTransforms = .none
    ) {
        self.priority = priority
        self.conditions = conditions
        self.action = action
        self.transforms = transforms
    }
}
