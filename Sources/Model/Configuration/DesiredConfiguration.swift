/// What an operator declares: a whole configuration by names, with the contents of the files it names.
///
/// A resource that the declaration leaves out is to be deleted. Resources are recognised by name, listeners
/// by load balancer and port, so that a second `apply` of the same file changes nothing.
public struct DesiredConfiguration: Hashable, Sendable, Codable {
    /// nil for one worker per core.
    public var workers: Int?
    public var loadBalancers: [DesiredLoadBalancer]
    public var trustStores: [DesiredTrustStore]
    public var targetGroups: [DesiredTargetGroup]

    public init(
        workers: Int? = nil,
        loadBalancers: [DesiredLoadBalancer] = [],
        trustStores: [DesiredTrustStore] = [],
        targetGroups: [DesiredTargetGroup] = []
    ) {
        self.workers = workers
        self.loadBalancers = loadBalancers
        self.trustStores = trustStores
        self.targetGroups = targetGroups
    }
}

public struct DesiredLoadBalancer: Hashable, Sendable, Codable {
    public var name: String
    public var type: LoadBalancer.Kind
    public var address: IPAddress
    public var listeners: [DesiredListener]
    /// Whether HTTPS listeners offer HTTP/2; nil for yes.
    public var http2: Bool?
    public var attributes: LoadBalancerAttributes
    public var logs: LoadBalancerLogs

    public init(
        name: String,
        type: LoadBalancer.Kind = .application,
        address: IPAddress,
        listeners: [DesiredListener],
        http2: Bool? = nil,
        attributes: LoadBalancerAttributes = .standard,
        logs: LoadBalancerLogs = .none
    ) {
        self.name = name
        self.type = type
        self.address = address
        self.listeners = listeners
        self.http2 = http2
        self.attributes = attributes
        self.logs = logs
    }
}

public struct DesiredListener: Hashable, Sendable, Codable {
    /// nil for `<load balancer>-<port>`.
    public var name: String?
    public var port: UInt16
    public var `protocol`: Listener.ListenerProtocol
    /// The first is the default; the others are shown to clients that ask for their names.
    public var certificates: [DesiredCertificate]
    public var mutualAuthentication: DesiredMutualAuthentication
    public var defaultActions: [DesiredAction]
    /// By name; nil for ``SecurityPolicy/standard``.
    public var sslPolicy: String?
    public var rules: [DesiredRule]
    public var namePolicies: [DesiredNamePolicy]
    /// nil where the declaration is silent; only on TCP and TLS listeners.
    public var relay: DesiredRelaySettings?
    /// Only on HTTP and HTTPS listeners.
    public var proxyProtocolSources: [AddressRange]
    /// Only on HTTPS listeners; nil where the declaration is silent.
    public var identityHeaders: IdentityHeaderSettings?

    public init(
        name: String? = nil,
        port: UInt16,
        protocol: Listener.ListenerProtocol,
        certificates: [DesiredCertificate] = [],
        mutualAuthentication: DesiredMutualAuthentication = DesiredMutualAuthentication(mode: .off),
        defaultActions: [DesiredAction],
        sslPolicy: String? = nil,
        rules: [DesiredRule] = [],
        namePolicies: [DesiredNamePolicy] = [],
        relay: DesiredRelaySettings? = nil,
        proxyProtocolSources: [AddressRange] = [],
        identityHeaders: IdentityHeaderSettings? = nil
    ) {
        self.name = name
        self.port = port
        self.protocol = `protocol`
        self.certificates = certificates
        self.mutualAuthentication = mutualAuthentication
        self.defaultActions = defaultActions
        self.sslPolicy = sslPolicy
        self.rules = rules
        self.namePolicies = namePolicies
        self.relay = relay
        self.proxyProtocolSources = proxyProtocolSources
        self.identityHeaders = identityHeaders
    }
}

public struct DesiredMutualAuthentication: Hashable, Sendable, Codable {
    public var mode: MutualAuthentication.Mode
    /// By name; required in `verify`.
    public var trustStore: String?
    /// Only in `verify`; nil where the declaration is silent.
    public var ignoreClientCertificateExpiry: Bool?
    /// Only in `verify`; nil where the declaration is silent.
    public var advertiseTrustStoreCaNames: Bool?
    /// Only in `verify`; nil where the declaration is silent.
    public var requirements: ClientRequirements?
    /// Not in `off`; nil where the declaration is silent, and where it turns it off.
    public var sessionResumption: SessionResumption?

    public init(
        mode: MutualAuthentication.Mode,
        trustStore: String? = nil,
        ignoreClientCertificateExpiry: Bool? = nil,
        advertiseTrustStoreCaNames: Bool? = nil,
        requirements: ClientRequirements? = nil,
        sessionResumption: SessionResumption? = nil
    ) {
        self.mode = mode
        self.trustStore = trustStore
        self.ignoreClientCertificateExpiry = ignoreClientCertificateExpiry
        self.advertiseTrustStoreCaNames = advertiseTrustStoreCaNames
        self.requirements = requirements
        self.sessionResumption = sessionResumption
    }
}

/// How clients that ask for certain names are to be judged.
public struct DesiredNamePolicy: Hashable, Sendable, Codable {
    public var names: [String]
    public var mutualAuthentication: DesiredMutualAuthentication

    public init(names: [String], mutualAuthentication: DesiredMutualAuthentication) {
        self.names = names
        self.mutualAuthentication = mutualAuthentication
    }
}

