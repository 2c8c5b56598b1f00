import Model

extension Model.Configuration {
    /// Every trust store, used or not, by its CAs.
    var servedTrustStores: [ServedTrustStore] {
        self.trustStores.map {
            ServedTrustStore(id: $0.id, name: $0.name, anchors: $0.certificates.map(\.pem))
        }
    }
}
