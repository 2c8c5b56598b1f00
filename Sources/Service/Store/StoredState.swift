import Model

/// What the database holds: the configuration in force, its number, and when each part last changed.
struct StoredState: Hashable, Sendable {
    var generation: UInt64
    var configuration: Model.Configuration
    /// The generation in which a listener last changed.
    var listenersChangedIn: [ResourceID: UInt64]
    /// The generation in which a trust store last changed.
    var trustStoresChangedIn: [ResourceID: UInt64]

    static let empty = StoredState(
        generation: 0,
        configuration: .empty,
        listenersChangedIn: [:],
        trustStoresChangedIn: [:]
    )

    /// The state one generation later, with another configuration.
    func next(_ configuration: Model.Configuration) -> StoredState {
        let generation = self.generation + 1
        var next = StoredState(
            generation: generation,
            configuration: configuration,
            listenersChangedIn: [:],
            trustStoresChangedIn: [:]
        )
        for store in configuration.trustStores {
            let isUnchanged = self.configuration.trustStore(store.id) == store
            next.trustStoresChangedIn[store.id] =
                isUnchanged ? self.trustStoresChangedIn[store.id] ?? generation : generation
        }
        let before = Dictionary(
            self.configuration.listeners.map { ($0.listener.id, $0.listener) },
            uniquingKeysWith: { first, _ in first }
        )
        for (_, listener) in configuration.listeners {
            let isUnchanged = before[listener.id] == listener
            next.listenersChangedIn[listener.id] =
                isUnchanged ? self.listenersChangedIn[listener.id] ?? generation : generation
        }
        return next
    }
}