public struct DesiredCertificate: Hashable, Sendable, Codable {
    /// The chain in PEM, leaf first.
    public var certificate: FileContents
    public var privateKey: SecretFileContents

    public init(certificate: FileContents, privateKey: SecretFileContents) {
        self.certificate = certificate
        self.privateKey = privateKey
    }
}

/// What a listener is to do; `targetGroup` is a name.
public enum DesiredAction: Hashable, Sendable, Codable {
    case forward(targetGroup: String)
    case fixedResponse(FixedResponse)
    case redirect(Redirect)
    case weightedForward(DesiredWeightedForward)
}

/// Forwarding to several groups by name; see ``WeightedForward``.
public struct DesiredWeightedForward: Hashable, Sendable, Codable {
    public struct Group: Hashable, Sendable, Codable {
        public var targetGroup: String
        public var weight: Int

        public init(targetGroup: String, weight: Int) {
            self.targetGroup = targetGroup
            self.weight = weight
        }
    }

    public var groups: [Group]
    /// nil for not at all.
    public var stickinessSeconds: Int?

    public init(groups: [Group], stickinessSeconds: Int? = nil) {
        self.groups = groups
        self.stickinessSeconds = stickinessSeconds
    }
}

/// A rule of a listener; recognised by its priority.
public struct DesiredRule: Hashable, Sendable, Codable {
    public var priority: Int
    public var conditions: [RuleCondition]
    public var actions: [DesiredAction]
    public var transforms: RuleTransforms

    public init(
        priority: Int,
        conditions: [RuleCondition],
        actions: [DesiredAction],
        transforms: RuleTransforms = .none
    ) {
        self.priority = priority
        self.conditions = conditions
        self.actions = actions
        self.transforms = transforms
    }
}

public struct DesiredTrustStore: Hashable, Sendable, Codable {
    public var name: String
    public var caCertificatesBundle: FileContents
    /// Absolute paths, which the gate reads; nil leaves the lists that there are.
    ///
    /// A declaration that does not speak of revocation must not let anybody in again.
    public var revocationLists: [String]?
    /// nil for ``ExpiredListPolicy/use``.
    public var expiredLists: ExpiredListPolicy?
    /// Whether the gate watches the files; then the bundle's path is absolute.
    public var watch: Bool?

    public init(
        name: String,
        caCertificatesBundle: FileContents,
        revocationLists: [String]? = nil,
        expiredLists: ExpiredListPolicy? = nil,
        watch: Bool? = nil
    ) {
        self.name = name
        self.caCertificatesBundle = caCertificatesBundle
        self.revocationLists = revocationLists
        self.expiredLists = expiredLists
        self.watch = watch
    }
}

public struct DesiredTargetGroup: Hashable, Sendable, Codable {
    public var name: String
    public var `protocol`: TargetGroup.TargetProtocol
    public var targets: [Target]
    /// nil for ELBv2's defaults.
    public var healthCheck: HealthCheck?
    /// nil for round robin.
    public var algorithm: LoadBalancingAlgorithm?
    /// Only in TCP and TLS groups; nil where the declaration is silent.
    public var proxyProtocolV2: Bool?
    /// Only in HTTP and HTTPS groups; nil for HTTP/1.1.
    public var protocolVersion: TargetGroup.ProtocolVersion?
    /// nil for ELBv2's defaults.
    public var attributes: TargetGroupAttributes?
    /// Only in HTTPS and TLS groups; nil for none.
    public var clientCertificate: DesiredCertificate?
    /// Only in HTTPS and TLS groups; nil to accept any certificate of a target.
    public var targetVerification: DesiredTargetVerification?
    /// Answers in place of targets.
    public var function: DesiredFunction?

    public init(
        name: String,
        protocol: TargetGroup.TargetProtocol = .http,
        targets: [Target],
        healthCheck: HealthCheck? = nil,
        algorithm: LoadBalancingAlgorithm? = nil,
        proxyProtocolV2: Bool? = nil,
        protocolVersion: TargetGroup.ProtocolVersion? = nil,
        attributes: TargetGroupAttributes? = nil,
        clientCertificate: DesiredCertificate? = nil,
        targetVerification: DesiredTargetVerification? = nil,
        function: DesiredFunction? = nil
    ) {
        self.name = name
        self.protocol = `protocol`
        self.targets = targets
        self.healthCheck = healthCheck
        self.algorithm = algorithm
        self.proxyProtocolV2 = proxyProtocolV2
        self.protocolVersion = protocolVersion
        self.attributes = attributes
        self.clientCertificate = clientCertificate
        self.targetVerification = targetVerification
        self.function = function
    }
}

/// Which certificates targets must show.
public struct DesiredTargetVerification: Hashable, Sendable, Codable {
    public var caCertificatesBundle: FileContents
    /// A host name or an address; nil for the address of the target.
    public var serverName: String?

    public init(caCertificatesBundle: FileContents, serverName: String? = nil) {
        self.caCertificatesBundle = caCertificatesBundle
        self.serverName = serverName
    }
}

/// A file's path as the operator wrote it, and what it held when it was read.
public struct FileContents: Hashable, Sendable, Codable {
    public var path: String
    public var text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}

/// The same for a file that must not be shown.
public struct SecretFileContents: Hashable, Sendable, Codable {
    public var path: String
    public var text: SecretText

    public init(path: String, text: SecretText) {
        self.path = path
        self.text = text
    }
}
