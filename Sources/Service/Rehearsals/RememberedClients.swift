import Model

/// Clients with the certificates they presented last, so that they can be judged by a policy that is not in
/// force.
///
/// Whom some listener has let in and whom every listener has refused are bounded apart: strangers drive out
/// strangers only. The ones not seen for longest go.
struct RememberedClients {
    /// What one listener has seen of a client.
    struct Sight: Hashable {
        /// Since the gate runs; they only grow.
        var passed: UInt64 = 0
        var refused: UInt64 = 0
        var lastSeen: Timestamp
        var address: IPAddress
        /// The name that was asked for last, by which a policy may be chosen.
        var serverName: String?

        var connections: UInt64 { self.passed + self.refused }
    }

    struct Client {
        let facts: CertificateFacts
        /// DER, leaf first.
        var chain: [[UInt8]]
        var sights: [ResourceID: Sight] = [:]
        var lastSeen: Timestamp
        var hasPassed = false

        var bytes: Int { self.chain.reduce(0) { $0 + $1.count } }
    }

    private struct Shelf {
        let limit: Int
        var clients: [String: Client] = [:]
        var bytes = 0

        /// Makes room in steps, so that being full costs little each time.
        mutating func shrink() {
            guard self.clients.count > self.limit || self.bytes > RehearsalLimits.chainBytes else { return }
            let oldest = self.clients.sorted { $0.value.lastSeen < $1.value.lastSeen }
            for (key, client) in oldest.prefix(max(1, self.clients.count / 8)) {
                self.bytes -= client.bytes
                self.clients[key] = nil
            }
            self.shrink()
        }
    }

    private var known = Shelf(limit: RehearsalLimits.clients)
    private var strangers = Shelf(limit: RehearsalLimits.strangers)
    /// Connections without a certificate that got through, by listener.
    private(set) var anonymous: [ResourceID: AnonymousConnections] = [:]

    var clients: [Client] { Array(self.known.clients.values) + self.strangers.clients.values }

    func client(_ fingerprint: String) -> Client? {
        self.known.clients[fingerprint] ?? self.strangers.clients[fingerprint]
    }

    mutating func note(_ record: ConnectionRecord) {
        guard let tls = record.tls else { return }
        guard let leaf = tls.leaf else {
            // A ticket holds no certificate, whoever its client was; what is resumed elsewhere tells of it.
            let isTold = tls.mode != .off || !tls.isResumed
            if tls.outcome.isSuccess, isTold {
                self.anonymous[record.listenerID, default: AnonymousConnections()].note(tls.serverName)
            }
            return
        }
        let key = leaf.fingerprint
        let passes = tls.outcome.isSuccess
        if var client = self.known.clients[key] {
            self.known.bytes += Self.update(&client, record, tls)
            self.known.clients[key] = client
        } else {
            var client = self.strangers.clients[key] ?? Client(facts: leaf, chain: [], lastSeen: record.time)
            let growth = Self.update(&client, record, tls)
            // Without its certificates there is nothing to judge; the next of its connections may bring them.
            guard !client.chain.isEmpty else { return }
            if passes {
                if let former = self.strangers.clients.removeValue(forKey: key) {
                    self.strangers.bytes -= former.bytes
                }
                self.known.clients[key] = client
                self.known.bytes += client.bytes
                self.known.shrink()
            } else {
                self.strangers.clients[key] = client
                self.strangers.bytes += growth
                self.strangers.shrink()
            }
        }
    }

    /// Returns by how many bytes the client has grown.
    private static func update(
        _ client: inout Client,
        _ record: ConnectionRecord,
        _ tls: ConnectionRecord.TLSDetails
    ) -> Int {
        let before = client.bytes
        if !tls.presentedChain.isEmpty { client.chain = tls.presentedChain }
        client.lastSeen = max(client.lastSeen, record.time)
        client.hasPassed = client.hasPassed || tls.outcome.isSuccess
        if client.sights[record.listenerID] != nil || client.sights.count < RehearsalLimits.listeners {
            var sight =
                client.sights[record.listenerID]
                ?? Sight(lastSeen: record.time, address: record.client.address)
            if tls.outcome.isSuccess { sight.passed += 1 } else { sight.refused += record.attempts }
            sight.lastSeen = record.time
            sight.address = record.client.address
            sight.serverName = tls.serverName
            client.sights[record.listenerID] = sight
        }
        return client.bytes - before
    }
}
