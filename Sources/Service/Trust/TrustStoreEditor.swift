import Model
import TLS

/// Works out what a trust store becomes, with its lists and what is known of them.
///
/// Ids grow and are never given twice: a list that changes is another list.
struct TrustStoreEditor {
    /// The lists that the gate holds, by fingerprint.
    let contents: [String: RevocationContent]
    let now: Timestamp

    /// What was read for this change and is not stored yet.
    private(set) var fresh: [ReadRevocationList] = []

    init(contents: [String: RevocationContent], now: Timestamp) {
        self.contents = contents
        self.now = now
    }

    /// Gives a store exactly these lists; one that it has keeps its id.
    mutating func setLists(
        _ files: [ReadFile],
        of store: TrustStore
    ) throws(OperatorError) -> TrustStore {
        var kept: [RevocationList] = []
        var added: [ReadFile] = []
        for file in files {
            let known = store.revocationLists.first {
                $0.facts.fingerprint == file.list.facts.fingerprint
            }
            if let known {
                // Should its content have been lost, here it is.
                self.fresh.append(file.list)
                guard !kept.contains(where: { $0.id == known.id }) else { continue }
                kept.append(known.with(path: file.path, digest: file.digest))
            } else {
                added.append(file)
            }
        }
        let remaining = store.with(lists: kept.sorted { $0.id < $1.id }, nextID: store.nextRevocationID)
        return try self.addLists(added, to: remaining, before: store.revocationLists)
    }

    /// Gives a store further lists; one that it has already is not added again.
    ///
    /// - Parameters:
    ///   - files: as they were read.
    ///   - store: the store with the lists that stay.
    ///   - earlier: the lists that new ones are held against; those of the store where none are named.
    /// - Returns: the store with them.
    /// - Throws: ``OperatorError`` about the file that cannot be used, or with a quota.
    mutating func addLists(
        _ files: [ReadFile],
        to store: TrustStore,
        before earlier: [RevocationList]? = nil
    ) throws(OperatorError) -> TrustStore {
        var lists = store.revocationLists
        var next = store.nextRevocationID
        for file in files {
            let list = file.list
            guard !lists.contains(where: { $0.facts.fingerprint == list.facts.fingerprint }) else { continue }
            let signers = try RevocationListReader.checkedSigners(
                of: list,
                in: store.certificates,
                path: file.path
            )
            let before = (earlier ?? store.revocationLists).filter { $0.facts.issuer == list.facts.issuer }
                .max { $0.facts.thisUpdate < $1.facts.thisUpdate }
            lists.append(
                RevocationList(
                    id: next,
                    facts: list.facts,
                    source: BundleSource(path: file.path, digest: file.digest, readAt: self.now),
                    signers: signers,
                    notices: before.map { list.facts.notices(after: $0.facts) } ?? []
                )
            )
            next += 1
            self.fresh.append(list)
        }
        let edited = store.with(lists: lists, nextID: next)
        try Self.checkQuotas(edited)
        return edited
    }

    /// Puts a new version of a file's list in the place of the old one.
    mutating func exchange(_ file: ReadFile, in store: TrustStore) throws(OperatorError) -> TrustStore {
        let others = store.revocationLists.filter { $0.source.path != file.path }
        // The same list in other bytes is no new version.
        let isKnown = store.revocationLists.contains {
            $0.facts.fingerprint == file.list.facts.fingerprint
        }
        guard !isKnown else { return store }
        return try self.addLists(
            [file],
            to: store.with(lists: others, nextID: store.nextRevocationID),
            before: store.revocationLists
        )
    }

    /// Takes lists away by id.
    func removeLists(_ ids: [Int], from store: TrustStore) throws(OperatorError) -> TrustStore {
        for id in ids where !store.revocationLists.contains(where: { $0.id == id }) {
            let known = store.revocationLists.map { "\($0.id)" }.joined(separator: ", ")
            throw OperatorError(
                .revocationIDNotFound,
                subject: "\(id)",
                message: "Trust store \(store.name) has no revocation list \(id).",
                hint: known.isEmpty
                    ? "It has none; nothing was changed." : "Its lists are \(known); nothing was changed."
            )
        }
        return store.with(
            lists: store.revocationLists.filter { !ids.contains($0.id) },
            nextID: store.nextRevocationID
        )
    }

