import Model
import TLS

/// Two policies of one listener, and the clients they are compared on.
struct Comparison {
    let candidate: CandidatePolicy
    let current: CandidatePolicy
    let directory: AuthorityDirectory
    let now: Timestamp
    let since: Timestamp
    /// Connections by fingerprint that do not count any more.
    let baseline: [String: UInt64]

    func report(
        _ clients: [RememberedClients.Client],
        anonymous: AnonymousConnections?,
        anonymousBefore: AnonymousConnections?
    ) -> RehearsalReport {
        let listener = self.candidate.listener.id
        var accepted = 0
        var acceptedConnections: UInt64 = 0
        var refused: [Difference] = []
        var admitted: [Difference] = []
        for client in clients {
            guard let sight = client.sights[listener] else { continue }
            let connections = sight.connections - (self.baseline[client.facts.fingerprint] ?? 0)
            guard connections > 0 else { continue }
            let name = sight.serverName
            let before = self.current.refusal(of: client.chain, for: name, at: self.now)
            let after = self.candidate.refusal(of: client.chain, for: name, at: self.now)
            if after == nil {
                accepted += 1
                acceptedConnections += connections
            }
            if (before == nil) == (after == nil) { continue }
            let difference = Difference(client: client, sight: sight, connections: connections)
            if after == nil { admitted.append(difference) } else { refused.append(difference) }
        }
        let shutOut = anonymous?.count(since: anonymousBefore) {
            !self.candidate.admitsAnonymous(for: $0) && self.current.admitsAnonymous(for: $0)
        }
        return RehearsalReport(
            listener: self.candidate.listener.name,
            current: self.current.words,
            candidate: self.candidate.words,
            since: self.since,
            isBlind: self.current.isBlind,
            accepted: accepted,
            acceptedConnections: acceptedConnections,
            refused: self.list(refused),
            admitted: self.list(admitted),
            withoutCertificate: shutOut ?? 0,
            unseen: ClientList(clients: [], matching: 0, verified: 0, unverified: 0)
        )
    }

    private struct Difference {
        let client: RememberedClients.Client
        let sight: RememberedClients.Sight
        let connections: UInt64
    }

    private func list(_ differences: [Difference]) -> RehearsalReport.Clients {
        let first = differences.sorted {
            ($1.connections, $0.client.facts.subject) < ($0.connections, $1.client.facts.subject)
        }.prefix(RehearsalReport.listed)
        return RehearsalReport.Clients(
            count: differences.count,
            connections: differences.reduce(0) { $0 + $1.connections },
            first: first.map(self.client)
        )
    }

    private func client(_ difference: Difference) -> RehearsalReport.Client {
        let trace = self.candidate.trace(
            of: difference.client.chain,
            for: difference.sight.serverName,
            at: self.now,
            knowing: self.directory
        )
        return RehearsalReport.Client(
            facts: difference.client.facts,
            connections: difference.connections,
            lastSeen: difference.sight.lastSeen,
            address: difference.sight.address,
            reason: trace?.refusal,
            sentence: trace?.refusal == nil ? nil : trace?.sentence,
            remedy: trace?.remedy
        )
    }
}
