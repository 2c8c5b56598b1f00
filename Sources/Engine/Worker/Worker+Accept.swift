import Glibc
import Model

/// New connections: the limits first, then a slot.
extension Worker {
    /// Connections accepted in one turn, so that a flood on one listener does not starve the others.
    private static let acceptsPerTurn = 64

    func accept(_ listener: WorkerListener) {
        guard let socket = listener.socket else { return }
        for _ in 0..<Self.acceptsPerTurn {
            let (descriptor, peer) = SocketAddress.accept(socket.descriptor)
            guard descriptor >= 0 else {
                if -descriptor == EMFILE || -descriptor == ENFILE {
                    self.shedWithoutDescriptor(listener, socket)
                }
                return
            }
            guard let endpoint = peer.endpoint else {
                Glibc.close(descriptor)
                continue
            }
            // The cheapest refusal: no byte is read, none is written, and no TLS begins.
            if let reason = self.takePlace(listener, endpoint) {
                listener.tally.countRejected(reason)
                Glibc.close(descriptor)
                continue
            }
            Socket.setNoDelay(descriptor)
            if let relay = listener.served.relay {
                self.openRelay(descriptor, endpoint, listener, relay)
            } else {
                self.open(descriptor, endpoint, listener)
            }
        }
    }

    private func open(_ descriptor: Int32, _ peer: Endpoint, _ listener: WorkerListener) {
        listener.tally.countAccepted()
        listener.tally.count(.newConnections)
        let (slot, generation) = self.clients.reserve()
        let token = PollToken(.client, slot: slot, generation: generation)
        let isTLS = listener.context != nil
        let client = ClientConnection(
            descriptor: descriptor,
            token: token,
            traceID: self.newTraceID(),
            peer: peer,
            listener: listener,
            phase: isTLS ? .expecting : .head,
            openedAt: self.now
        )
        client.awaitsProxyHeader = listener.expectsProxyHeader(from: peer.address)
        if !client.awaitsProxyHeader { client.source = ConnectionSource(peer.address) }
        self.clients.set(client, at: slot)
        let isStranger = isTLS || client.awaitsProxyHeader
        self.setDeadline(client, in: isStranger ? self.tuning.handshakeDeadline : listener.idleTimeout)
        if isTLS, !client.awaitsProxyHeader, self.isSlowed(listener, peer) {
            client.isHeld = true
            self.setDeadline(client, in: self.tuning.failingPause)
        }
        if !isStranger { self.log(client, nil) }
        guard self.poller.addConnection(descriptor, token) else { return self.close(client) }
    }

    /// Refuses a connection for which there is no descriptor.
    ///
    /// Left in the queue it would wake this loop for ever, so the spare descriptor is given up for the
    /// moment it takes to accept and close it.
    private func shedWithoutDescriptor(_ listener: WorkerListener, _ socket: ListeningSocket) {
        listener.tally.countRejected(.descriptors)
        guard self.spareDescriptor >= 0 else {
            self.spareDescriptor = Self.openSpare()
            return
        }
        Glibc.close(self.spareDescriptor)
        let (descriptor, _) = SocketAddress.accept(socket.descriptor)
        if descriptor >= 0 { Glibc.close(descriptor) }
        self.spareDescriptor = Self.openSpare()
    }

    static func openSpare() -> Int32 {
        Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
    }
}
