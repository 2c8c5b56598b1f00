import Model

/// What of the listeners is looked at: order, filter and cursor.
struct ListenersView: Sendable {
    enum SortKey: CaseIterable, Hashable, Sendable {
        case name, address, mode, handshakes, failures, connections

        var title: String {
            switch self {
            case .name: "NAME"
            case .address: "ADDRESS"
            case .mode: "MODE"
            case .handshakes: "HS/S"
            case .failures: "FAIL/S"
            case .connections: "CONNS"
            }
        }

        /// Numbers begin with the largest.
        var startsDescending: Bool {
            switch self {
            case .name, .address, .mode: false
            case .handshakes, .failures, .connections: true
            }
        }
    }

    var sortKey: SortKey = .name
    var isDescending = false
    var filterText = ""
    var selection = Selection<ResourceID>()
    /// The rows, in the order drawn.
    private(set) var order: [ResourceID] = []

    /// Sorts and filters anew; equal rows stay in the order of their names.
    mutating func arrange(_ view: GateView, counters: GateCounters?) {
        let words = self.filterText.lowercased().split(separator: " ")
        let rows = view.configuration.listeners.filter { pair in
            let text = Self.searchText(pair.loadBalancer, pair.listener, view)
            return words.allSatisfy { text.contains($0) }
        }
        let sorted = rows.sorted { $0.listener.name < $1.listener.name }
            .enumerated()
            .map { (position: $0.offset, row: $0.element, key: self.key($0.element, counters)) }
            .sorted { left, right in
                if left.key == right.key { return left.position < right.position }
                return (left.key < right.key) != self.isDescending
            }
        self.order = sorted.map(\.row.listener.id)
    }

    /// What sorts one row: numbers, or a text.
    private struct SortValue: Comparable {
        var number = 0.0
        var text = ""

        static func < (left: SortValue, right: SortValue) -> Bool {
            left.number == right.number ? left.text < right.text : left.number < right.number
        }
    }

    private func key(
        _ row: (loadBalancer: LoadBalancer, listener: Listener),
        _ counters: GateCounters?
    ) -> SortValue {
        let id = row.listener.id
        switch self.sortKey {
        case .name: return SortValue(text: row.listener.name)
        case .address:
            return SortValue(number: Double(row.listener.port), text: row.loadBalancer.address.description)
        case .mode: return SortValue(text: row.listener.mutualAuthentication.mode.rawValue)
        case .handshakes: return SortValue(number: counters?.rates[id]?.handshakes ?? 0)
        case .failures: return SortValue(number: counters?.rates[id]?.failures ?? 0)
        case .connections: return SortValue(number: Double(counters?.engine.listeners[id]?.open ?? 0))
        }
    }

    private static func searchText(
        _ balancer: LoadBalancer,
        _ listener: Listener,
        _ view: GateView
    ) -> String {
        let store = listener.mutualAuthentication.trustStoreID.flatMap {
            view.configuration.trustStore($0)?.name
        }
        let isDown = view.failedListeners[listener.id] != nil
        let endpoint = Endpoint(address: balancer.address, port: listener.port)
        return [
            listener.name, endpoint.description, listener.protocol.rawValue,
            listener.mutualAuthentication.mode.rawValue, store ?? "", isDown ? "down" : "up",
        ].joined(separator: " ").lowercased()
    }
}
