/// An address and port that a load balancer answers on, and how it treats who comes.
public struct Listener: Hashable, Sendable, Codable {
    /// What a listener speaks; ELBv2's names.
    public enum ListenerProtocol: String, Hashable, Sendable, Codable, CaseIterable {
        case http = "HTTP"
        case https = "HTTPS"
    }

    public let id: ResourceID

    /// What people call it: given by the operator, or `<load balancer>-<port>`; unique.
    public let name: String

    /// 1–65535; 0 asks the system for a free one, which only tests use.
    public let port: UInt16

    public let `protocol`: ListenerProtocol

    /// The default certificate; present exactly on HTTPS listeners.
    public let certificateID: ResourceID?

    /// Off on HTTP listeners.
    public let mutualAuthentication: MutualAuthentication

    public let defaultAction: Action

    /// Present exactly on HTTPS listeners.
    public let sslPolicy: SecurityPolicy?

    /// Shown to clients that ask for their names; the default certificate is not among them.
    public let additionalCertificateIDs: [ResourceID]

    /// Ordered by priority; tried before the default action.
    public let rules: [Rule]

    /// Only on HTTPS listeners; names that are in none are judged by `mutualAuthentication`.
    public let namePolicies: [NamePolicy]

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
        namePolicies: [NamePolicy] = []
    ) {
        self.id = id
        self.name = name
        self.port = port
        self.protocol = `protocol`
        self.certificateID = certificateID
        self.mutualAuthentication = mutualAuthentication
        self.defaultAction = defaultAction
        self.sslPolicy = `protocol` == .https ? sslPolicy ?? .standard : nil
        self.additionalCertificateIDs = additionalCertificateIDs
        self.rules = rules.sorted { $0.priority < $1.priority }
        self.namePolicies = namePolicies
    }

    /// Every certificate, the default one first.
    public var certificateIDs: [ResourceID] {
        (self.certificateID.map { [$0] } ?? []) + self.additionalCertificateIDs
    }

    /// The same listener with other mutual TLS settings.
    public func with(_ mutualAuthentication: MutualAuthentication) -> Listener {
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
            namePolicies: self.namePolicies
        )
    }
}
