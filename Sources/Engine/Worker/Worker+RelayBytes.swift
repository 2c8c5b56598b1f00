import Glibc
import HTTP
import Model
import TLS

/// Moving the bytes of relays: by splice(2) where nothing looks at them, by copying where TLS ends here,
/// where little comes at a time, and where there is no pipe.
extension Worker {
    /// Reads of one direction in one turn, of 64 KiB each, so that one fast relay does not starve the others.
    private static let readsPerTurn = 16

    /// From how many bytes at once splicing is cheaper than copying: it takes a call more.
    private static let bulkBytes = 16_384

    private enum Progress {
        /// Nothing is to be done until an event comes.
        case waiting
        /// There is more, for the next turn.
        case unfinished
        case broken
    }

    /// Moves what can be moved in both directions.
    func move(_ relay: RelayConnection) {
        let wasBlocked = !self.mayRead(relay, relay.up)
        let up = self.move(relay, relay.up, from: relay.client, to: relay.target)
        guard up != .broken else { return self.cut(relay) }
        let down = self.move(relay, relay.down, from: relay.target, to: relay.client)
        guard down != .broken else { return self.cut(relay) }
        // What TLS has to answer the target.
        if relay.targetTLS != nil, !self.empty(relay, relay.up, into: relay.target) { return self.cut(relay) }
        if relay.up.hasFinished, relay.down.hasFinished { return self.close(relay) }
        let isUnblocked = wasBlocked && self.mayRead(relay, relay.up)
        guard up == .unfinished || down == .unfinished || isUnblocked, !relay.isQueued else { return }
        relay.isQueued = true
        self.queuedRelays.append(relay.token)
    }

    /// The next turn of relays that have had their share of the last one.
    func resumeRelays() {
        guard !self.queuedRelays.isEmpty else { return }
        let queued = self.queuedRelays
        self.queuedRelays.removeAll(keepingCapacity: true)
        for token in queued {
            guard let relay = self.relays[token] else { continue }
            relay.isQueued = false
            self.proceed(relay)
        }
    }

    private func move(
        _ relay: RelayConnection,
        _ flow: RelayFlow,
        from source: Int32,
        to sink: Int32
    ) -> Progress {
        for _ in 0..<Self.readsPerTurn {
            guard self.empty(relay, flow, into: sink) else { return .broken }
            guard flow.heldCount == 0, flow.pipe == nil else { return .waiting }
            if flow.hasEnded {
                if !flow.hasFinished {
                    flow.hasFinished = true
                    Socket.finishSending(sink)
                }
                return .waiting
            }
            guard flow.isReadable, self.mayRead(relay, flow) else { return .waiting }
            guard self.fill(relay, flow, from: source) else { return .broken }
        }
        // The last read may be the one that is still in our hands.
        guard self.empty(relay, flow, into: sink) else { return .broken }
        guard flow.heldCount == 0, flow.pipe == nil else { return .waiting }
        return flow.isReadable || flow.hasEnded ? .unfinished : .waiting
    }

    /// Back-pressure: a direction reads when it holds nothing, and what TLS wants to answer has a bound.
    private func mayRead(_ relay: RelayConnection, _ flow: RelayFlow) -> Bool {
        relay.tls == nil || flow === relay.down || relay.down.heldCount <= EngineLimits.pendingBytes
    }

    // MARK: Out

    /// Gives the sink what it takes; false if it is broken.
    func empty(_ relay: RelayConnection, _ flow: RelayFlow, into sink: Int32) -> Bool {
        if let held = flow.held {
            guard flow.isWritable else { return true }
            guard let sent = Socket.send(sink, held.bytes) else { return false }
            if sent > 0 { self.touch(relay) }
            held.removeFirst(sent)
            guard held.isEmpty else {
                flow.isWritable = false
                return true
            }
            flow.held = nil
        }
        while let pipe = flow.pipe, flow.isWritable {
            guard let sent = pipe.drain(into: sink) else { return false }
            if sent > 0 { self.touch(relay) } else { flow.isWritable = false }
            if pipe.count == 0 {
                self.pipes.giveBack(pipe)
                flow.pipe = nil
            }
        }
        return true
    }

