import Glibc
import HTTP
import Model
import TLS

/// Connections of TCP and TLS listeners up to the point where bytes move: whose they are, where they go.
extension Worker {
    func openRelay(_ descriptor: Int32, _ peer: Endpoint, _ listener: WorkerListener, _ served: ServedRelay) {
        listener.tally.countAccepted()
        let (slot, generation) = self.relays.reserve()
        let token = PollToken(.relay, slot: slot, generation: generation)
        let relay = RelayConnection(
            client: descriptor,
            token: token,
            traceID: self.newTraceID(),
            peer: peer,
            listener: listener,
            served: served,
            account: self.memory
        )
        if !relay.awaitsProxyHeader { relay.source = ConnectionSource(peer.address) }
        self.relays.set(relay, at: slot)
        self.setDeadline(relay, in: self.tuning.handshakeDeadline)
        if !relay.awaitsProxyHeader, self.isSlowed(listener, peer) {
            relay.isHeld = true
            self.setDeadline(relay, in: self.tuning.failingPause)
        }
        guard self.poller.addConnection(descriptor, token) else { return self.cut(relay) }
        self.prefaceIsRead(relay)
    }

    // MARK: Events

    func clientHasEvent(_ relay: RelayConnection, _ event: Poller.Event) {
        if event.isReadable { relay.up.isReadable = true }
        if event.isHangup { relay.up.hasHangup = true }
        if event.isWritable { relay.down.isWritable = true }
        self.proceed(relay)
        // A client that is gone needs no target; one that has only finished sending does.
        guard event.isError else { return }
        switch relay.phase {
        case .connecting, .securing, .relaying: self.cut(relay)
        case .preface, .handshaking, .closed: break
        }
    }

    func targetHasEvent(_ relay: RelayConnection, _ event: Poller.Event) {
        guard self.passes(relay) else { return self.cut(relay) }
        if relay.phase == .connecting {
            guard event.isWritable else { return }
            guard Socket.isConnected(relay.target) else { return self.tryNextTarget(relay) }
            self.targetAccepted(relay)
            // A target without TLS after all is left for the next, whose events are still to come.
            guard relay.phase != .connecting else { return }
        }
        if event.isReadable { relay.down.isReadable = true }
        if event.isHangup { relay.down.hasHangup = true }
        if event.isWritable { relay.up.isWritable = true }
        self.proceed(relay)
        guard relay.phase == .relaying else { return }
        // What it sent before it broke has been passed on as far as that can be done.
        if event.isError { self.cut(relay) }
    }

    /// Does what can be done now, up to a fair share; the rest waits for its next turn.
    func proceed(_ relay: RelayConnection) {
        guard self.passes(relay) else { return self.cut(relay) }
        guard !relay.isHeld else { return }
        switch relay.phase {
        case .preface: self.readPreface(relay)
        case .handshaking: self.handshake(relay)
        case .connecting, .closed: break
        case .securing: self.secure(relay)
        case .relaying: self.move(relay)
        }
    }

    func deadlinePassed(_ relay: RelayConnection) {
        if relay.isHeld {
            relay.isHeld = false
            self.setDeadline(relay, in: self.tuning.handshakeDeadline)
            return self.proceed(relay)
        }
        switch relay.phase {
        case .preface:
            relay.listener.tally.countRejected(.preface)
            self.cut(relay)
        case .handshaking:
            self.failHandshake(relay, .failed(.timeout))
        case .connecting:
            self.tryNextTarget(relay)
        case .securing:
            self.failTargetTLS(relay, .timeout)
        case .relaying, .closed:
            self.cut(relay)
        }
    }

    // MARK: The preface

