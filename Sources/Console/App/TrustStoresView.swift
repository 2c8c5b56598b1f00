import Model

/// What of the trust stores is looked at.
struct TrustStoresView: Sendable {
    enum Pane: Hashable, Sendable {
        case stores, certificates
    }

    var pane: Pane = .stores
    var filterText = ""
    var stores = Selection<ResourceID>()
    /// By fingerprint.
    var certificates = Selection<String>()
    /// The rows, in the order drawn.
    private(set) var storeOrder: [ResourceID] = []
    private(set) var certificateOrder: [String] = []

    /// Filters anew: a store is shown when its name or one of its certificates has every word.
    mutating func arrange(_ view: GateView) {
        let words = self.filterText.lowercased().split(separator: " ")
        func fits(_ text: String) -> Bool {
            let text = text.lowercased()
            return words.allSatisfy { text.contains($0) }
        }
        self.storeOrder = view.configuration.trustStores.filter { store in
            fits(store.name) || store.certificates.contains { fits(Self.searchText($0)) }
        }.map(\.id)
        self.stores.update(self.storeOrder)
        let store = self.stores.id.flatMap { view.configuration.trustStore($0) }
        let isWholeStore = store.map { fits($0.name) } ?? false
        self.certificateOrder = (store?.certificates ?? [])
            .filter { isWholeStore || fits(Self.searchText($0)) }
            .map(\.facts.fingerprint)
        self.certificates.update(self.certificateOrder)
    }

    private static func searchText(_ certificate: CACertificate) -> String {
        let facts = certificate.facts
        return
            "\(NameText.readable(facts.subject)) \(facts.serialNumber) \(facts.fingerprint) \(facts.keyDescription)"
    }
}
