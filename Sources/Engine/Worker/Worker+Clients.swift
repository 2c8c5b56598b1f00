import Glibc
import HTTP
import Model
import TLS

/// Bytes from and to clients: TLS in both directions, the end of handshakes, the end of connections.
extension Worker {
    // MARK: Reading

    /// Reads while there is something to read and somewhere to put it.
    func read(_ client: ClientConnection) {
        while client.isReadable, client.isOpen, self.mayRead(client) {
            switch Socket.receive(client.descriptor, into: self.clientInput) {
            case .bytes(let count):
                // A short read has emptied the socket, unless its end is what comes next.
                if count < self.clientInput.count, !client.hasHangup { client.isReadable = false }
                self.received(client, UnsafeRawBufferPointer(rebasing: self.clientInput[..<count]))
            case .drained:
                client.isReadable = false
            case .end:
                client.isReadable = false
                // As with relays, the end of TCP alone ends nothing that TLS protects.
                if client.phase == .tunnel, client.tls != nil, !client.hasPeerEnded {
                    self.cutTunnel(client)
                } else {
                    self.peerEnded(client)
                }
            case .failed:
                client.isReadable = false
                self.peerVanished(client)
            }
        }
    }

    /// Back-pressure: what cannot be passed on is left with the kernel, and so with the peer.
    private func mayRead(_ client: ClientConnection) -> Bool {
        guard client.phase != .lingering else { return true }
        guard !client.isHeld else { return false }
        guard client.unsentCount <= self.pendingLimit else { return false }
        if client.phase == .tunnel {
            return (client.exchange.target?.unsentCount ?? 0) <= self.pendingLimit
        }
        guard client.phase == .exchange, client.session == nil else { return true }
        if client.exchange.isBodyComplete { return false }
        return (client.exchange.target?.unsentCount ?? 0) <= self.pendingLimit
    }

    private func received(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) {
        if client.phase == .lingering { return }
        if client.awaitsProxyHeader {
            guard let rest = self.takeProxyHeader(client, bytes), !rest.isEmpty else { return }
            self.received(client, rest.bytes)
            // Its bytes are used to the end.
            return withExtendedLifetime(rest) {}
        }
        if client.phase == .expecting, !self.beginHandshake(client) { return }
        guard let tls = client.tls else {
            self.consume(client, bytes)
            return
        }
        self.window.setInput(bytes)
        if client.phase == .handshaking {
            switch tls.handshake() {
            case .needsInput:
                self.flush(client)
                return
            case .failed(let outcome):
                self.flush(client)
                if client.isOpen { self.fail(client, outcome) }
                return
            case .complete:
                self.established(client, tls)
            }
        }
        while client.phase == .head || client.phase == .exchange || client.phase == .tunnel {
            switch tls.read(into: self.plaintext) {
            case .bytes(let count):
                self.consume(client, UnsafeRawBufferPointer(rebasing: self.plaintext[..<count]))
                continue
            case .needsInput:
                self.flush(client)
            case .closed:
                self.flush(client)
                if client.isOpen { self.peerEnded(client) }
            case .failed:
                self.flush(client)
                self.close(client)
            }
            return
        }
        // What a connection that has ended left in the window must not go out to the next.
        if client.isOpen { self.flush(client) } else { self.window.clearOutput() }
    }

    // MARK: Handshakes

    private func beginHandshake(_ client: ClientConnection) -> Bool {
        guard let context = client.listener.context,
            self.handshakes < self.tuning.handshakesInProgress,
            let tls = try? ServerConnection(
                context: context,
                window: self.window,
                verdicts: client.listener.verdicts
            )
        else {
            client.listener.tally.countRejected(.handshakes)
            self.fail(client, .failed(.limit))
            return false
        }
        client.tls = tls
        client.mode = context.mode
        client.policyGeneration = client.listener.policyGeneration
        client.handshakeStart = Clock.monotonicMicroseconds()
        client.phase = .handshaking
        self.handshakes += 1
        return true
    }

    private func established(_ client: ClientConnection, _ tls: ServerConnection) {
        let latency = Clock.monotonicMicroseconds() - client.handshakeStart
        let facts = tls.facts()
        client.mode = tls.mode
        client.policies = tls.policies
        client.policyIndex = tls.policy
        guard let known = self.describe(client, facts) else {
            // The TLS module lets no such connection through; if it ever does, it ends here.
            self.fail(client, .failed(.other))
            self.close(client)
            return
        }
        self.handshakes -= 1
        client.identityHeaders = known.lines.bytes.isEmpty ? nil : known.lines
        client.identity = known.identity
        client.isVerified = facts.verification == .verified
        self.noteSuccess(client.peer)
        self.watch(tls)
        client.listener.tally.countHandshake(
            microseconds: latency,
            isResumed: facts.isResumed,
            reliesOnExpiredLists: tls.reliesOnExpiredLists
        )
        self.log(client, self.details(tls, mode: client.mode, facts, .success, latency: latency))
        if client.listener.accessContext != nil { client.accessTLS = AccessTLS(facts) }
        tls.releasePeer()
        client.phase = .head
        if tls.speaksHTTP2 {
            guard self.beginSession(client) else { return self.close(client) }
        }
        client.unusedSince = self.now
        self.setDeadline(client, in: client.listener.idleTimeout)
        if client.isShutOut { self.closeGracefully(client) }
    }

