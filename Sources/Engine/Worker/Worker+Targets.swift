import Glibc
import HTTP
import Model

/// Connections to targets: opening, reusing, requests out, responses in.
extension Worker {
    // MARK: Requests out

    /// Gives the request in hand a connection; `sendToTarget` then sends it.
    func attach(_ client: ClientConnection, _ endpoint: Endpoint) {
        let isHTTP2 = client.exchange.version != .http1
        if let target = self.takeIdle(endpoint, isHTTP2: isHTTP2, client.exchange.security) {
            target.phase = .head
            target.isReused = true
            target.hasResponse = false
            target.interimCount = 0
            target.deadline = .max
            target.client = client
            client.exchange.target = target
            client.exchange.dispatchedAt = self.nowMicroseconds
            if client.exchange.isBodyComplete, client.exchange.call == nil, self.request.isIdempotent {
                let replay = ByteBuffer(capacity: self.toTarget.count, account: self.memory)
                replay.append(self.toTarget.bytes)
                client.exchange.replay = replay
            }
            return
        }
        self.connect(client, endpoint)
    }

    /// An idle connection that is still good for a request.
    ///
    /// Its event may be queued behind the one that is being handled. What the target has said before the
    /// request is sent is no answer to it, and a connection it has closed would fail a request that may not
    /// be sent twice.
    private func takeIdle(
        _ endpoint: Endpoint,
        isHTTP2: Bool,
        _ security: WorkerTargetTLS?
    ) -> TargetConnection? {
        while let target = self.pool.take(endpoint, isHTTP2: isHTTP2, security: security) {
            if Socket.isQuiet(target.descriptor) { return target }
            // Late tickets of TLS are not for anybody; anything else closes it.
            if target.tls != nil {
                target.isReadable = true
                self.read(target)
                if target.phase == .idle, Socket.isQuiet(target.descriptor) { return target }
            }
            self.close(target)
        }
        return nil
    }

    private func connect(_ client: ClientConnection, _ endpoint: Endpoint) {
        client.exchange.dispatchedAt = -1
        let isHTTP2 = client.exchange.version != .http1
        let security = client.exchange.security
        let session = isHTTP2 ? TargetSession(isTLS: security != nil, account: self.memory) : nil
        guard !isHTTP2 || session != nil, let descriptor = Socket.connect(to: endpoint) else {
            self.respond(client, status: 502)
            return
        }
        let (slot, generation) = self.targets.reserve()
        let token = PollToken(.target, slot: slot, generation: generation)
        let target = TargetConnection(
            descriptor: descriptor,
            token: token,
            endpoint: endpoint,
            session: session,
            security: security
        )
        self.targets.set(target, at: slot)
        target.load = self.targetLoads[endpoint]
        target.client = client
        client.exchange.target = target
        self.setDeadline(target, in: self.tuning.connectTimeout)
        guard self.poller.addConnection(descriptor, token) else {
            self.respond(client, status: 502)
            return
        }
    }

    /// Sends what has been gathered for the target of the request in hand.
    func sendToTarget(_ client: ClientConnection) {
        guard !self.toTarget.isEmpty else { return }
        defer { self.toTarget.removeAll() }
        guard let target = client.exchange.target else { return }
        self.send(target, self.toTarget.bytes)
    }

    private func send(_ target: TargetConnection, _ bytes: UnsafeRawBufferPointer) {
        guard let session = target.session else { return self.transmit(target, bytes) }
        guard session.write(bytes) else {
            self.broken.append(target.token)
            return
        }
        self.pump(target, session)
    }

