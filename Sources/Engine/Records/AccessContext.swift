import Model
import TLS

/// What the access log knows of a listener, the same for all its requests under one plan.
final class AccessContext: Sendable {
    let loadBalancerPath: String
    let isTLS: Bool
    let port: UInt16
    /// The listener's own address, for requests that name no host.
    let address: String
    /// In the order of the listener.
    let certificateARNs: [String]
    let targetGroupARNs: [ResourceID: String]

    /// nil where the listener's requests are not logged.
    init?(_ served: ServedListener, endpoint: Endpoint) {
        guard let log = served.accessLog else { return nil }
        self.loadBalancerPath = served.loadBalancerPath
        self.isTLS = served.tls != nil
        self.port = endpoint.port
        let address = endpoint.address
        self.address = address.isIPv6 ? "[\(address)]" : "\(address)"
        self.certificateARNs = log.certificateARNs
        self.targetGroupARNs = log.targetGroupARNs
    }
}

/// What the access log tells of a connection's TLS.
final class AccessTLS: Sendable {
    let cipher: String
    let version: String
    /// The name the client asked for; nil without one, or where no certificate is for it.
    let domain: String?
    /// Among the listener's certificates; nil where the session was resumed.
    let certificate: Int?

    init(cipher: String, version: String, domain: String?, certificate: Int?) {
        self.cipher = cipher
        self.version = version
        self.domain = domain
        self.certificate = certificate
    }

    convenience init(_ facts: HandshakeFacts) {
        self.init(
            cipher: facts.cipher ?? "-",
            version: facts.version ?? "-",
            domain: facts.isNameMatched ? facts.serverName : nil,
            certificate: facts.isResumed ? nil : facts.certificate
        )
    }
}