    /// Gives a store another bundle, and its lists the CAs of that.
    ///
    /// The bytes of the present bundle change nothing but the path; they are not read again, so that a rule
    /// that a later version adds does not keep an operator from changing something else.
    func replaceBundle(
        _ bundle: FileContents,
        of store: TrustStore?,
        name: String
    ) throws(OperatorError) -> TrustStore {
        let digest = CertificateReader.sha256Hex(bundle.text.utf8)
        if let store, store.source.digest == digest { return store.with(path: bundle.path) }
        let certificates = try CertificateReader.trustBundle(bundle)
        let source = BundleSource(path: bundle.path, digest: digest, readAt: self.now)
        guard let store else {
            return TrustStore(
                id: .random(),
                name: name,
                revision: 1,
                certificates: certificates,
                source: source
            )
        }
        let lists = store.revocationLists.map { list in
            list.with(
                signers: self.contents[list.facts.fingerprint].map {
                    RevocationListReader.signers(of: $0, in: certificates)
                } ?? list.signers
            )
        }
        return store.with(certificates: certificates, source: source)
            .with(lists: lists, nextID: store.nextRevocationID)
    }

    /// Gives a store further CAs; without one that it has not, it stays what it is.
    func addAuthorities(_ file: FileContents, to store: TrustStore) throws(OperatorError) -> TrustStore {
        // By itself first, so that what is wrong with it is told by its own lines.
        let wanted = try CertificateReader.trustBundle(file)
        let known = Set(store.certificates.map(\.facts.fingerprint))
        let fresh = wanted.filter { !known.contains($0.facts.fingerprint) }
        guard !fresh.isEmpty else { return store }
        return try self.setAuthorities(store.certificates + fresh, of: store)
    }

    /// Takes a CA out of a store.
    func removeAuthority(
        _ fingerprint: String,
        from store: TrustStore
    ) throws(OperatorError) -> TrustStore {
        let rest = store.certificates.filter { $0.facts.fingerprint != fingerprint.lowercased() }
        guard rest.count < store.certificates.count else {
            throw OperatorError(
                .validationError,
                subject: fingerprint,
                message: "Trust store \(store.name) has no CA with the fingerprint \(fingerprint).",
                hint: "`sekisho trust-store \(store.name)` lists them with theirs; nothing was changed."
            )
        }
        guard !rest.isEmpty else {
            throw OperatorError(
                .validationError,
                subject: fingerprint,
                message: "It is the last CA of trust store \(store.name), which cannot be empty.",
                hint: "Add the CA that replaces it first, or delete the trust store with `sekisho apply`."
            )
        }
        return try self.setAuthorities(rest, of: store)
    }

    /// Gives a store exactly these CAs, as they were read before.
    func setAuthorities(
        _ certificates: [CACertificate],
        of store: TrustStore
    ) throws(OperatorError) -> TrustStore {
        let text = certificates.map(\.pem).joined()
        return try self.replaceBundle(
            FileContents(path: store.source.path, text: text),
            of: store,
            name: store.name
        )
    }

    private static func checkQuotas(_ store: TrustStore) throws(OperatorError) {
        let lists = store.revocationLists.count
        guard lists <= Quotas.revocationListsPerTrustStore else {
            throw OperatorError(
                .quotaExceeded,
                subject: store.name,
                message: "Trust store \(store.name) would have \(lists) revocation lists; at most "
                    + "\(Quotas.revocationListsPerTrustStore) are allowed.",
                hint: "Remove lists that newer ones have replaced; nothing was changed."
            )
        }
        let entries = store.revocationLists.reduce(0) { $0 + $1.facts.entries }
        guard entries <= Quotas.revocationEntriesPerTrustStore else {
            throw OperatorError(
                .tooManyTrustStoreRevocationEntries,
                subject: store.name,
                message: "Trust store \(store.name) would have \(entries) revoked entries; at most "
                    + "\(Quotas.revocationEntriesPerTrustStore) are allowed.",
                hint: "Remove lists that newer ones have replaced, or divide the CAs between trust stores; "
                    + "nothing was changed."
            )
        }
    }
}
