public import Model

/// What the pages of a console say of a gate, for those who have none on the screen.
///
/// Fed with what a watch of the gate sends, it answers with what the same code makes of it that draws the
/// pages; in English, with times in UTC.
public struct GateReading: Sendable {
    private var state: ConsoleState

    public init() {
        self.state = ConsoleState(role: .viewing, size: Size(columns: 140, rows: 40))
    }

    public mutating func take(_ update: GateUpdate) {
        switch update {
        case .view(let view): _ = self.state.handle(.view(view))
        case .counters(let counters): _ = self.state.handle(.counters(counters))
        case .records(let batch): _ = self.state.handle(.records(batch))
        }
    }

    /// What a console asks the ledger for its ``attention``.
    public static var expiringClients: ClientQuery { ExpiringClients.query }

    /// Takes the answer to ``expiringClients``.
    public mutating func take(expiring list: ClientList) {
        self.state.expiring.take(list)
    }

    /// nil before the gate has said anything.
    public var view: GateView? { self.state.view }
    public var counters: GateCounters? { self.state.counters }

    /// What somebody should look at, most urgent first: the overview's list.
    public var attention: [AttentionLine] {
        Attention.items(self.state).map { AttentionLine($0) }
    }

    /// Failures of the last quarter of an hour by their cause, the most frequent first: the refusals' list.
    public var refusals: [RefusalCause] {
        self.state.refusalGroups.all.filter { $0.count > 0 }
            .sorted { ($0.count, $0.last, $1.id.origin) > ($1.count, $1.last, $0.id.origin) }
            .map { group in
                RefusalCause(group, record: group.numbers.last.flatMap { self.state.events.entry($0) })
            }
    }

    /// Everything about a listener, line by line: its detail.
    ///
    /// - Returns: nil where there is no listener of this name.
    public func listener(named name: String) -> [(label: String, text: String)]? {
        guard let view = self.state.view,
            let found = view.configuration.listeners.first(where: { $0.listener.name == name })
        else { return nil }
        return ListenersScreen.detail(found.loadBalancer, found.listener, view, self.state).lines
            .map { (label: $0.label, text: TextShaping.plain($0.text)) }
    }

    // MARK: The log, counted

    /// What records can be counted by.
    public static let countKeys = LogGroups.Key.allCases.map(\.rawValue)

    /// The records that are here, counted by one of ``countKeys``, the most frequent first.
    public func counts(by key: String, filter: Filter, failedOnly: Bool) -> RecordCounts {
        let query = LogQuery(filter: filter, failedOnly: failedOnly)
        var groups = LogGroups(key: LogGroups.Key(rawValue: key) ?? .reason)
        for entry in self.state.events.entries where query.matches(entry) { groups.add(entry) }
        return RecordCounts(
            groups: groups.sorted.map { RecordCounts.Group($0, key: groups.key) },
            uncounted: groups.uncounted,
            records: self.state.events.count,
            since: self.state.events.entries.first?.time
        )
    }
}