    /// What is known of the client; nil if the connection must not be served.
    ///
    /// Connections of a client that has been accepted before share it.
    private func describe(_ client: ClientConnection, _ facts: HandshakeFacts) -> ClientDescription? {
        let isVerified = facts.verification == .verified
        if isVerified, let known = facts.peer?.derived as? ClientDescription { return known }
        let known = ClientDescription(
            facts,
            mode: client.mode,
            settings: client.listener.served.tls?.identityHeaders ?? .standard,
            isAsked: client.listener.rules.readsIdentity
        )
        if isVerified { facts.peer?.derived = known }
        return known
    }

    /// A connection that comes to nothing: counted, logged, closed.
    func fail(_ client: ClientConnection, _ outcome: HandshakeOutcome) {
        if client.phase == .handshaking { self.handshakes -= 1 }
        if let tls = client.tls { client.mode = tls.mode }
        self.logFailure(
            client.listener,
            descriptor: client.descriptor,
            peer: client.peer,
            traceID: client.traceID,
            client.tls,
            outcome
        )
        self.release(client)
        // The alert is on its way; closing with unread bytes in the socket would destroy it.
        client.phase = .lingering
        client.tls = nil
        self.finishSendingWhenFlushed(client)
    }

    // MARK: Writing

    /// Hands plaintext to the client's side; ``flush(_:)`` sends it.
    func deliver(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) {
        guard client.isOpen, !bytes.isEmpty else { return }
        client.exchange.sentBytes += UInt64(bytes.count)
        if let stream = client.stream { return self.deliver(stream, bytes) }
        if let tls = client.tls {
            if !tls.write(bytes) { self.close(client) }
        } else {
            self.send(client, bytes)
        }
    }

    /// Sends the ciphertext that the window holds for this client, in one call.
    func flush(_ client: ClientConnection) {
        // A stream's bytes leave with its session's, at the end of the turn.
        if client.stream != nil { return }
        let output = self.window.output
        guard !output.isEmpty else { return }
        if client.isOpen { self.send(client, output) }
        self.window.clearOutput()
    }

