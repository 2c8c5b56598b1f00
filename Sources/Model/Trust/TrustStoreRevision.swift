/// A bundle that a trust store has, or had.
public struct TrustStoreRevision: Hashable, Sendable, Codable, Identifiable {
    /// How many are told of a store: the newest.
    public static let listed = 20

    public let revision: Int
    /// When it came into force, as far as the audit trail still tells; otherwise when it was read.
    public let time: Timestamp
    /// nil where the change is not remembered any more.
    public let change: Int64?
    public let author: Author?
    public let certificates: [CertificateFacts]

    public init(
        revision: Int,
        time: Timestamp,
        change: Int64?,
        author: Author?,
        certificates: [CertificateFacts]
    ) {
        self.revision = revision
        self.time = time
        self.change = change
        self.author = author
        self.certificates = certificates
    }

    public var id: Int { self.revision }
}
