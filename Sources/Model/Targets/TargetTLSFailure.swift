/// Why there is no TLS with a target (ALB's `TargetTLSNegotiationErrorCount` counts them all).
public enum TargetTLSFailure: String, Hashable, Sendable, Codable, CaseIterable {
    case untrusted
    case expired
    case notYetValid = "not-yet-valid"
    case wrongName = "wrong-name"
    case purpose
    case weak
    /// The target sent a TLS alert: it refuses us.
    case alert
    /// The target wants a certificate of ours, and got none.
    case certificateRequired = "certificate-required"
    case protocolVersion = "protocol"
    case cipher
    case notTLS = "not-tls"
    /// Targets of HTTP/2 must agree on it (ALPN).
    case noHTTP2 = "no-http2"
    case closed
    case timeout
    case other

    /// What happened and what mends it, for the description of a target's health.
    public var sentence: String {
        switch self {
        case .untrusted: "no CA of the group vouches for the target's certificate; see targetVerification"
        case .expired: "a certificate of the target's chain has expired"
        case .notYetValid: "a certificate of the target's chain is not valid yet"
        case .wrongName: "the target's certificate is for another name or address; see serverName"
        case .purpose: "the target's certificate is not meant for TLS servers"
        case .weak: "a key or signature of the target's chain is too weak"
        case .alert: "the target refused the handshake; see its log"
        case .certificateRequired: "the target requires a clientCertificate that it trusts"
        case .protocolVersion: "the target speaks neither TLS 1.2 nor 1.3"
        case .cipher: "no cipher suite, group or signature scheme in common with the target"
        case .notTLS: "the target does not speak TLS on this port"
        case .noHTTP2: "the target does not agree on HTTP/2 (ALPN h2)"
        case .closed: "the target closed the connection during the handshake"
        case .timeout: "the handshake was not over within 10 seconds"
        case .other: "the target violated the TLS protocol"
        }
    }
}

/// The handshakes with one target that came to nothing.
public struct TargetTLSErrors: Hashable, Sendable, Codable {
    public let target: Endpoint
    public let count: UInt64
    /// Why the last of them failed; nil once a later one has succeeded.
    public let lastFailure: TargetTLSFailure?

    public init(target: Endpoint, count: UInt64, lastFailure: TargetTLSFailure?) {
        self.target = target
        self.count = count
        self.lastFailure = lastFailure
    }
}
