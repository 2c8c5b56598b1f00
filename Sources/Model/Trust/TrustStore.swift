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

    /// Ordered by id.
    public let revocationLists: [RevocationList]

    /// The id that the next list gets.
    public let nextRevocationID: Int

    public let expiredLists: ExpiredListPolicy

    /// Whether the gate reads bundle and lists again when their files change; then their paths are absolute.
    public let isWatched: Bool

    public init(
        id: ResourceID,
        name: String,
        revision: Int,
        certificates: [CACertificate],
        source: BundleSource,
        revocationLists: [RevocationList] = [],
        nextRevocationID: Int = 1,
        expiredLists: ExpiredListPolicy = .use,
        isWatched: Bool = false
    ) {
        self.id = id
        self.name = name
        self.revision = revision
        self.certificates = certificates
        self.source = source
        self.revocationLists = revocationLists
        self.nextRevocationID = nextRevocationID
        self.expiredLists = expiredLists
        self.isWatched = isWatched
    }
}

extension TrustStore {
    private enum CodingKeys: String, CodingKey {
        case id, name, revision, certificates, source
        case revocationLists, nextRevocationID, expiredLists, isWatched
    }

    /// What was written before there were revocation lists is understood.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decode(ResourceID.self, forKey: .id),
            name: try container.decode(String.self, forKey: .name),
            revision: try container.decode(Int.self, forKey: .revision),
            certificates: try container.decode([CACertificate].self, forKey: .certificates),
            source: try container.decode(BundleSource.self, forKey: .source),
            revocationLists: try container.decodeIfPresent([RevocationList].self, forKey: .revocationLists)
                ?? [],
            nextRevocationID: try container.decodeIfPresent(Int.self, forKey: .nextRevocationID) ?? 1,
            expiredLists: try container.decodeIfPresent(ExpiredListPolicy.self, forKey: .expiredLists)
                ?? .use,
            isWatched: try container.decodeIfPresent(Bool.self, forKey: .isWatched) ?? false
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

/// Where a bundle or a revocation list came from.
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
