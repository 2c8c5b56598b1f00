import HTTP
import Model
import TLS

/// The access log's side of a request: what has to be kept of it while it is in hand, and its end.
///
/// Where a listener's requests are not logged, all of it is one look at a nil.
extension Worker {
    /// The request in hand begins here; `head` is nil where none came whole.
    func beginRecord(_ client: ClientConnection, _ head: UnsafeRawBufferPointer?) {
        client.exchange.startedAt = self.nowMicroseconds
        guard let context = client.listener.accessContext else { return }
        let entry = AccessEntry(
            context: context,
            tls: self.accessTLS(of: client),
            traceID: client.traceID,
            client: client.peer,
            nodeAddress: client.nodeAddress ?? client.listener.endpoint.address,
            kind: client.stream != nil ? .h2 : client.isTLS ? .https : .http,
            created: Clock.wall()
        )
        let draft = self.accessDrafts.popLast() ?? AccessDraft(entry)
        draft.begin(entry)
        client.exchange.record = draft
        guard let head, let version = self.request.lineVersion else { return }
        draft.entry.minorVersion = version
        draft.entry.method = draft.keep(self.request.method(in: head))
        draft.entry.host = draft.keep(self.request.hostName(in: head))
        draft.entry.uri = draft.keep(self.request.target(in: head))
        if let agent = self.request.userAgent(in: head) {
            draft.entry.userAgent = draft.keep(agent, limit: EngineLimits.userAgentBytes)
        }
        if client.stream != nil, self.request.isGRPC(in: head) { draft.entry.kind = .grpcs }
        let seed = self.newTraceSeed()
        draft.traceSeed = seed
        draft.entry.trace = draft.keep { self.request.writeTrace(head, seed: seed, to: $0) }
    }

    /// The request in hand is over, answered or not: counts it and hands it to the access log, once.
    func endRecord(_ client: ClientConnection) {
        guard client.exchange.startedAt >= 0 else { return }
        // A client that has gone while it waited is what ALB calls 460; one that we have cut was told
        // nothing.
        if client.exchange.status == 0, !client.exchange.isCut {
            client.exchange.status = client.exchange.isBodyComplete ? 460 : 400
        }
        self.countRequest(client)
        if let draft = client.exchange.record { self.push(draft, client) }
        client.exchange.record = nil
        client.exchange.startedAt = -1
    }

    private func push(_ draft: AccessDraft, _ client: ClientConnection) {
        draft.entry.time = Clock.wall()
        draft.entry.target = client.exchange.endpoint
        draft.entry.targetGroup = client.exchange.targetGroup
        if client.exchange.dispatchedAt >= 0 {
            draft.entry.requestTime = client.exchange.dispatchedAt - client.exchange.startedAt
            if client.exchange.respondedAt >= 0 {
                draft.entry.targetTime = client.exchange.respondedAt - client.exchange.dispatchedAt
                // The head goes on in the turn in which it has come.
                draft.entry.responseTime = 0
            }
        }
        draft.entry.status = client.exchange.status
        draft.entry.targetStatus = client.exchange.targetStatus
        draft.entry.receivedBytes = client.exchange.receivedBytes
        draft.entry.sentBytes = client.exchange.sentBytes
        draft.entry.priority = client.exchange.priority
        draft.entry.actions = client.exchange.actions
        draft.entry.errorReason = client.exchange.errorReason
        draft.entry.classification = client.exchange.classification
        draft.entry.transform = client.exchange.transform
        self.port.accessRing.push(draft.entry, draft.text.bytes)
        self.hasNewRecords = true
        if self.accessDrafts.count < EngineLimits.accessDrafts { self.accessDrafts.append(draft) }
    }

    /// What is told of a connection's TLS, made once; streams have that of theirs.
    private func accessTLS(of client: ClientConnection) -> AccessTLS? {
        let client = client.stream?.carrier ?? client
        if let known = client.accessTLS { return known }
        // The log has been switched on since the handshake.
        guard let tls = client.tls else { return nil }
        let made = AccessTLS(tls.facts())
        tls.releasePeer()
        client.accessTLS = made
        return made
    }

    func newTraceSeed() -> TraceSeed {
        let mixed = self.mixer.next()
        return TraceSeed(
            seconds: UInt32(truncatingIfNeeded: Clock.wall().seconds),
            high: UInt32(truncatingIfNeeded: mixed),
            low: self.mixer.next()
        )
    }
}
