import Model
import TLS

/// Handshakes that come to nothing: counted each, written down a few times in a while.
extension Worker {
    /// Writes a failure down, or counts it for the record that will tell of it.
    func logFailure(
        _ listener: WorkerListener,
        descriptor: Int32,
        peer: Endpoint,
        traceID: TraceID,
        _ tls: ServerConnection?,
        _ outcome: HandshakeOutcome
    ) {
        listener.tally.countFailure(outcome)
        self.noteFailure(peer, outcome)
        let key = FailureWindows.Key(
            listener: listener.id,
            address: peer.address,
            mark: tls?.presentedMark ?? 0,
            outcome: outcome
        )
        guard self.failures.isTold(key, time: Clock.wall(), client: peer, traceID: traceID) else { return }
        let details = self.details(
            tls,
            mode: tls?.mode ?? listener.mode,
            tls?.facts(),
            outcome,
            latency: nil
        )
        let record = self.record(listener, descriptor: descriptor, peer: peer, traceID: traceID, details)
        self.push(record)
        // That the gate ends is nothing a client does.
        if outcome != .failed(.stopped) { self.failures.note(key, record, now: self.now) }
    }

    /// Tells of the failures that were only counted, once their window has ended.
    func settleFailures(now: Int64) {
        guard let end = self.failures.nextEnd, end <= now else { return }
        for record in self.failures.end(now: now) { self.push(record) }
    }

    // MARK: Sources that fail

    /// Failures that are the gate's own doing are nobody's.
    private func noteFailure(_ peer: Endpoint, _ outcome: HandshakeOutcome) {
        switch outcome {
        case .failed(.stopped), .failed(.limit), .success: return
        case .refused, .failed: self.failingSources.failed(ConnectionSource(peer.address), now: self.now)
        }
    }

    func noteSuccess(_ peer: Endpoint) {
        self.failingSources.succeeded(ConnectionSource(peer.address), now: self.now)
    }

    /// Whether a new connection is turned away because those of its source keep failing.
    func isTurnedAway(_ listener: WorkerListener, _ peer: Endpoint) -> Bool {
        guard listener.attributes.failingClients == .refuse, listener.context != nil else { return false }
        return !self.failingSources.admits(ConnectionSource(peer.address), now: self.now)
    }

    /// Whether the handshake of a new connection has to wait.
    func isSlowed(_ listener: WorkerListener, _ peer: Endpoint) -> Bool {
        guard listener.attributes.failingClients == .slow, listener.context != nil else { return false }
        return self.failingSources.isFailing(ConnectionSource(peer.address), now: self.now)
    }
}
