/// What a change of a trust store would do, to the store and to clients; nothing has been changed.
public struct TrustStorePreview: Hashable, Sendable, Codable {
    public let plan: Plan
    public let authorities: AuthorityDifference
    /// For each listener that would judge clients in another way.
    public let reports: [RehearsalReport]
    /// Clients of the ledger that were verified by a CA which would go, seen lately or not; nil where none
    /// goes.
    public let dependents: ClientList?

    public init(
        plan: Plan,
        authorities: AuthorityDifference,
        reports: [RehearsalReport],
        dependents: ClientList? = nil
    ) {
        self.plan = plan
        self.authorities = authorities
        self.reports = reports
        self.dependents = dependents
    }

    /// Clients that get through now and would be refused, over all listeners.
    public var refused: Int { self.reports.reduce(0) { $0 + $1.refused.count } }
}

/// The CA certificates that one bundle has and another has not.
public struct AuthorityDifference: Hashable, Sendable, Codable {
    public let added: [CertificateFacts]
    public let removed: [CertificateFacts]

    /// In the order of each bundle; a certificate is the same by its fingerprint.
    public init(from old: [CertificateFacts], to new: [CertificateFacts]) {
        let (before, after) = (Set(old.map(\.fingerprint)), Set(new.map(\.fingerprint)))
        self.added = new.filter { !before.contains($0.fingerprint) }
        self.removed = old.filter { !after.contains($0.fingerprint) }
    }
}
