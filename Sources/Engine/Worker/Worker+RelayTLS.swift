import Glibc
import HTTP
import Model
import TLS

/// Handshakes of TLS listeners.
extension Worker {
    /// Reads of what a refused client has sent already.
    private static let farewellReads = 4

    func handshake(_ relay: RelayConnection) {
        // What came behind a PROXY header is the beginning of TLS.
        if let held = relay.up.held {
            relay.up.held = nil
            self.receivedInHandshake(relay, held.bytes)
        }
        while relay.phase == .handshaking, relay.up.isReadable {
            switch Socket.receive(relay.client, into: self.clientInput) {
            case .bytes(let count):
                if count < self.clientInput.count, !relay.up.hasHangup { relay.up.isReadable = false }
                self.receivedInHandshake(relay, UnsafeRawBufferPointer(rebasing: self.clientInput[..<count]))
            case .drained:
                relay.up.isReadable = false
            case .end, .failed:
                self.failHandshake(relay, .failed(.closed))
            }
        }
        if relay.phase == .handshaking { self.sendInHandshake(relay) }
    }

    private func receivedInHandshake(_ relay: RelayConnection, _ bytes: UnsafeRawBufferPointer) {
        guard let tls = relay.tls ?? self.beginHandshake(relay) else { return }
        self.window.setInput(bytes)
        switch tls.handshake() {
        case .needsInput:
            self.holdWindow(relay)
            self.sendInHandshake(relay)
        case .failed(let outcome):
            self.holdWindow(relay)
            self.sendInHandshake(relay)
            if relay.isOpen { self.failHandshake(relay, outcome) }
        case .complete:
            self.established(relay, tls)
        }
    }

    private func beginHandshake(_ relay: RelayConnection) -> ServerConnection? {
        let verdicts = relay.listener.verdicts
        guard let context = relay.listener.context, self.takeHandshake(relay),
            let tls = try? ServerConnection(context: context, window: self.window, verdicts: verdicts)
        else {
            relay.listener.tally.countRejected(.handshakes)
            self.failHandshake(relay, .failed(.limit))
            return nil
        }
        relay.tls = tls
        relay.policyGeneration = relay.listener.policyGeneration
        relay.sslPolicy = relay.listener.served.tls?.sslPolicy
        relay.handshakeStart = Clock.monotonicMicroseconds()
        return tls
    }

    private func established(_ relay: RelayConnection, _ tls: ServerConnection) {
        let latency = Clock.monotonicMicroseconds() - relay.handshakeStart
        let facts = tls.facts()
        if tls.mode == .verify, !facts.isJudged {
            // The TLS module lets no such connection through; if it ever does, it ends here.
            return self.failHandshake(relay, .failed(.other))
        }
        self.giveHandshakeBack(relay)
        relay.phase = .connecting
        relay.isVerified = facts.verification == .verified
        self.noteSuccess(relay.peer)
        self.watch(tls)
        relay.listener.tally.countHandshake(
            microseconds: latency,
            isResumed: facts.isResumed,
            reliesOnExpiredLists: tls.reliesOnExpiredLists
        )
        self.log(relay, self.details(tls, mode: tls.mode, facts, .success, latency: latency))
        tls.releasePeer()
        // The client may have sent its first bytes with the end of the handshake.
        guard self.decrypt(relay, self.window.unreadInput) else { return self.cut(relay) }
        self.sendInHandshake(relay)
        if relay.isOpen { self.connect(relay) }
    }

    private func sendInHandshake(_ relay: RelayConnection) {
        guard let held = relay.down.held else { return }
        guard let sent = Socket.send(relay.client, held.bytes) else {
            if relay.phase == .handshaking { self.failHandshake(relay, .failed(.closed)) }
            return self.cut(relay)
        }
        held.removeFirst(sent)
        if held.isEmpty { relay.down.held = nil }
    }

    /// A handshake that comes to nothing: counted, logged, closed.
    ///
    /// What is unread in the socket would turn the close into a reset, which can overtake the alert.
    func failHandshake(_ relay: RelayConnection, _ outcome: HandshakeOutcome) {
        guard relay.isOpen else { return }
        self.logFailure(
            relay.listener,
            descriptor: relay.client,
            peer: relay.peer,
            traceID: relay.traceID,
            relay.tls,
            outcome
        )
        Socket.finishSending(relay.client)
        for _ in 0..<Self.farewellReads {
            guard case .bytes = Socket.receive(relay.client, into: self.clientInput) else { break }
        }
        self.close(relay)
    }
}
