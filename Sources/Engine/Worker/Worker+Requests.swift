import HTTP
import Model

/// Requests: from a client's plaintext to an action, and back to waiting for the next.
extension Worker {
    /// Takes plaintext from a client.
    func consume(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) {
        if let session = client.session { return self.consume(client, session, bytes) }
        if client.phase == .tunnel { return self.passOnTunnel(client, bytes) }
        if let inbox = client.inbox {
            inbox.append(bytes)
            self.advanceInbox(client)
            if client.inbox != nil, self.isOutOfMemory { self.cut(client, for: .memory) }
            return
        }
        let used = self.advance(client, bytes)
        guard used < bytes.count, client.phase == .head || client.phase == .exchange else { return }
        let inbox = ByteBuffer(capacity: max(1_024, bytes.count - used), account: self.memory)
        inbox.append(UnsafeRawBufferPointer(rebasing: bytes[used...]))
        client.inbox = inbox
        if self.isOutOfMemory { self.cut(client, for: .memory) }
    }

    /// Goes on after whatever held this connection up: requests that wait in its inbox, then its socket.
    ///
    /// For events of targets, timers and the socket only. Called while ``advance(_:_:)`` runs for the same
    /// client, it would take the same bytes twice.
    func resume(_ client: ClientConnection) {
        if client.phase == .tunnel { return self.read(client) }
        guard client.phase == .head || client.phase == .exchange else { return }
        if let stream = client.stream { return self.resume(client, stream) }
        if client.inbox != nil {
            self.advanceInbox(client)
            self.flush(client)
        }
        if client.isOpen { self.read(client) }
    }

    private func advanceInbox(_ client: ClientConnection) {
        guard let inbox = client.inbox else { return }
        let used = self.advance(client, inbox.bytes)
        guard client.phase == .head || client.phase == .exchange else {
            client.inbox = nil
            return
        }
        inbox.removeFirst(used)
        if inbox.isEmpty { client.inbox = nil }
    }

