import Model

/// The trust stores of a gate in columns, and below them what needs attention.
enum TrustStoreTable {
    static func lines(_ view: GateView, at now: Timestamp) -> [String] {
        let stores = view.configuration.trustStores
        guard !stores.isEmpty else { return [] }
        let rows = stores.map { store in
            [
                store.name, "\(store.revision)", "\(store.certificates.count)", store.source.path,
                String(store.source.digest.prefix(12)), store.source.readAt.iso8601,
            ]
        }
        return [""]
            + StatusTable.columns([["TRUST STORE", "REVISION", "CAS", "BUNDLE", "SHA256", "READ"]] + rows)
            + stores.flatMap { $0.warnings(at: now) }.map { "Warning: \($0)" }
    }
}