    private func readPreface(_ relay: RelayConnection) {
        while relay.phase == .preface, relay.up.isReadable {
            // No more than can be meant: what is behind the preface stays in the socket.
            let space = UnsafeMutableRawBufferPointer(rebasing: self.clientInput[..<4_096])
            switch Socket.receive(relay.client, into: space) {
            case .bytes(let count):
                let bytes = UnsafeRawBufferPointer(rebasing: space[..<count])
                relay.up.hold(bytes)
                guard self.takeHandshake(relay), relay.up.heldCount <= EngineLimits.prefaceBytes else {
                    relay.listener.tally.countRejected(relay.isHandshakeCounted ? .preface : .handshakes)
                    return self.cut(relay)
                }
                if relay.awaitsProxyHeader {
                    self.readProxyHeader(relay)
                } else {
                    self.readHello(relay, bytes)
                }
            case .drained:
                relay.up.isReadable = false
            case .end, .failed:
                relay.listener.tally.countRejected(.preface)
                self.cut(relay)
            }
        }
    }

    private func readProxyHeader(_ relay: RelayConnection) {
        guard let held = relay.up.held else { return }
        switch ProxyHeader.read(held.bytes) {
        case .incomplete:
            return
        case .damaged:
            relay.listener.tally.countRejected(.proxyHeader)
            self.cut(relay)
        case .complete(let header, let length):
            held.removeFirst(length)
            relay.awaitsProxyHeader = false
            // A proxy that speaks for itself is its own source.
            guard self.takeSource(relay.listener, header?.source ?? relay.peer) else {
                relay.listener.tally.countRejected(.connectionsPerSource)
                return self.cut(relay)
            }
            relay.source = ConnectionSource(header?.source.address ?? relay.peer.address)
            guard !self.isTurnedAway(relay.listener, header?.source ?? relay.peer) else {
                relay.listener.tally.countRejected(.failingSource)
                return self.cut(relay)
            }
            if let header {
                relay.peer = header.source
                relay.destination = header.destination
            }
            if relay.hello != nil, !held.isEmpty {
                self.readHello(relay, held.bytes)
            } else {
                if held.isEmpty { relay.up.held = nil }
                self.prefaceIsRead(relay)
            }
        }
    }

    private func readHello(_ relay: RelayConnection, _ bytes: UnsafeRawBufferPointer) {
        switch relay.hello?.read(bytes) {
        case .incomplete:
            return
        case .damaged:
            relay.listener.tally.countRejected(.preface)
            self.cut(relay)
        case .notTLS, nil:
            relay.hello = nil
            self.prefaceIsRead(relay)
        case .hello(let name):
            relay.hello = nil
            relay.group = name.map { relay.served.group(for: $0) }
            self.prefaceIsRead(relay)
        }
    }

    /// Goes on with a connection of which everything is known that its listener must know.
    private func prefaceIsRead(_ relay: RelayConnection) {
        guard !relay.awaitsProxyHeader, relay.hello == nil else { return }
        if relay.listener.context != nil {
            relay.phase = .handshaking
            self.proceed(relay)
        } else {
            self.giveHandshakeBack(relay)
            self.log(relay, nil)
            self.connect(relay)
        }
    }

    /// A share of the worker's handshakes; false if there is none left.
    func takeHandshake(_ relay: RelayConnection) -> Bool {
        if relay.isHandshakeCounted { return true }
        guard self.handshakes < self.tuning.handshakesInProgress else { return false }
        relay.isHandshakeCounted = true
        self.handshakes += 1
        return true
    }

    func giveHandshakeBack(_ relay: RelayConnection) {
        guard relay.isHandshakeCounted else { return }
        relay.isHandshakeCounted = false
        self.handshakes -= 1
    }

    // MARK: The target

    /// Begins to connect to a target of the group; the next ones follow if it does not accept.
    func connect(_ relay: RelayConnection) {
        relay.phase = .connecting
        let group = relay.group ?? relay.served.defaultGroup
        relay.group = group
        relay.security = group.usesTLS ? self.targetGroups[group.targetGroupID]?.security : nil
        // Only TLS listeners have such groups; a group that is gone has no TLS, and must not do without.
        guard !group.usesTLS || relay.security != nil && relay.tls != nil else {
            relay.listener.tally.countRejected(.noTarget)
            return self.cut(relay)
        }
        let attempts = min(group.targets.count, EngineLimits.relayConnectAttempts)
        while relay.attempts < attempts, let endpoint = self.chooseTarget(relay, of: group) {
            relay.attempts += 1
            relay.endpoint = endpoint
            guard let descriptor = Socket.connect(to: endpoint) else { continue }
            relay.target = descriptor
            relay.load = self.targetLoads[endpoint]
            relay.load?.requests += 1
            self.setDeadline(relay, in: self.tuning.connectTimeout)
            guard self.poller.addConnection(descriptor, relay.targetToken) else { break }
            return
        }
        relay.listener.tally.countRejected(.noTarget)
        self.cut(relay)
    }

