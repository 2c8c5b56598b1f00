import HTTP
import Model
import TLS

/// What load balancer attributes make of connections and requests.
extension Worker {
    /// The peer's address as `X-Forwarded-For` names it, made once for each form.
    func forwardedAddress(of client: ClientConnection) -> RawBytes {
        let attributes = client.listener.attributes
        if attributes.forwardsClientPort, attributes.forwardedFor == .append {
            let text = client.endpointText ?? RawBytes(Array(client.peer.description.utf8))
            client.endpointText = text
            return text
        }
        let text = client.addressText ?? RawBytes(Array(client.peer.address.description.utf8))
        client.addressText = text
        return text
    }

    /// The header lines that tell the target about the client's TLS, made once; empty where none are wanted.
    func tlsHeaders(of client: ClientConnection) -> UnsafeRawBufferPointer {
        let client = client.stream?.carrier ?? client
        guard client.listener.attributes.addsTLSHeaders, let tls = client.tls else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        if let lines = client.tlsHeaders { return lines.bytes }
        let facts = tls.facts()
        tls.releasePeer()
        var text = ""
        let settings = client.listener.served.tls?.identityHeaders ?? .standard
        if let version = facts.version { text += "\(settings.name(of: .tlsVersion)): \(version)\r\n" }
        if let cipher = facts.cipher { text += "\(settings.name(of: .tlsCipherSuite)): \(cipher)\r\n" }
        let lines = RawBytes(Array(text.utf8))
        client.tlsHeaders = lines
        return lines.bytes
    }

    /// Keeps what the parser found wrong with the request in hand, and what follows from it.
    ///
    /// Behind a request with two readings may stand what somebody else smuggled into the connection, and what
    /// the target made of it may be one request too many: neither connection carries another.
    func keepClassification(_ client: ClientConnection) {
        guard let reason = self.request.classification else { return }
        client.exchange.classification = reason
        client.listener.tally.countNonCompliant()
        guard reason.requestClass >= .ambiguous else { return }
        client.exchange.closes = true
        client.exchange.closesTarget = true
    }

    /// Whether a connection has lived so long that this request is its last.
    func isPastKeepAlive(_ client: ClientConnection) -> Bool {
        self.now - client.openedAt >= Int64(client.listener.attributes.clientKeepAliveSeconds) * 1_000
    }
}
