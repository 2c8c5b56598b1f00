import HTTP
import Model

/// Clients whom a proxy speaks for: who they are comes first, in a PROXY protocol v2 header.
///
/// Only a proxy that the listener names is believed. For anybody else the same bytes are what any other first
/// bytes are: the beginning of TLS or of a request, and of neither a good one.
extension Worker {
    /// Takes the header from what a proxy's connection begins with.
    ///
    /// - Returns: what came behind it, kept by the buffer; nil while it is incomplete or when it is refused.
    func takeProxyHeader(_ client: ClientConnection, _ bytes: UnsafeRawBufferPointer) -> ByteBuffer? {
        let held = client.inbox ?? ByteBuffer(capacity: bytes.count, account: self.memory)
        held.append(bytes)
        client.inbox = held
        switch ProxyHeader.read(held.bytes) {
        case .incomplete:
            return nil
        case .damaged:
            self.refuseProxyHeader(client)
            return nil
        case .complete(let header, let length):
            held.removeFirst(length)
            client.inbox = nil
            guard self.takeSource(client.listener, header?.source ?? client.peer) else {
                self.cut(client, for: .connectionsPerSource)
                return nil
            }
            // A proxy that speaks for itself (LOCAL) is its own client.
            if let header { client.peer = header.source }
            client.source = ConnectionSource(client.peer.address)
            guard !self.isTurnedAway(client.listener, client.peer) else {
                self.cut(client, for: .failingSource)
                return nil
            }
            client.awaitsProxyHeader = false
            if client.phase == .head {
                self.log(client, nil)
                self.setDeadline(client, in: client.listener.idleTimeout)
            }
            return held
        }
    }

    /// A proxy that does not say whom it speaks for gets no answer: its clients' requests must not be taken
    /// for its own.
    func refuseProxyHeader(_ client: ClientConnection) {
        self.cut(client, for: .proxyHeader)
    }
}
