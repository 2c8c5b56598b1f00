import Glibc
import HTTP
import Model
import TLS

/// WebSockets: an exchange whose target has answered 101 is two connections and the bytes between them.
///
/// 1. What a client sends behind its request is held, unread, until the target has answered: it is the
///    tunnel's if that was 101, and parsed as requests only if it was anything else.
/// 2. There are no requests to wait for the end of. A flip that asks for more than a tunnel was judged by
///    ends it before it is acknowledged, as it ends relays; see ``RelayConnection/mayGoOn(under:)``.
/// 3. It remains its request's exchange: that has one record, written at its end, with the tunnel's bytes.
/// 4. What does not end as its peers ended it is cut with a reset on both sides.
extension Worker {
    /// Whether the request that has just been parsed may become a tunnel: in HTTP/1.1 on both sides.
    func mayUpgrade(_ client: ClientConnection) -> Bool {
        self.request.asksForWebSocket && client.stream == nil && client.exchange.version == .http1
    }

    /// The target has switched; `rest` is what it has said already.
    func beginTunnel(
        _ target: TargetConnection,
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer,
        _ rest: UnsafeRawBufferPointer
    ) {
        // Judged by a policy that is no longer its listener's, it may end its request and begin nothing.
        guard self.passes(client), !client.isStale, !client.hasPeerEnded else {
            return self.respond(client, status: 502)
        }
        self.response.writeForwarded(
            head,
            to: self.toClient,
            framing: .none,
            clientMinorVersion: client.exchange.minorVersion,
            closes: false,
            added: self.addedLines(client, head)
        )
        self.noteConduct(client, isFailure: false)
        client.exchange.hasAnswered = true
        client.exchange.status = 101
        client.exchange.targetStatus = 101
        client.exchange.respondedAt = self.nowMicroseconds
        client.exchange.record?.entry.kind = client.isTLS ? .wss : .ws
        client.phase = .tunnel
        client.tunnelPolicy = client.listener.served.tls?.sslPolicy
        target.phase = .tunnel
        self.touch(client)
        self.toClient.append(rest)
        guard let inbox = client.inbox else { return }
        client.inbox = nil
        self.passOnTunnel(client, inbox.bytes)
    }

    func passOnTunnel(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) {
        guard self.passes(client), let target = client.exchange.target else { return self.cutTunnel(client) }
        self.touch(client)
        client.exchange.receivedBytes += UInt64(bytes.count)
        self.transmit(target, bytes)
    }

    func passBackTunnel(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) {
        guard self.passes(client) else { return self.cutTunnel(client) }
        self.touch(client)
        self.deliver(client, bytes)
        self.flush(client)
    }

    // MARK: Ends

    /// The client sends nothing more; the target is told so behind all it has sent.
    func clientEndedTunnel(_ client: ClientConnection) {
        guard let target = client.exchange.target, !target.endsWhenSent else { return }
        target.endsWhenSent = true
        self.endTLS(target)
        if target.unsent == nil { Socket.finishSending(target.descriptor) }
    }

    /// The target sends nothing more, and with that a WebSocket is over.
    func targetEndedTunnel(_ target: TargetConnection, _ client: ClientConnection) {
        client.exchange.target = nil
        target.client = nil
        self.close(target)
        self.closeGracefully(client)
    }

    /// Ends a tunnel that its peers did not end.
    func cutTunnel(_ client: ClientConnection) {
        Socket.resetOnClose(client.descriptor)
        self.close(client)
    }

    /// Whether a tunnel may go on under what its listener asks for now.
    func mayGoOn(tunnel client: ClientConnection) -> Bool {
        // Its address may be another listener's by now; when the gate stops, there is none.
        if client.listener.isRemoved { return self.stopping != nil }
        guard let context = client.listener.context else { return false }
        return !context.materials.contains(where: \.verifies)
            && client.listener.served.tls?.sslPolicy == client.tunnelPolicy
    }
}