    /// Gives bytes to the sink, and holds what it does not take; false if it is broken.
    func pass(_ relay: RelayConnection, _ flow: RelayFlow, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard flow.held == nil, flow.isWritable, !bytes.isEmpty else {
            flow.hold(bytes)
            return self.hasMemory(relay)
        }
        let sink = flow === relay.up ? relay.target : relay.client
        guard let sent = Socket.send(sink, bytes) else { return false }
        guard sent < bytes.count else { return true }
        flow.isWritable = false
        flow.hold(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
        return self.hasMemory(relay)
    }

    /// Whether what a relay holds is within what the worker has; it is counted if not.
    private func hasMemory(_ relay: RelayConnection) -> Bool {
        guard self.isOutOfMemory else { return true }
        relay.listener.tally.countRejected(.memory)
        return false
    }

    // MARK: In

    /// Takes what the source has, once; false if it is broken.
    private func fill(_ relay: RelayConnection, _ flow: RelayFlow, from source: Int32) -> Bool {
        if relay.tls == nil, flow.isBulk, let pipe = self.pipes.take() {
            return self.splice(relay, flow, from: source, through: pipe)
        }
        let isFromTLS = flow === relay.down && relay.targetTLS != nil
        let space = isFromTLS ? self.targetCiphertext : self.clientInput
        switch Socket.receive(source, into: space) {
        case .bytes(let count):
            // A short read has emptied the socket, unless its end is what comes next.
            if count < space.count, !flow.hasHangup { flow.isReadable = false }
            flow.isBulk = count >= Self.bulkBytes
            self.touch(relay)
            let bytes = UnsafeRawBufferPointer(rebasing: space[..<count])
            if isFromTLS { return self.decryptTarget(relay, bytes) }
            guard relay.tls != nil else {
                self.port.relayTally.countCopied(count)
                return self.pass(relay, flow, bytes)
            }
            return flow === relay.up ? self.decrypt(relay, bytes) : self.encrypt(relay, bytes)
        case .drained:
            flow.isReadable = false
            return true
        case .end:
            flow.isReadable = false
            return self.sourceEnded(relay, flow)
        case .failed:
            return false
        }
    }

    private func splice(
        _ relay: RelayConnection,
        _ flow: RelayFlow,
        from source: Int32,
        through pipe: Pipe
    ) -> Bool {
        let result = pipe.fill(from: source)
        guard case .bytes(let count) = result else {
            self.pipes.giveBack(pipe)
            switch result {
            case .drained: flow.isReadable = false
            case .end: flow.hasEnded = true
            case .bytes, .failed: return false
            }
            return true
        }
        flow.pipe = pipe
        flow.isBulk = count >= Self.bulkBytes
        self.touch(relay)
        self.port.relayTally.countSpliced(count)
        return true
    }

    /// The source sends nothing more; false if it should have said so in TLS.
    private func sourceEnded(_ relay: RelayConnection, _ flow: RelayFlow) -> Bool {
        guard relay.tls != nil else {
            flow.hasEnded = true
            return true
        }
        // The end of TCP alone may be an attacker's: nobody must take it for the end of the stream.
        if flow === relay.up || relay.targetTLS != nil { return flow.hasEnded }
        self.endDown(relay)
        return true
    }

    /// The target sends nothing more, and the client of a TLS listener is told so in TLS.
    func endDown(_ relay: RelayConnection) {
        relay.tls?.sendCloseNotify()
        self.holdWindow(relay)
        relay.down.hasEnded = true
    }

    /// The same for the client and a target that TLS is spoken to.
    func endUp(_ relay: RelayConnection) {
        relay.targetTLS?.sendCloseNotify()
        self.holdTargetWindow(relay)
        relay.up.hasEnded = true
    }

    // MARK: TLS

    /// Takes ciphertext of the client.
    func decrypt(_ relay: RelayConnection, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let tls = relay.tls else { return false }
        self.window.setInput(bytes)
        defer { self.holdWindow(relay) }
        // One write of what may be several records.
        var filled = 0
        while true {
            let space = UnsafeMutableRawBufferPointer(rebasing: self.plaintext[filled...])
            let step = tls.read(into: space)
            if case .bytes(let count) = step {
                filled += count
                guard filled == self.plaintext.count else { continue }
            }
            self.port.relayTally.countCopied(filled)
            let text = UnsafeRawBufferPointer(rebasing: self.plaintext[..<filled])
            guard self.passUp(relay, text) else { return false }
            filled = 0
            switch step {
            case .bytes: continue
            case .needsInput: return true
            case .closed:
                self.endUp(relay)
                return true
            case .failed: return false
            }
        }
    }

    /// Gives the client's plaintext to the target, or holds it; false if it is broken.
    private func passUp(_ relay: RelayConnection, _ text: UnsafeRawBufferPointer) -> Bool {
        guard relay.targetTLS != nil else { return self.pass(relay, relay.up, text) }
        return text.isEmpty || self.encryptForTarget(relay, text)
    }

    func encrypt(_ relay: RelayConnection, _ bytes: UnsafeRawBufferPointer) -> Bool {
        self.port.relayTally.countCopied(bytes.count)
        defer { self.window.clearOutput() }
        guard let tls = relay.tls, tls.write(bytes) else { return false }
        return self.pass(relay, relay.down, self.window.output)
    }

    /// Takes what TLS wants the client to have out of the window, which others use next.
    func holdWindow(_ relay: RelayConnection) {
        relay.down.hold(self.window.output)
        self.window.clearOutput()
    }
}
