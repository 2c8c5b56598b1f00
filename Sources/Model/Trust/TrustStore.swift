/// A set of CA certificates that `verify` listeners accept clients from.
///
/// Replaced as a whole; ``revision`` counts the replacements, so that people, logs and sessions can name
/// the one they mean.
public struct TrustStore: Hashable, Sendable, Codable {
    public let id: ResourceID
    public let name: String

    /// 1 for the bundle it was created with, one more for each bundle that replaced another.
    public let revision: Int

    /// Every certificate is a trust anchor, intermediates included (`alb-mtls` 1.6, step 5); never empty.
    public let certificates: [CACertificate]

    public let source: BundleSource

    public init(
        id: ResourceID,
        name: String,
        revision: Int,
        certificates: [CACertificate],
        source: BundleSource
    ) {
        self.id = id
        self.name = name
        self.revision = revision
        self.certificates = certificates
        self.source = source
    }

    /// The same trust store under another revision.
    public func with(revision: Int) -> TrustStore {
        TrustStore(
            id: self.id,
            name: self.name,
            revision: revision,
            certificates: self.certificates,
            source: self.source
        )
    }
}

/// One certificate of a CA bundle.
public struct CACertificate: Hashable, Sendable, Codable {
    public let facts: CertificateFacts

    /// This certificate alone, in PEM.
    public let pem: String

    public init(facts: CertificateFacts, pem: String) {
        self.facts = facts
        self.pem = pem
    }
}

/// Where a bundle came from.
public struct BundleSource: Hashable, Sendable, Codable {
    /// As the operator wrote it.
    public let path: String

    /// SHA-256 of the bytes that were read, lower-case hexadecimal.
    public let digest: String

    /// When they were read.
    public let readAt: Timestamp

    public init(path: String, digest: String, readAt: Timestamp) {
        self.path = path
        self.digest = digest
        self.readAt = readAt
    }
}
