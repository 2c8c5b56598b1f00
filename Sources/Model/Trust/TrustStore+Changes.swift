extension TrustStore {
    /// The same trust store under another revision.
    public func with(revision: Int) -> TrustStore {
        self.copy(revision: revision)
    }

    /// The same with another bundle, which is its next revision.
    public func with(certificates: [CACertificate], source: BundleSource) -> TrustStore {
        self.copy(revision: self.revision + 1, certificates: certificates, source: source)
    }

    /// The same bundle, read from elsewhere.
    public func with(path: String) -> TrustStore {
        let source = BundleSource(path: path, digest: self.source.digest, readAt: self.source.readAt)
        return self.copy(source: source)
    }

    /// The same with other revocation lists; ids are never given back.
    public func with(lists: [RevocationList], nextID: Int) -> TrustStore {
        self.copy(revocationLists: lists, nextRevocationID: max(nextID, self.nextRevocationID))
    }

    /// The same with other settings.
    public func with(expiredLists: ExpiredListPolicy, isWatched: Bool) -> TrustStore {
        self.copy(expiredLists: expiredLists, isWatched: isWatched)
    }

    private func copy(
        revision: Int? = nil,
        certificates: [CACertificate]? = nil,
        source: BundleSource? = nil,
        revocationLists: [RevocationList]? = nil,
        nextRevocationID: Int? = nil,
        expiredLists: ExpiredListPolicy? = nil,
        isWatched: Bool? = nil
    ) -> TrustStore {
        TrustStore(
            id: self.id,
            name: self.name,
            revision: revision ?? self.revision,
            certificates: certificates ?? self.certificates,
            source: source ?? self.source,
            revocationLists: revocationLists ?? self.revocationLists,
            nextRevocationID: nextRevocationID ?? self.nextRevocationID,
            expiredLists: expiredLists ?? self.expiredLists,
            isWatched: isWatched ?? self.isWatched
        )
    }
}

extension RevocationList {
    /// The same list, found elsewhere or in other bytes.
    public func with(path: String, digest: String) -> RevocationList {
        RevocationList(
            id: self.id,
            facts: self.facts,
            source: BundleSource(path: path, digest: digest, readAt: self.source.readAt),
            signers: self.signers,
            notices: self.notices
        )
    }

    /// The same list beside another bundle.
    public func with(signers: [String]) -> RevocationList {
        RevocationList(
            id: self.id,
            facts: self.facts,
            source: self.source,
            signers: signers,
            notices: self.notices
        )
    }
}
