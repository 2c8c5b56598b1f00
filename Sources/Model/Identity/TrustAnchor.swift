/// The certificate of a trust store at which a verified client's path ended.
public struct TrustAnchor: Hashable, Sendable, Codable {
    /// RFC 2253.
    public let subject: String
    /// SHA-256 of the DER, lower-case hexadecimal.
    public let fingerprint: String
    /// The store's name.
    public let trustStore: String

    public init(subject: String, fingerprint: String, trustStore: String) {
        self.subject = subject
        self.fingerprint = fingerprint
        self.trustStore = trustStore
    }
}
