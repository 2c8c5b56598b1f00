import Model

/// The matching records counted by one of their facts.
struct LogGroups: Sendable {
    /// What they are counted by; raw values are the fields of the filter that shows one group.
    enum Key: String, CaseIterable, Hashable, Sendable {
        case reason, listener, cn, issuer, client, sni

        /// What a record has of it.
        func value(of record: PackedRecord) -> String? {
            switch self {
            case .reason: record.outcome?.shortWord
            case .listener: record.kind.listenerName
            case .cn:
                record.certificate.map {
                    String($0.identity.dropFirst($0.identity.hasPrefix("CN=") ? 3 : 0))
                }
            case .issuer: record.certificate?.issuer
            case .client: Self.network(record.client.address)
            case .sni: record.kind.serverName
            }
        }

        /// Neighbours are one client more often than not: /24 and /64.
        static func network(_ address: IPAddress) -> String {
            let length = address.isIPv6 ? 64 : 24
            return AddressRange("\(address)/\(length)").map { $0.canonical.description }
                ?? address.description
        }
    }

    struct Group: Hashable, Sendable, Identifiable {
        /// The value that its records share; nil for those that have none.
        let id: String?
        var count = 0
        var failures = 0
        var first: Timestamp
        var last: Timestamp
    }

    /// Groups that are kept; strangers decide how many names there are.
    static let limit = 4_096

    let key: Key
    private var groups: [String?: Group] = [:]
    private(set) var selection = Selection<String?>()
    /// Records whose group would have been one too many.
    private(set) var uncounted = 0

    init(key: Key) { self.key = key }

    mutating func clear() {
        self.groups = [:]
        self.uncounted = 0
    }

    mutating func add(_ record: PackedRecord) {
        let value = self.key.value(of: record)
        if self.groups[value] == nil {
            guard self.groups.count < Self.limit else {
                self.uncounted += 1
                return
            }
            self.groups[value] = Group(id: value, first: record.time, last: record.time)
        }
        self.groups[value]?.count += 1
        if record.isFailure { self.groups[value]?.failures += 1 }
        if let group = self.groups[value] {
            self.groups[value]?.first = min(group.first, record.time)
            self.groups[value]?.last = max(group.last, record.time)
        }
    }

    /// The largest first.
    var sorted: [Group] {
        self.groups.values.sorted { ($0.count, $1.id ?? "") > ($1.count, $0.id ?? "") }
    }

    mutating func move(by step: Int) {
        let ids = self.sorted.map(\.id)
        self.selection.update(ids)
        self.selection.move(by: step, in: ids)
    }

    /// The group under the cursor.
    var selected: Group? {
        let sorted = self.sorted
        guard let id = self.selection.id else { return sorted.first }
        return sorted.first { $0.id == id } ?? sorted.first
    }
}
