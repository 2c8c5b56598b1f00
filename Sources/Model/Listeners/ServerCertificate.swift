/// A certificate that a listener shows to clients, or the gate to targets, with its chain.
///
/// Its private key is kept beside it, never in it.
public struct ServerCertificate: Hashable, Sendable, Codable {
    public let id: ResourceID

    /// The chain in PEM, leaf first.
    public let chainPEM: String

    /// The leaf.
    public let leaf: CertificateFacts

    /// Where it was read from, as the operator wrote it.
    public let source: String

    public init(id: ResourceID, chainPEM: String, leaf: CertificateFacts, source: String) {
        self.id = id
        self.chainPEM = chainPEM
        self.leaf = leaf
        self.source = source
    }
}