    /// Runs requests as far as the bytes and the targets allow; returns how many bytes are done with.
    private func advance(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) -> Int {
        var offset = 0
        scan: while offset < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            switch client.phase {
            case .head:
                guard client.unsentCount <= EngineLimits.pendingBytes else { break scan }
                guard let length = self.receiveHead(client, rest) else { break scan }
                offset += length
                self.begin(client, UnsafeRawBufferPointer(rebasing: rest[..<length]))
            case .exchange:
                guard !client.exchange.isBodyComplete else { break scan }
                guard self.keepsPace(client, sending: rest.count) else {
                    client.listener.tally.countRejected(.slowRequest)
                    self.respond(client, status: 408)
                    break scan
                }
                offset += self.takeBody(client, rest)
            case .expecting, .handshaking, .tunnel, .lingering, .closed:
                break scan
            }
        }
        self.sendToTarget(client)
        return offset
    }

    /// The length of the head that the bytes begin with; nil while it is incomplete or when it is refused.
    private func receiveHead(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) -> Int? {
        guard self.passes(client), !client.isShutOut else {
            self.closeGracefully(client)
            return nil
        }
        let length = HeadScanner.endOfHead(in: bytes, from: &client.scanPosition)
        if let length, length <= EngineLimits.headBytes {
            client.scanPosition = 0
            client.isReceivingHead = false
            return length
        }
        if bytes.count > EngineLimits.headBytes {
            self.respond(client, status: HTTPRefusal.headTooLarge.status)
        } else if !client.isReceivingHead {
            client.isReceivingHead = true
            self.setDeadline(client, in: self.tuning.requestHeadDeadline)
        }
        return nil
    }

    /// A request has come: this is where it begins.
    private func begin(_ client: ClientConnection, _ head: UnsafeRawBufferPointer) {
        // The one request that a handshake across a flip may lead to; the adoption need wait no longer.
        self.release(client)
        client.unusedSince = nil
        client.listener.tally.countRequest()
        client.exchange = Exchange()
        client.exchange.pace.restart(at: self.now)
        client.exchange.receivedBytes = UInt64(head.count)
        client.phase = .exchange
        self.setDeadline(client, in: client.listener.idleTimeout)
        let result = self.request.parse(head, attributes: client.listener.attributes)
        self.beginRecord(client, head)
        if case .refused(let refusal) = result {
            self.keepClassification(client)
            // What does not parse has no end that we could find: nothing behind it is a request.
            client.exchange.closes = true
            self.respond(client, status: refusal.status)
            return
        }
        if self.request.dropsHeaders { client.listener.tally.count(.droppedInvalidHeaders) }
        client.exchange.isHead = self.request.isHead
        client.exchange.minorVersion = self.request.minorVersion
        client.exchange.closes =
            !self.request.isPersistent || client.isStale || client.hasPeerEnded
            || self.isPastKeepAlive(client)
        self.keepClassification(client)
        switch self.request.framing {
        case .none, .untilClose: client.exchange.body = .none
        case .length(let count): client.exchange.body = count == 0 ? .none : .length(count)
        case .chunked:
            // A stream's body has no chunks of its own; only the target's copy of it has.
            client.exchange.body = client.stream == nil ? .chunked(ChunkedDecoder()) : .untilEnd
        }
        client.exchange.awaitsContinue = self.request.expectsContinue && !client.exchange.isBodyComplete
        self.route(client, head)
    }

    /// Sends the request to a target; without one it is answered with 503.
    func forward(
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer,
        to endpoint: Endpoint?
    ) {
        guard let endpoint else {
            self.respond(client, status: 503)
            return
        }
        client.exchange.endpoint = endpoint
        self.writeRequest(client, head)
        client.exchange.isChunkedToTarget = self.request.framing == .chunked
        self.inviteBody(client)
        self.attach(client, endpoint)
    }

    /// Writes the request's head for a target into `toTarget`.
    func writeRequest(_ client: ClientConnection, _ head: UnsafeRawBufferPointer) {
        let address = self.forwardedAddress(of: client)
        let facts = ForwardingFacts(
            clientAddress: address.bytes,
            listenerPort: client.listener.endpoint.port,
            isTLS: client.isTLS,
            identityHeaders: client.identityHeaders?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0),
            traceSeed: client.exchange.record?.traceSeed ?? self.newTraceSeed(),
            defaultHost: client.listener.hostText.bytes,
            target: self.canonicalTarget.isEmpty ? nil : self.canonicalTarget.bytes,
            host: self.rewrittenHost.isEmpty ? nil : self.rewrittenHost.bytes,
            tlsHeaders: self.tlsHeaders(of: client),
            isUpgrade: self.mayUpgrade(client)
        )
        client.exchange.isUpgrade = facts.isUpgrade
        self.toTarget.removeAll()
        self.request.writeForwarded(head, to: self.toTarget, facts: facts)
    }

    /// Tells a client that waits for it to go on with the body.
    func inviteBody(_ client: ClientConnection) {
        guard client.exchange.awaitsContinue else { return }
        client.exchange.awaitsContinue = false
        self.toClient.removeAll()
        ResponseWriter.writeContinue(to: self.toClient)
        self.deliver(client, self.toClient.bytes)
    }

    // MARK: Bodies

    /// Takes what belongs to the request's body; returns how many bytes that were.
    private func takeBody(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) -> Int {
        switch client.exchange.body {
        case .none:
            return 0
        case .length(let remaining):
            let count = Int(min(remaining, UInt64(bytes.count)))
            let left = remaining - UInt64(count)
            client.exchange.body = left == 0 ? .none : .length(left)
            self.passOn(client, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            if left == 0 { self.bodyIsComplete(client) }
            return count
        case .untilEnd:
            self.passOn(client, bytes)
            return bytes.count
        case .chunked(var decoder):
            return self.takeChunks(client, bytes, &decoder)
        }
    }

    private func takeChunks(
        _ client: ClientConnection,
        _ bytes: UnsafeRawBufferPointer,
        _ decoder: inout ChunkedDecoder
    ) -> Int {
        var offset = 0
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            switch decoder.next(rest) {
            case .payload(let consumed, let range):
                self.passOn(client, UnsafeRawBufferPointer(rebasing: rest[range]))
                offset += consumed
                guard client.phase == .exchange else { return bytes.count }
            case .needsInput(let consumed):
                client.exchange.body = .chunked(decoder)
                return offset + consumed
            case .complete(let consumed):
                client.exchange.body = .none
                if client.exchange.isChunkedToTarget, !client.exchange.isDiscarding {
                    ChunkedWriter.last(to: self.toTarget)
                }
                self.bodyIsComplete(client)
                return offset + consumed
            case .malformed:
                self.respond(client, status: 400)
                return bytes.count
            }
        }
    }

    private func passOn(_ client: ClientConnection, _ payload: UnsafeRawBufferPointer) {
        client.exchange.receivedBytes += UInt64(payload.count)
        guard client.exchange.isDiscarding else {
            if let call = client.exchange.call { return self.gather(client, call, payload) }
            if client.exchange.isChunkedToTarget { ChunkedWriter.begin(payload.count, to: self.toTarget) }
            self.toTarget.append(payload)
            if client.exchange.isChunkedToTarget { ChunkedWriter.end(to: self.toTarget) }
            self.touch(client)
            return
        }
        client.exchange.discarded += payload.count
        if client.exchange.discarded > EngineLimits.discardedBodyBytes { self.closeGracefully(client) }
    }

    /// The stream of a request has ended, and its body with it.
    func endBody(_ client: ClientConnection) {
        guard client.phase == .exchange, case .untilEnd = client.exchange.body else { return }
        client.exchange.body = .none
        if client.exchange.isChunkedToTarget, !client.exchange.isDiscarding {
            ChunkedWriter.last(to: self.toTarget)
        }
        self.bodyIsComplete(client)
        self.sendToTarget(client)
    }

    private func bodyIsComplete(_ client: ClientConnection) {
        if client.exchange.isAnswered {
            self.complete(client)
        } else if let call = client.exchange.call, !client.exchange.isDiscarding {
            self.send(client, call)
        }
    }

    // MARK: Answers

    func respond(_ client: ClientConnection, _ fixed: FixedResponse) {
        client.exchange.status = fixed.statusCode
        self.toClient.removeAll()
        let closes = self.closesAfterOwnResponse(client)
        var contentType = fixed.contentType
        var body = fixed.messageBody
        contentType.withUTF8 { contentType in
            body.withUTF8 { body in
                ResponseWriter.write(
                    status: fixed.statusCode,
                    contentType: UnsafeRawBufferPointer(contentType),
                    body: UnsafeRawBufferPointer(body),
                    isHead: client.exchange.isHead,
                    closes: closes,
                    date: self.date,
                    to: self.toClient
                )
            }
        }
        self.answer(client)
    }

    func respond(_ client: ClientConnection, redirectTo location: UnsafeRawBufferPointer, status: Int) {
        client.exchange.status = status
        self.toClient.removeAll()
        ResponseWriter.writeRedirect(
            status: status,
            location: location,
            isHead: client.exchange.isHead,
            closes: self.closesAfterOwnResponse(client),
            date: self.date,
            to: self.toClient
        )
        self.answer(client)
    }

    /// An error of our own, or the end of the connection where a response has already begun.
    func respond(_ client: ClientConnection, status: Int) {
        if client.phase == .head {
            client.exchange = Exchange()
            client.exchange.receivedBytes = UInt64(client.inbox?.count ?? 0)
            client.phase = .exchange
            self.beginRecord(client, nil)
        }
        guard client.phase == .exchange else { return }
        guard !client.exchange.hasAnswered else { return self.abort(client, status: status) }
        client.exchange.status = status
        if client.exchange.call != nil, client.exchange.errorReason == nil {
            client.exchange.errorReason = ErrorReason(functionStatus: status)
        }
        if (400...499).contains(status) { client.exchange.closes = true }
        self.abandonTarget(client)
        self.toClient.removeAll()
        ResponseWriter.writeError(
            status: status,
            isHead: client.exchange.isHead,
            closes: self.closesAfterOwnResponse(client),
            date: self.date,
            to: self.toClient
        )
        self.answer(client)
    }

    /// A body that a client sends after its answer is read and thrown away, but not without end.
    private func closesAfterOwnResponse(_ client: ClientConnection) -> Bool {
        if client.exchange.awaitsContinue { client.exchange.closes = true }
        if case .length(let count) = client.exchange.body, count > EngineLimits.discardedBodyBytes {
            client.exchange.closes = true
        }
        return client.exchange.closes
    }

    /// Answers with what is gathered in `toClient`, and then the rest.
    func answer(_ client: ClientConnection, _ rest: UnsafeRawBufferPointer? = nil) {
        client.exchange.hasAnswered = true
        client.exchange.isAnswered = true
        client.exchange.isDiscarding = true
        self.toTarget.removeAll()
        self.deliver(client, self.toClient.bytes)
        self.toClient.removeAll()
        self.flush(client)
        if let rest { self.deliverInPieces(client, rest) }
        self.complete(client)
    }

    /// No more at once than the window between TLS and the socket is made for.
    private func deliverInPieces(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) {
        for start in stride(from: 0, to: bytes.count, by: Self.inputBytes) {
            let end = min(start + Self.inputBytes, bytes.count)
            self.deliver(client, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            self.flush(client)
        }
    }

    /// The response is out; what of the request is still to come decides how the connection goes on.
    func complete(_ client: ClientConnection) {
        guard client.phase == .exchange else { return }
        if let stream = client.stream { return self.finish(client, stream) }
        if client.exchange.closes {
            self.closeGracefully(client)
        } else if client.exchange.isBodyComplete {
            self.endRecord(client)
            client.exchange = Exchange()
            client.phase = .head
            self.setDeadline(client, in: client.listener.idleTimeout)
        }
    }
}
