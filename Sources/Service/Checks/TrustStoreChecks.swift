import Model
import TLS

/// What a declared trust store must be.
///
/// The rules for the bundle itself, its quotas among them, are ``CertificateReader``'s.
struct TrustStoreChecks {
    let current: [TrustStore]
    /// The lists that the declaration names, by path.
    let files: [String: Result<ReadFile, OperatorError>]
    private(set) var editor: TrustStoreEditor

    init(
        current: [TrustStore],
        files: [String: Result<ReadFile, OperatorError>],
        contents: [String: RevocationContent],
        now: Timestamp
    ) {
        self.current = current
        self.files = files
        self.editor = TrustStoreEditor(contents: contents, now: now)
    }

    mutating func resolve(_ desired: [DesiredTrustStore]) throws(OperatorError) -> [TrustStore] {
        try ConfigurationResolver.checkQuota(
            desired.count,
            Quotas.trustStores,
            of: "trust stores",
            field: "trustStores"
        )
        var names: Set<String> = []
        var stores: [TrustStore] = []
        for (index, wanted) in desired.enumerated() {
            let path = "trustStores[\(index)]"
            try ResourceName.check(wanted.name, kind: "Trust store", field: "\(path).name")
            guard names.insert(wanted.name).inserted else {
                throw .duplicate(
                    .duplicateTrustStoreName,
                    kind: "trust store",
                    name: wanted.name,
                    field: "\(path).name"
                )
            }
            stores.append(try self.store(wanted, path: path))
        }
        return stores
    }

    private mutating func store(_ wanted: DesiredTrustStore, path: String) throws(OperatorError) -> TrustStore
    {
        try Self.checkWatch(wanted, path: path)
        let previous = self.current.first { $0.name == wanted.name }
        var store: TrustStore
        do {
            store = try self.editor.replaceBundle(
                wanted.caCertificatesBundle,
                of: previous,
                name: wanted.name
            )
        } catch {
            throw error.about("\(path).caCertificatesBundle")
        }
        store = store.with(expiredLists: wanted.expiredLists ?? .use, isWatched: wanted.watch ?? false)
        guard let lists = wanted.revocationLists else { return store }
        var files: [ReadFile] = []
        for (index, list) in lists.enumerated() {
            do throws(OperatorError) {
                files.append(try GateService.file(list, in: self.files))
            } catch {
                throw error.about("\(path).revocationLists[\(index)]")
            }
        }
        do {
            return try self.editor.setLists(files, of: store)
        } catch {
            let index = lists.firstIndex(of: error.subject).map { "[\($0)]" } ?? ""
            throw error.about("\(path).revocationLists\(index)")
        }
    }

    /// A path that is not absolute means nothing to a gate that runs somewhere else.
    private static func checkWatch(_ wanted: DesiredTrustStore, path: String) throws(OperatorError) {
        guard wanted.watch == true, !wanted.caCertificatesBundle.path.hasPrefix("/") else { return }
        throw OperatorError(
            .validationError,
            subject: "\(path).caCertificatesBundle",
            message: "The bundle of the watched trust store \(wanted.name) is not named by an absolute path.",
            hint: "Write its path from the root on; nothing was changed."
        )
    }
}
