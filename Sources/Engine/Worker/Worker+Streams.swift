import HTTP
import Model

/// HTTP/2 towards clients: what comes in becomes requests of HTTP/1.1, one connection without a socket each.
///
/// A connection that speaks HTTP/2 is in phase `head` while it has no stream, and in `exchange` while it has.
/// Flips and stops treat it accordingly; GOAWAY does what `Connection: close` does in HTTP/1.1.
extension Worker {
    /// How many bytes of frames are made at a time.
    private static let framesBytes = 65_536

    func beginSession(_ client: ClientConnection) -> Bool {
        guard let http = ServerSession(account: self.memory) else { return false }
        http.scrubbed = self.request.scrubbed
        client.session = ClientSession(http)
        if let identity = client.identityHeaders {
            client.identityHeaders = RawBytes(IdentityHeaders.withLowercaseNames(identity.bytes))
        }
        self.markForSending(client)
        return true
    }

    // MARK: In

    /// Takes plaintext from a client that speaks HTTP/2.
    func consume(_ client: ClientConnection, _ session: ClientSession, _ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while client.isOpen, client.phase != .lingering {
            let used = session.http.receive(rest, now: self.now)
            self.handleEvents(client, session, rest)
            session.http.forgetHeads()
            guard let used else { break }
            rest = UnsafeRawBufferPointer(rebasing: rest[used...])
        }
        self.markForSending(client)
    }

    private func handleEvents(
        _ client: ClientConnection,
        _ session: ClientSession,
        _ input: UnsafeRawBufferPointer
    ) {
        for event in session.http.takeEvents() {
            guard client.phase == .head || client.phase == .exchange else { return }
            switch event {
            case .request(let stream, let range, _):
                let head = UnsafeRawBufferPointer(rebasing: session.http.heads.bytes[range])
                self.begin(client, session, stream, head)
            case .oversized(let stream):
                guard let request = self.open(client, session, stream) else { continue }
                self.respond(request, status: HTTPRefusal.headTooLarge.status)
            case .data(let id, let range):
                guard let request = session.streams[id] else { continue }
                self.takeBody(request, UnsafeRawBufferPointer(rebasing: input[range]))
            case .trailers(let id, let range):
                // A target of HTTP/1.1 gets none: it might take them for headers.
                let lines = UnsafeRawBufferPointer(rebasing: session.http.heads.bytes[range])
                session.streams[id]?.exchange.target?.session?.setTrailers(lines)
            case .end(let id):
                if let request = session.streams[id] { self.endBody(request) }
            case .drained(let id):
                if let target = session.streams[id]?.exchange.target { self.read(target) }
            case .closed(let id):
                if let request = session.streams[id] { self.close(request) }
            }
        }
    }

    private func begin(
        _ client: ClientConnection,
        _ session: ClientSession,
        _ stream: ServerStream,
        _ head: UnsafeRawBufferPointer
    ) {
        guard let request = self.open(client, session, stream) else { return }
        self.consume(request, head)
    }

    /// A connection for one stream's request; nil where none may begin.
    private func open(
        _ client: ClientConnection,
        _ session: ClientSession,
        _ stream: ServerStream
    ) -> ClientConnection? {
        // The same question that every request of HTTP/1.1 is asked before it begins.
        guard self.passes(client), !client.isShutOut, stream.id <= session.http.lastStream else {
            session.http.reset(stream, as: .refused)
            return nil
        }
        // The one that a handshake across a flip may lead to; the adoption need wait no longer.
        self.release(client)
        client.unusedSince = nil
        if client.isStale || self.isPastKeepAlive(client) { self.drain(client, session) }
        let (slot, generation) = self.clients.reserve()
        let request = ClientConnection(
            descriptor: -1,
            token: PollToken(.client, slot: slot, generation: generation),
            traceID: client.traceID,
            peer: client.peer,
            listener: client.listener,
            phase: .head,
            stream: StreamEnd(stream, carrier: client),
            openedAt: client.openedAt
        )
        request.policyGeneration = client.policyGeneration
        request.policies = client.policies
        request.policyIndex = client.policyIndex
        request.mode = client.mode
        request.identityHeaders = client.identityHeaders
        request.nodeAddress = client.nodeAddress
        request.isVerified = client.isVerified
        request.identity = client.identity
        _ = self.forwardedAddress(of: client)
        request.addressText = client.addressText
        request.endpointText = client.endpointText
        self.clients.set(request, at: slot)
        self.setDeadline(request, in: client.listener.idleTimeout)
        session.streams[stream.id] = request
        client.phase = .exchange
        self.setDeadline(client, in: client.listener.idleTimeout)
        return request
    }