    func tryNextTarget(_ relay: RelayConnection) {
        Glibc.close(relay.target)
        relay.target = -1
        if relay.targetTLS != nil {
            relay.targetTLS = nil
            relay.up.held = nil
            relay.down.isReadable = false
            relay.down.hasHangup = false
        }
        relay.load?.requests -= 1
        relay.load = nil
        self.connect(relay)
    }

    private func targetAccepted(_ relay: RelayConnection) {
        relay.up.isWritable = true
        guard let security = relay.security else {
            relay.phase = .relaying
            self.touch(relay)
            return self.tellClient(relay)
        }
        if let held = relay.up.held { relay.early = held }
        relay.up.held = nil
        // In front of TLS, as for whoever reads it without being the one who decrypts.
        self.tellClient(relay)
        self.beginTLS(relay, security)
    }

    /// Lays the PROXY header in front of everything, if the target is to have one.
    private func tellClient(_ relay: RelayConnection) {
        guard relay.group?.sendsProxyProtocol == true else { return }
        let destination = relay.destination ?? SocketAddress.local(relay.client) ?? relay.listener.endpoint
        let header = ProxyHeader(source: relay.peer, destination: destination)
        let first = ByteBuffer(capacity: 64)
        first.append(header.bytes)
        if let held = relay.up.held { first.append(held.bytes) }
        relay.up.held = first
    }

    // MARK: Time, records, the end

    func setDeadline(_ relay: RelayConnection, in duration: Duration) {
        relay.deadline = self.now + duration.milliseconds
        guard relay.deadline < relay.wheelEntry else { return }
        relay.wheelEntry = self.wheel.schedule(relay.token, at: relay.deadline)
    }

    /// Starts the idle time again, because something moved.
    func touch(_ relay: RelayConnection) {
        self.setDeadline(relay, in: relay.served.idleTimeout)
    }

    func log(_ relay: RelayConnection, _ tls: ConnectionRecord.TLSDetails?) {
        self.log(
            relay.listener,
            descriptor: relay.client,
            peer: relay.peer,
            traceID: relay.traceID,
            tls
        )
    }

    /// The listener is gone, or the gate is stopping: a connection that has reached its target goes on until
    /// it ends, at the latest when the gate does.
    func retire(_ relay: RelayConnection) {
        guard !relay.isStale, relay.isOpen else { return }
        switch relay.phase {
        case .preface:
            self.cut(relay)
        case .handshaking where relay.tls == nil:
            self.failHandshake(relay, .failed(.stopped))
        case .handshaking, .connecting, .securing, .relaying, .closed:
            relay.isStale = true
            relay.listener.tally.changeDraining(by: 1)
        }
    }

    /// Ends a relay that its peers did not end, with a reset on both sides.
    func cut(_ relay: RelayConnection) {
        guard relay.isOpen else { return }
        Socket.resetOnClose(relay.client)
        if relay.target >= 0 { Socket.resetOnClose(relay.target) }
        self.close(relay)
    }

    /// Lets go of everything.
    func close(_ relay: RelayConnection) {
        guard relay.isOpen else { return }
        self.giveHandshakeBack(relay)
        relay.load?.requests -= 1
        relay.load = nil
        relay.phase = .closed
        for flow in [relay.up, relay.down] {
            if let pipe = flow.pipe { self.pipes.giveBack(pipe) }
            flow.pipe = nil
            flow.held = nil
        }
        relay.tls = nil
        relay.targetTLS = nil
        relay.early = nil
        if relay.isStale { relay.listener.tally.changeDraining(by: -1) }
        if relay.target >= 0 { Glibc.close(relay.target) }
        Glibc.close(relay.client)
        self.giveBackPlace(relay.listener, relay.source)
        self.relays.remove(relay.token.slot)
    }
}
