public import Model
import TLS

/// What is asked of trust stores; changes nothing.
extension GateService {
    public func preview(_ change: TrustStoreChange) async throws(OperatorError) -> TrustStorePreview {
        let added = try await ReadFile.lists(of: change)
        let old = try self.trustStore(change.trustStore)
        let resolution = try self.resolution(of: change, added)
        let new = resolution.configuration.trustStore(old.id) ?? old
        var lists = self.lists
        for list in resolution.freshLists { lists[list.facts.fingerprint] = list.content }
        let authorities = AuthorityDifference(
            from: old.certificates.map(\.facts),
            to: new.certificates.map(\.facts)
        )
        return TrustStorePreview(
            plan: self.planner(to: resolution.configuration).plan(),
            authorities: authorities,
            reports: try await self.reports(on: resolution.configuration, lists: lists, isAttached: false),
            dependents: try await self.dependents(on: authorities.removed, of: old)
        )
    }

    /// Clients of the ledger that were verified by one of these CAs of a store.
    private func dependents(
        on authorities: [CertificateFacts],
        of store: TrustStore
    ) async throws(OperatorError) -> ClientList? {
        guard !authorities.isEmpty else { return nil }
        var query = ClientQuery()
        let roots = authorities.map { "root:\($0.fingerprint)" }.joined(separator: " or ")
        query.filter = "store:\(store.name) (\(roots))"
        query.limit = Self.listedUnseen
        return try await self.clients(query)
    }

    public func revisions(
        ofTrustStore name: String
    ) async throws(OperatorError) -> [TrustStoreRevision] {
        try self.bundles(of: self.trustStore(name)).map { bundle in
            TrustStoreRevision(
                revision: bundle.store.revision,
                time: bundle.change?.time ?? bundle.store.source.readAt,
                change: bundle.change?.number,
                author: bundle.change?.author,
                certificates: bundle.store.certificates.map(\.facts)
            )
        }
    }

    /// The CAs that a store had in an earlier revision.
    func bundle(of store: TrustStore, revision: Int) throws(OperatorError) -> [CACertificate] {
        let bundles = try self.bundles(of: store)
        if let bundle = bundles.first(where: { $0.store.revision == revision }) {
            return bundle.store.certificates
        }
        throw OperatorError(
            .validationError,
            subject: "\(revision)",
            message: "Revision \(revision) of trust store \(store.name) is not remembered.",
            hint: "Remembered are " + bundles.map { "\($0.store.revision)" }.joined(separator: ", ")
                + "; nothing was changed."
        )
    }

    /// The revisions that are remembered, the one in force in front.
    private func bundles(
        of store: TrustStore
    ) throws(OperatorError) -> [(store: TrustStore, change: ChangeRecord?)] {
        var bundles: [(store: TrustStore, change: ChangeRecord?)] = []
        func add(_ store: TrustStore, _ change: ChangeRecord?) {
            guard !bundles.contains(where: { $0.store.revision == store.revision }) else { return }
            bundles.append((store, change))
        }
        var known = store
        for (edit, change) in try self.store.trustStoreEdits(store.id) {
            if let after = edit.after { add(after, change) }
            known = edit.before ?? known
        }
        add(store, nil)
        add(known, nil)
        return Array(
            bundles.sorted { $0.store.revision > $1.store.revision }.prefix(TrustStoreRevision.listed)
        )
    }

    public func revocations(_ query: RevocationQuery) async throws(OperatorError) -> RevocationAnswer {
        guard let serial = query.serialBytes else {
            throw OperatorError(
                .validationError,
                subject: query.serialNumber,
                message: "\"\(query.serialNumber)\" is no serial number.",
                hint: "Write it in hexadecimal, as certificates are shown: 4a1f09c2 or 4a:1f:09:c2."
            )
        }
        let named = try query.trustStore.map { name throws(OperatorError) in [try self.trustStore(name)] }
        let all = (named ?? self.state.configuration.trustStores).flatMap { store in
            store.revocationLists.filter { query.issuer == nil || $0.facts.issuer == query.issuer }
                .map { (store: store.name, list: $0) }
        }
        let naming = all.filter { _, list in
            guard let content = self.lists[list.facts.fingerprint] else { return false }
            return serial.withUnsafeBytes { content.serials.contains($0) }
        }
        let files = self.revocationFiles
        let findings = try await Self.onThread { () throws(OperatorError) in
            try naming.map { store, list throws(OperatorError) in
                let entry = RevocationListReader.entry(
                    of: serial,
                    in: try files.load(list.facts.fingerprint).der
                )
                return RevocationAnswer.Finding(
                    trustStore: store,
                    list: list,
                    revokedAt: entry?.revokedAt ?? list.facts.thisUpdate,
                    reason: entry?.reason
                )
            }
        }
        return RevocationAnswer(
            findings: findings,
            lists: all.count,
            entries: all.reduce(0) { $0 + $1.list.facts.entries }
        )
    }
}
