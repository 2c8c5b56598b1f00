/// An address and port that a load balancer answers on, and how it treats who comes.
public struct Listener: Hashable, Sendable, Codable {
    /// What a listener speaks; ELBv2's names.
    public enum ListenerProtocol: String, Hashable, Sendable, Codable, CaseIterable {
        case http = "HTTP"
        case https = "HTTPS"
        /// Bytes are handed to a target untouched, TLS or not.
        case tcp = "TCP"
        /// TLS ends here, what is inside goes to a target untouched.
        case tls = "TLS"

        /// Which kind of load balancer has listeners of this protocol.
        public var balancer: LoadBalancer.Kind {
            switch self {
            case .http, .https: .application
            case .tcp, .tls: .network
            }
        }

        /// Whether the listener shows a certificate.
        public var terminatesTLS: Bool {
            switch self {
            case .https, .tls: true
            case .http, .tcp: false
            }
        }
    }

    public let id: ResourceID

    /// What people call it: given by the operator, or `<load balancer>-<port>`; unique.
    public let name: String

    /// 1–65535; 0 asks the system for a free one, which only tests use.
    public let port: UInt16

    public let `protocol`: ListenerProtocol

    /// The default certificate; present exactly on HTTPS and TLS listeners.
    public let certificateID: ResourceID?

    /// Off on HTTP and TCP listeners.
    public let mutualAuthentication: MutualAuthentication

    public let defaultAction: Action

    /// Present exactly on HTTPS and TLS listeners.
    public let sslPolicy: SecurityPolicy?

    /// Shown to clients that ask for their names; the default certificate is not among them.
    public let additionalCertificateIDs: [ResourceID]

    /// Ordered by priority; tried before the default action.
    public let rules: [Rule]

    /// Only on HTTPS listeners; names that are in none are judged by `mutualAuthentication`.
    public let namePolicies: [NamePolicy]
    /// ``RelaySettings/standard`` on HTTP and HTTPS listeners, where it means nothing.
    public let relay: RelaySettings

    /// Where proxies are that begin each connection with a PROXY protocol v2 header.
    ///
    /// Only on HTTP and HTTPS listeners. Nobody else's header is read.
    public let proxyProtocolSources: [AddressRange]

    /// ``IdentityHeaderSettings/standard`` but on HTTPS listeners.
    public let identityHeaders: IdentityHeaderSettings

    public init(
        id: ResourceID,
        name: String,
        port: UInt16,
        protocol: ListenerProtocol,
        certificateID: ResourceID?,
        mutualAuthentication: MutualAuthentication,
        defaultAction: Action,
        sslPolicy: SecurityPolicy? = nil,
        additionalCertificateIDs: [ResourceID] = [],
        rules: [Rule] = [],
        namePolicies: [NamePolicy] = [],
        relay: RelaySettings = .standard,
        proxyProtocolSources: [AddressRange] = [],
        identityHeaders: IdentityHeaderSettings = .standard
    ) {
        self.id = id
        self.name = name
        self.port = port
        self.protocol = `protocol`
        self.certificateID = certificateID
        self.mutualAuthentication = mutualAuthentication
        self.defaultAction = defaultAction
        self.sslPolicy = `protocol`.terminatesTLS ? sslPolicy ?? .standard : nil
        self.additionalCertificateIDs = additionalCertificateIDs
        self.rules = rules.sorted { $0.priority < $1.priority }
        self.namePolicies = namePolicies
        self.relay = relay
        self.proxyProtocolSources = proxyProtocolSources
        self.identityHeaders = identityHeaders
    }

    /// Every certificate, the default one first.
    public var certificateIDs: [ResourceID] {
        (self.certificateID.map { [$0] } ?? []) + self.additionalCertificateIDs
    }

    /// The same listener with other mutual TLS settings.
    public func with(_ mutualAuthentication: MutualAuthentication) -> Listener {
        self.with(mutualAuthentication, self.namePolicies)
    }

    /// The same listener with other policies of names.
    public func with(_ namePolicies: [NamePolicy]) -> Listener {
        self.with(self.mutualAuthentication, namePolicies)
    }

    private func with(
        _ mutualAuthentication: MutualAuthentication,
        _ namePolicies: [NamePolicy]
    ) -> Listener {
        Listener(
            id: self.id,
            name: self.name,
            port: self.port,
            protocol: self.protocol,
            certificateID: self.certificateID,
            mutualAuthentication: mutualAuthentication,
            defaultAction: self.defaultAction,
            sslPolicy: self.sslPolicy,
            additionalCertificateIDs: self.additionalCertificateIDs,
            rules: self.rules,
            namePolicies: namePolicies,
            relay: self.relay,
            proxyProtocolSources: self.proxyProtocolSources,
            identityHeaders: self.identityHeaders
        )
    }
}