    private func takeBody(_ request: ClientConnection, _ bytes: UnsafeRawBufferPointer) {
        guard request.phase == .exchange, !request.exchange.isBodyComplete else { return }
        self.consume(request, bytes)
        if let stream = request.stream { self.resume(request, stream) }
    }

    /// Gives a stream's window back once its target has taken the bytes.
    ///
    /// What nobody reads is not asked for: a body whose answer is complete stays in its window.
    func resume(_ request: ClientConnection, _ stream: StreamEnd) {
        guard let session = stream.carrier.session, !request.exchange.isAnswered,
            (request.exchange.target?.unsentCount ?? 0) <= ServerStream.pendingBytes,
            stream.outbound.withheld > 0
        else { return }
        session.http.release(stream.outbound)
        self.markForSending(stream.carrier)
    }

    // MARK: Out

    /// Bytes of a stream's response, its head first.
    func deliver(_ stream: StreamEnd, _ bytes: UnsafeRawBufferPointer) {
        guard let session = stream.carrier.session else { return }
        session.http.write(stream.outbound, bytes)
        self.markForSending(stream.carrier)
    }

    /// The response of a stream is complete, or will never be.
    ///
    /// The connection stays until the stream has closed: its deadline bounds how long the client may take.
    func finish(_ request: ClientConnection, _ stream: StreamEnd) {
        guard request.exchange.isAnswered, let session = stream.carrier.session else {
            return self.close(request)
        }
        self.endRecord(request)
        session.http.finish(stream.outbound, trailers: stream.trailers?.bytes)
        self.markForSending(stream.carrier)
    }

    /// Ends a stream's connection; what of its response is still to come will not come.
    func close(_ request: ClientConnection, _ stream: StreamEnd) {
        self.endRecord(request)
        request.phase = .closed
        request.inbox = nil
        self.abandonTarget(request)
        self.clients.remove(request.token.slot)
        let client = stream.carrier
        guard let session = client.session else { return }
        session.streams[stream.outbound.id] = nil
        session.http.reset(stream.outbound, as: .failed)
        self.markForSending(client)
        guard session.streams.isEmpty, client.phase == .exchange else { return }
        client.phase = .head
        self.setDeadline(client, in: client.listener.idleTimeout)
    }

    /// Remembers that a connection has something to send; the turn's end sends it all at once.
    func markForSending(_ client: ClientConnection) {
        guard let session = client.session, !session.isTalkative else { return }
        session.isTalkative = true
        self.talkative.append(client)
    }

    /// Sends what the turn has given the sessions to say.
    func settleSessions() {
        while let client = self.talkative.popLast() {
            guard let session = client.session else { continue }
            session.isTalkative = false
            guard client.phase == .head || client.phase == .exchange else { continue }
            self.pump(client, session)
            self.handleEvents(client, session, UnsafeRawBufferPointer(start: nil, count: 0))
            let isDone = session.streams.isEmpty && (session.http.isDraining || client.isStale)
            if client.isOpen, session.http.isOver || isDone && !client.isAwaited {
                self.closeGracefully(client)
            }
        }
    }

    private func pump(_ client: ClientConnection, _ session: ClientSession) {
        while client.isOpen, client.unsentCount <= EngineLimits.pendingBytes {
            self.frames.removeAll()
            session.http.send(to: self.frames, limit: Self.framesBytes)
            guard !self.frames.isEmpty else { return }
            self.deliver(client, self.frames.bytes)
            self.flush(client)
        }
    }

    // MARK: Ending

    /// Tells the client to take further requests elsewhere.
    func drain(_ client: ClientConnection, _ session: ClientSession) {
        session.http.drain()
        self.markForSending(client)
    }

    /// Says goodbye in HTTP/2, in front of TLS's goodbye and TCP's.
    func endSession(_ client: ClientConnection, _ session: ClientSession) {
        self.dropStreams(client, session)
        session.http.terminate()
        self.pump(client, session)
    }

    func dropStreams(_ client: ClientConnection, _ session: ClientSession) {
        client.session = nil
        for request in session.streams.values { self.close(request) }
        session.streams.removeAll()
    }
}
