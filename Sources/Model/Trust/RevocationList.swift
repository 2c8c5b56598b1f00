/// A revocation list of a trust store (`alb-mtls` 1.8).
public struct RevocationList: Hashable, Sendable, Codable, Identifiable {
    /// What a list says of itself.
    public struct Facts: Hashable, Sendable, Codable {
        /// RFC 2253, as in ``CertificateFacts``.
        public let issuer: String
        /// The CRL number in decimal; nil where the list has none.
        public let number: String?
        /// Certificates that it names, those with a negative serial number too.
        public let entries: Int
        public let thisUpdate: Timestamp
        /// nil for a list that never expires.
        public let nextUpdate: Timestamp?
        /// SHA-256 of the DER, lower-case hexadecimal.
        public let fingerprint: String

        public init(
            issuer: String,
            number: String?,
            entries: Int,
            thisUpdate: Timestamp,
            nextUpdate: Timestamp?,
            fingerprint: String
        ) {
            self.issuer = issuer
            self.number = number
            self.entries = entries
            self.thisUpdate = thisUpdate
            self.nextUpdate = nextUpdate
            self.fingerprint = fingerprint
        }
    }

    /// Grows within its trust store and is never used again.
    public let id: Int
    public let facts: Facts
    public let source: BundleSource

    /// Fingerprints of the bundle's CAs whose key signed the list.
    ///
    /// Without one the list has no effect, until its CA appears in the bundle.
    public let signers: [String]

    /// What was odd beside the list that it follows, one sentence each.
    public let notices: [String]

    public init(id: Int, facts: Facts, source: BundleSource, signers: [String], notices: [String] = []) {
        self.id = id
        self.facts = facts
        self.source = source
        self.signers = signers
        self.notices = notices
    }
}

extension RevocationList.Facts {
    /// Of an issuer's earlier list, entries that may go without anybody wondering.
    private static let usualLoss = 10

    /// What is odd about a list that follows an earlier one of the same issuer.
    public func notices(after earlier: RevocationList.Facts) -> [String] {
        var notices: [String] = []
        if let before = earlier.number, let number, Self.isLess(number, than: before) {
            notices.append("its number \(number) is lower than the \(before) of the list before")
        }
        // Entries leave a list when the certificates expire: a few at a time, not half of them.
        if self.entries < earlier.entries / 2, earlier.entries - self.entries > Self.usualLoss {
            notices.append("it names \(self.entries) certificates, the list before \(earlier.entries)")
        }
        return notices
    }

    private static func isLess(_ one: String, than other: String) -> Bool {
        (one.count, one) < (other.count, other)
    }
}