    private func send(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) {
        if let unsent = client.unsent {
            unsent.append(bytes)
            if self.isOutOfMemory { self.cut(client, for: .memory) }
            return
        }
        guard let sent = Socket.send(client.descriptor, bytes) else {
            self.close(client)
            return
        }
        guard sent < bytes.count else { return }
        let unsent = ByteBuffer(capacity: bytes.count - sent, account: self.memory)
        unsent.append(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
        client.unsent = unsent
        if self.isOutOfMemory { return self.cut(client, for: .memory) }
        self.beginReading(client)
    }

    func clientIsWritable(_ client: ClientConnection) {
        guard let unsent = client.unsent else { return }
        guard let sent = Socket.send(client.descriptor, unsent.bytes) else {
            self.close(client)
            return
        }
        unsent.removeFirst(sent)
        client.readerPace.add(sent)
        if unsent.isEmpty { client.unsent = nil }
        if sent > 0 { self.touch(client) }
        guard self.isReadingWell(client) else { return self.cut(client, for: .slowReader) }
        // It has the idle time again, not only that of a reader.
        if client.unsent == nil, client.phase == .head, !client.isReceivingHead {
            self.setDeadline(client, in: client.listener.idleTimeout)
        }
        if client.phase == .lingering {
            self.finishSendingWhenFlushed(client)
        } else if client.session != nil {
            self.markForSending(client)
            self.read(client)
        } else if client.unsentCount <= EngineLimits.pendingBytes / 2 {
            if let target = client.exchange.target { self.read(target) }
            self.resume(client)
        }
    }

    /// Starts the idle deadline again, because something moved.
    ///
    /// The deadlines of handshakes and heads do not start again.
    func touch(_ client: ClientConnection) {
        switch client.phase {
        case .exchange, .tunnel, .lingering: break
        case .expecting, .handshaking, .head, .closed: return
        }
        self.setDeadline(client, in: client.listener.idleTimeout)
    }

    // MARK: Ending

    /// Says goodbye in TLS and in TCP, then waits for the peer to do the same.
    ///
    /// Closing at once would make the kernel answer bytes still under way with a reset, which can take the
    /// last response with it.
    func closeGracefully(_ client: ClientConnection) {
        guard client.isOpen, client.phase != .lingering else { return }
        if let stream = client.stream { return self.finish(client, stream) }
        self.endRecord(client)
        if let session = client.session { self.endSession(client, session) }
        guard client.isOpen else { return }
        if client.phase == .handshaking { self.handshakes -= 1 }
        self.release(client)
        client.phase = .lingering
        client.inbox = nil
        client.identityHeaders = nil
        self.abandonTarget(client)
        client.tls?.sendCloseNotify()
        self.flush(client)
        client.tls = nil
        if client.isOpen { self.finishSendingWhenFlushed(client) }
    }

    private func finishSendingWhenFlushed(_ client: ClientConnection) {
        guard client.isOpen else { return }
        guard client.unsentCount == 0 else {
            self.setDeadline(client, in: client.listener.idleTimeout)
            return
        }
        if client.hasPeerEnded { return self.close(client) }
        Socket.finishSending(client.descriptor)
        self.setDeadline(client, in: EngineLimits.lingerTimeout)
        // What has been received already is read away now; the rest comes with events.
        client.isReadable = true
        self.drainAway(client)
    }

    private func drainAway(_ client: ClientConnection) {
        while client.isReadable, client.isOpen {
            switch Socket.receive(client.descriptor, into: self.clientInput) {
            case .bytes: continue
            case .drained: client.isReadable = false
            case .end, .failed: self.close(client)
            }
        }
    }

    /// The peer sends nothing more; it may still be waiting for an answer.
    private func peerEnded(_ client: ClientConnection) {
        client.hasPeerEnded = true
        if client.awaitsProxyHeader { return self.refuseProxyHeader(client) }
        // Requests and windows share the way in: without it no stream goes on.
        if client.session != nil { return self.closeGracefully(client) }
        switch client.phase {
        case .expecting, .handshaking:
            self.fail(client, .failed(.closed))
        case .head:
            self.closeGracefully(client)
        case .exchange:
            client.exchange.closes = true
            // A body that stops short never becomes a request.
            if !client.exchange.isBodyComplete { self.respond(client, status: 400) }
        case .tunnel:
            self.clientEndedTunnel(client)
        case .lingering:
            if client.unsentCount == 0 { self.close(client) }
        case .closed:
            break
        }
    }

    private func peerVanished(_ client: ClientConnection) {
        if client.awaitsProxyHeader { return self.refuseProxyHeader(client) }
        if client.phase == .expecting || client.phase == .handshaking {
            self.fail(client, .failed(.closed))
        }
        self.close(client)
    }

    /// Lets go of everything, at once.
    func close(_ client: ClientConnection) {
        guard client.isOpen else { return }
        // Of one that has not said whom it speaks for, no handshake has failed.
        if client.awaitsProxyHeader, client.phase == .expecting { client.phase = .head }
        if client.phase == .expecting || client.phase == .handshaking {
            self.fail(client, .failed(.closed))
            guard client.isOpen else { return }
        }
        if let stream = client.stream { return self.close(client, stream) }
        self.endRecord(client)
        if let session = client.session { self.dropStreams(client, session) }
        self.release(client)
        self.abandonTarget(client)
        if client.isStale { client.listener.tally.changeDraining(by: -1) }
        client.phase = .closed
        client.tls = nil
        client.inbox = nil
        client.unsent = nil
        client.identityHeaders = nil
        Glibc.close(client.descriptor)
        self.giveBackPlace(client.listener, client.source)
        self.clients.remove(client.token.slot)
    }

    func deadlinePassed(_ client: ClientConnection) {
        if client.awaitsProxyHeader { return self.refuseProxyHeader(client) }
        if client.isHeld {
            client.isHeld = false
            self.setDeadline(client, in: self.tuning.handshakeDeadline)
            return self.read(client)
        }
        if client.cutAt <= self.now, client.phase == .exchange {
            client.exchange.isCut = true
            return self.close(client)
        }
        let isReading =
            client.phase == .head || client.phase == .exchange || client.phase == .tunnel
            || client.phase == .lingering
        if client.unsent != nil, isReading, !client.isReceivingHead {
            guard self.isReadingWell(client) else { return self.cut(client, for: .slowReader) }
            return self.setDeadline(client, in: client.listener.idleTimeout)
        }
        // Each of its streams has a deadline of its own.
        if client.session != nil, client.phase == .exchange {
            return self.setDeadline(client, in: client.listener.idleTimeout)
        }
        if let stream = client.stream, stream.hasProgressed {
            return self.setDeadline(client, in: client.listener.idleTimeout)
        }
        switch client.phase {
        case .expecting, .handshaking:
            self.fail(client, .failed(.timeout))
            self.close(client)
        case .head where client.isReceivingHead:
            client.listener.tally.countRejected(.slowRequest)
            self.respond(client, status: 408)
        case .head:
            self.closeGracefully(client)
        case .exchange where client.exchange.hasAnswered:
            self.abort(client, status: 504)
        case .exchange:
            // Either the client does not send its body, or the target does not answer.
            if client.exchange.isBodyComplete {
                self.noteConduct(client, isFailure: true)
            } else {
                client.listener.tally.countRejected(.slowRequest)
            }
            self.respond(client, status: client.exchange.isBodyComplete ? 504 : 408)
            self.resume(client)
        case .tunnel:
            self.cutTunnel(client)
        case .lingering, .closed:
            self.close(client)
        }
    }
}