    func sendAsIs(_ target: TargetConnection, _ bytes: UnsafeRawBufferPointer) {
        if target.phase == .connecting || target.unsent != nil {
            let unsent = target.unsent ?? ByteBuffer(capacity: bytes.count, account: self.memory)
            unsent.append(bytes)
            target.unsent = unsent
            self.refuseMemory(target)
            return
        }
        guard let sent = Socket.send(target.descriptor, bytes) else {
            // Not here: this runs while the client's bytes are being taken.
            self.broken.append(target.token)
            return
        }
        guard sent < bytes.count else { return }
        let unsent = ByteBuffer(capacity: bytes.count - sent, account: self.memory)
        unsent.append(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
        target.unsent = unsent
        self.refuseMemory(target)
    }

    func refuseMemory(_ target: TargetConnection) {
        guard self.isOutOfMemory else { return }
        target.client?.listener.tally.countRejected(.memory)
        self.broken.append(target.token)
    }

    /// Deals with targets that could not be written to.
    func settleBroken() {
        while let token = self.broken.popLast() {
            guard let target = self.targets[token] else { continue }
            // A target may have said in TLS why it went away.
            if target.tls != nil, !target.hasResponse {
                target.isReadable = true
                self.read(target)
            }
            self.targetBroke(target)
        }
    }

    func targetIsWritable(_ target: TargetConnection) {
        if target.phase == .connecting {
            guard Socket.isConnected(target.descriptor) else {
                self.refuse(target, status: 502)
                return
            }
            target.client?.listener.tally.count(.newConnections)
            if let security = target.security { return self.beginTLS(target, security) }
            target.phase = .head
            target.deadline = .max
            target.client?.exchange.dispatchedAt = self.nowMicroseconds
        }
        guard let unsent = target.unsent else { return }
        guard let sent = Socket.send(target.descriptor, unsent.bytes) else {
            self.targetBroke(target)
            return
        }
        unsent.removeFirst(sent)
        if unsent.isEmpty {
            target.unsent = nil
            if target.endsWhenSent { Socket.finishSending(target.descriptor) }
        }
        if let session = target.session { self.pump(target, session) }
        guard let client = target.client else { return }
        // It has been waited for: what the client sends is measured from here.
        client.exchange.pace.restart(at: self.now)
        if sent > 0 { self.touch(client) }
        if target.unsentCount <= EngineLimits.pendingBytes / 2 { self.resume(client) }
    }

    // MARK: Responses in

    /// Reads while there is something to read and the client takes it.
    func read(_ target: TargetConnection) {
        while target.isReadable, target.phase != .closed, target.phase != .connecting {
            if let client = target.client, client.isFull || client.unsentCount > self.pendingLimit { return }
            let space =
                target.security == nil
                ? UnsafeMutableRawBufferPointer(rebasing: self.targetInput[Self.headroom...])
                : self.targetCiphertext
            switch Socket.receive(target.descriptor, into: space) {
            case .bytes(let count):
                if count < space.count, !target.hasHangup { target.isReadable = false }
                let bytes = UnsafeRawBufferPointer(rebasing: space[..<count])
                if let tls = target.tls {
                    self.decrypt(target, tls, bytes)
                } else {
                    self.receivedPlain(target, bytes)
                }
            case .drained:
                target.isReadable = false
            case .end:
                target.isReadable = false
                // The end of TCP alone may be an attacker's: it ends no response that has no other end.
                if target.tls == nil { self.targetEnded(target) } else { self.targetBroke(target) }
            case .failed:
                target.isReadable = false
                self.targetBroke(target)
            }
        }
    }

    /// Takes bytes of the protocol that the target is spoken to in.
    func receivedPlain(_ target: TargetConnection, _ bytes: UnsafeRawBufferPointer) {
        if let session = target.session {
            self.received(target, session, bytes)
        } else {
            self.received(target, bytes)
        }
    }

    func received(_ target: TargetConnection, _ bytes: UnsafeRawBufferPointer) {
        guard let client = target.client else {
            // Nobody asked: what it says belongs to no request and must not become an answer to the next.
            self.close(target)
            return
        }
        if target.phase == .tunnel { return self.passBackTunnel(client, bytes) }
        target.hasResponse = true
        client.exchange.replay = nil
        self.touch(client)
        self.toClient.removeAll()
        if target.phase == .head {
            self.receiveHead(target, client, bytes)
        } else {
            self.receiveBody(target, client, bytes)
        }
        self.deliver(client, self.toClient.bytes)
        self.flush(client)
        if target.phase == .body, case .none = target.body { self.responseIsComplete(target, client) }
        self.resume(client)
    }

    /// Takes a response's head, and the body behind it, from bytes that lie in the input with headroom.
    private func receiveHead(
        _ target: TargetConnection,
        _ client: ClientConnection,
        _ bytes: UnsafeRawBufferPointer
    ) {
        let held = target.inbox
        held?.append(bytes)
        target.inbox = nil
        var rest = held?.bytes ?? bytes
        // The bytes of `held` are used to the end.
        defer { withExtendedLifetime(held) {} }
        while target.phase == .head {
            guard let length = HeadScanner.endOfHead(in: rest, from: &target.scanPosition),
                length <= EngineLimits.responseHeadBytes
            else {
                if rest.count > EngineLimits.responseHeadBytes { return self.respond(client, status: 502) }
                guard !rest.isEmpty else { return }
                let inbox = ByteBuffer(capacity: max(1_024, rest.count), account: self.memory)
                inbox.append(rest)
                target.inbox = inbox
                return
            }
            target.scanPosition = 0
            let head = UnsafeRawBufferPointer(rebasing: rest[..<length])
            rest = UnsafeRawBufferPointer(rebasing: rest[length...])
            let result = self.response.parse(
                head,
                isResponseToHead: client.exchange.isHead && client.exchange.call == nil,
                mayBeWebSocket: client.exchange.isUpgrade
            )
            guard case .complete = result else {
                self.respond(client, status: 502)
                return
            }
            if self.response.status == 101 { return self.beginTunnel(target, client, head, rest) }
            // Interim responses are ours to give; this one ends with its head.
            if self.response.status < 200 {
                target.interimCount += 1
                guard target.interimCount <= EngineLimits.interimResponses else {
                    return self.respond(client, status: 502)
                }
                continue
            }
            if let call = client.exchange.call {
                self.beginAnswer(target, call, head)
            } else {
                self.beginResponse(target, client, head)
            }
            self.receiveBody(target, client, rest)
        }
    }

    private func beginResponse(
        _ target: TargetConnection,
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer
    ) {
        target.begin(self.response)
        var framing = self.response.framing
        if framing == .chunked || framing == .untilClose {
            // HTTP/1.0 knows no chunks: the end of the connection is the end of the body.
            target.isChunkedToClient = client.exchange.minorVersion >= 1 && client.stream == nil
            framing = target.isChunkedToClient ? .chunked : .untilClose
            if !target.isChunkedToClient { client.exchange.closes = true }
        } else {
            target.isChunkedToClient = false
        }
        self.noteConduct(client, isFailure: self.response.status >= 500)
        client.exchange.hasAnswered = true
        client.exchange.status = self.response.status
        client.exchange.targetStatus = self.response.status
        client.exchange.respondedAt = self.nowMicroseconds
        // The answer came before the body was complete: the rest of it would hold up the next request.
        if !client.exchange.isBodyComplete { client.exchange.closes = true }
        self.response.writeForwarded(
            head,
            to: self.toClient,
            framing: framing,
            clientMinorVersion: client.exchange.minorVersion,
            closes: client.exchange.closes,
            added: self.addedLines(client, head)
        )
    }

    private func receiveBody(
        _ target: TargetConnection,
        _ client: ClientConnection,
        _ bytes: UnsafeRawBufferPointer
    ) {
        switch target.body {
        case .none:
            // Bytes behind the end of a response belong to no request.
            if !bytes.isEmpty { target.isPersistent = false }
        case .length(let remaining):
            let count = Int(min(remaining, UInt64(bytes.count)))
            let left = remaining - UInt64(count)
            if count < bytes.count { target.isPersistent = false }
            target.body = left == 0 ? .none : .length(left)
            self.passBack(target, client, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        case .untilClose:
            self.passBack(target, client, bytes)
        case .chunked(var decoder):
            self.receiveChunks(target, client, bytes, &decoder)
        }
    }

    private func receiveChunks(
        _ target: TargetConnection,
        _ client: ClientConnection,
        _ bytes: UnsafeRawBufferPointer,
        _ decoder: inout ChunkedDecoder
    ) {
        var offset = 0
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            switch decoder.next(rest) {
            case .payload(let consumed, let range):
                self.passBack(target, client, UnsafeRawBufferPointer(rebasing: rest[range]))
                // A function's answer may have been refused in between, and the next request begun.
                guard target.phase == .body else { return }
                offset += consumed
            case .needsInput:
                target.body = .chunked(decoder)
                return
            case .complete(let consumed):
                if offset + consumed < bytes.count { target.isPersistent = false }
                target.body = .none
                if target.isChunkedToClient { ChunkedWriter.last(to: self.toClient) }
                return
            case .malformed:
                self.abort(client, status: 502)
                return
            }
        }
    }

    /// Passes payload on, behind what is gathered in `toClient`.
    private func passBack(
        _ target: TargetConnection,
        _ client: ClientConnection,
        _ payload: UnsafeRawBufferPointer
    ) {
        guard !payload.isEmpty else { return }
        if let call = client.exchange.call {
            self.gatherAnswer(target, client, call, payload)
        } else if target.isChunkedToClient {
            ChunkedWriter.begin(payload.count, to: self.toClient)
            self.toClient.append(payload)
            ChunkedWriter.end(to: self.toClient)
        } else if self.layHeadBefore(payload, client) {
            return
        } else {
            self.deliver(client, self.toClient.bytes)
            self.toClient.removeAll()
            self.deliver(client, payload)
        }
    }

    /// Lays the gathered head directly in front of the payload, over the head that the target sent, so that
    /// both leave in one write, one TLS record and one system call, without copying the payload.
    private func layHeadBefore(_ payload: UnsafeRawBufferPointer, _ client: ClientConnection) -> Bool {
        guard !self.toClient.isEmpty, let input = self.targetInput.baseAddress,
            let start = payload.baseAddress
        else { return false }
        let distance = start - UnsafeRawPointer(input)
        let count = self.toClient.count
        guard distance >= count, distance + payload.count <= self.targetInput.count else { return false }
        let head = input + (distance - count)
        if let source = self.toClient.bytes.baseAddress { head.copyMemory(from: source, byteCount: count) }
        self.toClient.removeAll()
        self.deliver(client, UnsafeRawBufferPointer(start: head, count: count + payload.count))
        return true
    }

    private func responseIsComplete(_ target: TargetConnection, _ client: ClientConnection) {
        client.exchange.target = nil
        target.client = nil
        if let lines = target.session?.trailers, !lines.isEmpty { client.stream?.take(lines.bytes) }
        let isReusable =
            target.isPersistent && !target.isRetired && !target.hasHangup && client.exchange.isBodyComplete
            && target.unsent == nil && self.stopping == nil && !client.exchange.closesTarget
            && target.session?.isReusable != false && target.security?.isRetired != true
        if isReusable, self.pool.put(target) {
            target.phase = .idle
            self.setDeadline(target, in: EngineLimits.idleTimeout)
        } else {
            self.close(target)
        }
        guard client.isOpen else { return }
        if let call = client.exchange.call { return self.finish(client, call) }
        client.exchange.isAnswered = true
        client.exchange.isDiscarding = true
        self.complete(client)
    }

    // MARK: Ends

    func targetEnded(_ target: TargetConnection) {
        guard let client = target.client else { return self.close(target) }
        if target.phase == .tunnel { return self.targetEndedTunnel(target, client) }
        if case .untilClose = target.body, target.phase == .body {
            target.isPersistent = false
            target.body = .none
            if target.isChunkedToClient {
                self.toClient.removeAll()
                ChunkedWriter.last(to: self.toClient)
                self.deliver(client, self.toClient.bytes)
                self.flush(client)
            }
            self.responseIsComplete(target, client)
            self.resume(client)
            return
        }
        self.targetBroke(target)
    }

    /// The connection to the target is over before the response is.
    func targetBroke(_ target: TargetConnection) {
        if target.phase == .handshaking { return self.failTLS(target, .closed) }
        guard let client = target.client else { return self.close(target) }
        if target.phase == .tunnel { return self.cutTunnel(client) }
        let endpoint = target.endpoint
        let replay = client.exchange.replay
        target.client = nil
        client.exchange.target = nil
        client.exchange.replay = nil
        self.close(target)
        if let replay, target.isReused, !target.hasResponse {
            // A pooled connection that the target had closed; the request never reached it.
            self.connect(client, endpoint)
            if let fresh = client.exchange.target {
                self.send(fresh, replay.bytes)
            } else {
                // It failed on the spot and the client has its answer: what waits behind it goes on.
                self.resume(client)
            }
        } else if client.exchange.hasAnswered {
            self.abort(client, status: 502)
        } else {
            self.noteConduct(client, isFailure: true)
            self.respond(client, status: 502)
            self.resume(client)
        }
    }

    /// The target cannot be reached: an answer of ours, and no connection.
    func refuse(_ target: TargetConnection, status: Int) {
        let client = target.client
        target.client = nil
        client?.exchange.target = nil
        self.close(target)
        guard let client else { return }
        self.noteConduct(client, isFailure: true)
        self.respond(client, status: status)
        self.resume(client)
    }

    /// Ends a response that cannot be completed, so that the client cannot take it for a whole one: without
    /// a last chunk, without close_notify, and with a reset where HTTP/1.0 has no other sign.
    ///
    /// The client has the target's status; the log gets the one that tells what came of it (`elbv2-api` 5.4).
    func abort(_ client: ClientConnection, status: Int) {
        guard !client.exchange.isAnswered else { return self.close(client) }
        client.exchange.status = status
        if client.exchange.minorVersion == 0, client.stream == nil, client.tls == nil {
            Socket.resetOnClose(client.descriptor)
        }
        self.close(client)
    }

    /// The client's request needs no target any more.
    func abandonTarget(_ client: ClientConnection) {
        guard let target = client.exchange.target else { return }
        client.exchange.target = nil
        target.client = nil
        // A stream that was cut must not look complete.
        if target.phase == .tunnel { Socket.resetOnClose(target.descriptor) }
        self.close(target)
    }

    func close(_ target: TargetConnection) {
        guard target.phase != .closed else { return }
        if target.phase == .idle {
            self.pool.remove(target)
            self.sayGoodbye(target)
        }
        target.phase = .closed
        target.client = nil
        target.tls = nil
        target.early = nil
        target.unsent = nil
        target.inbox = nil
        Glibc.close(target.descriptor)
        self.targets.remove(target.token.slot)
    }

    func deadlinePassed(_ target: TargetConnection) {
        switch target.phase {
        case .connecting:
            self.refuse(target, status: 504)
        case .handshaking:
            self.failTLS(target, .timeout, status: 504)
        case .head, .body, .tunnel, .idle, .closed:
            self.close(target)
        }
    }
}
