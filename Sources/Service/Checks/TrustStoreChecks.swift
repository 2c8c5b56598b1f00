import Model
import TLS

/// What a declared trust store must be.
///
/// The rules for the bundle itself, its quotas among them, are ``CertificateReader``'s.
struct TrustStoreChecks {
    let current: [TrustStore]
    let now: Timestamp

    func resolve(_ desired: [DesiredTrustStore]) throws(OperatorError) -> [TrustStore] {
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
            stores.append(try self.store(wanted, field: "\(path).caCertificatesBundle"))
        }
        return stores
    }

    /// The store as it is when the bundle's bytes are the ones it was made from, else its next revision.
    ///
    /// Bytes that were accepted once are not read again: a rule that a later version adds must not keep an
    /// operator from changing something else.
    private func store(_ wanted: DesiredTrustStore, field: String) throws(OperatorError) -> TrustStore {
        let bundle = wanted.caCertificatesBundle
        let digest = CertificateReader.sha256Hex(bundle.text.utf8)
        let previous = self.current.first { $0.name == wanted.name }
        if let previous, previous.source.digest == digest { return previous }

        let certificates: [CACertificate]
        do {
            certificates = try CertificateReader.trustBundle(bundle)
        } catch {
            throw error.about(field)
        }
        return TrustStore(
            id: previous?.id ?? .random(),
            name: wanted.name,
            revision: (previous?.revision ?? 0) + 1,
            certificates: certificates,
            source: BundleSource(path: bundle.path, digest: digest, readAt: self.now)
        )
    }
}
