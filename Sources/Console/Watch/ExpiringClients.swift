import Model

/// Clients whose certificates are about to expire, as the ledger told it last.
struct ExpiringClients: Sendable {
    static let days = 7
    /// How long an answer is good for.
    private static let milliseconds: Int64 = 300_000

    private(set) var list: ClientList?
    private var askedAt: Int64?

    /// Whether it is time to ask again.
    func isDue(now: Int64) -> Bool { self.askedAt.map { now - $0 >= Self.milliseconds } ?? true }

    mutating func ask(now: Int64) { self.askedAt = now }

    mutating func take(_ list: ClientList) { self.list = list }

    /// Those that have not been seen with a certificate that is valid for longer.
    static var query: ClientQuery {
        var query = ClientQuery()
        query.expiringWithinSeconds = Int64(self.days) * 86_400
        query.notRenewed = true
        return query
    }
}

extension ConsoleState {
    /// Asks while somebody looks at the overview; nobody is woken for it.
    mutating func askForExpiring() -> [Effect] {
        guard self.page == .overview, self.link == .live, self.expiring.isDue(now: self.now),
            !self.pending.values.contains(.expiring)
        else { return [] }
        self.expiring.ask(now: self.now)
        self.lastRequest += 1
        self.pending[self.lastRequest] = .expiring
        return [.request(self.lastRequest, .clients(ExpiringClients.query))]
    }
}
