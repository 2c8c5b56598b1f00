public import Model
import TLS

/// Changes that are wanted to be known before they are made.
extension GateService {
    /// Clients of the ledger that are listed because nothing is known of how they would fare.
    static let listedUnseen = 20

    public func rehearse(_ request: RehearsalRequest) async throws(OperatorError) -> [RehearsalReport] {
        let wanted: Model.Configuration
        var lists = self.lists
        switch request.candidate {
        case .mutualAuthentication(let change):
            wanted = try Flip(state: self.state).apply(change)
        case .configuration(let desired):
            let files = await self.files(of: desired)
            let resolution = try self.resolve(desired, files)
            wanted = resolution.configuration
            for list in resolution.freshLists { lists[list.facts.fingerprint] = list.content }
        }
        return try await self.reports(on: wanted, lists: lists, isAttached: request.isAttached)
    }

    /// How each listener that would judge clients in another way would fare.
    ///
    /// `lists` are the revocation lists of both configurations, by fingerprint. Attached, whoever comes from
    /// now on is judged, and not whoever the gate remembers.
    func reports(
        on wanted: Model.Configuration,
        lists: [String: RevocationContent],
        isAttached: Bool
    ) async throws(OperatorError) -> [RehearsalReport] {
        let current = self.state.configuration
        let directory = AuthorityDirectory(wanted.servedTrustStores)
        let now = self.clock()
        var reports: [RehearsalReport] = []
        for (_, listener) in wanted.listeners where listener.protocol.terminatesTLS {
            guard let former = current.listeners.first(where: { $0.listener.id == listener.id })?.listener,
                former.protocol.terminatesTLS
            else { continue }
            let before = try CandidatePolicy(former, in: current, lists: lists)
            let after = try CandidatePolicy(listener, in: wanted, lists: lists)
            guard !before.judgesAlike(after) else { continue }
            let report = await self.rehearsals.report(
                on: after,
                beside: before,
                since: isAttached ? nil : self.startedAt,
                knowing: directory,
                at: now
            )
            reports.append(
                report.with(unseen: try await self.unseen(by: former, since: report.since, at: now))
            )
        }
        return reports
    }

    /// Clients that a listener has let in, and that have not come since.
    private func unseen(
        by listener: Listener,
        since: Timestamp,
        at now: Timestamp
    ) async throws(OperatorError) -> ClientList {
        var query = ClientQuery()
        query.lastSeenBefore = since
        query.filter = "listener:\(listener.name) handshakes>0"
        query.limit = Self.listedUnseen
        return try await self.ledger.clients(query, at: now)
    }
}
