import HTTP
import Model

/// HTTP/2 towards targets: the session turns requests into frames, and frames into responses of HTTP/1.1.
extension Worker {
    /// Whether a request may go to targets of the group by the HTTP that both sides speak
    /// (`elbv2-api` 5.5); remembers which that is, and whether over TLS.
    func chooseProtocol(
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer,
        of group: ResourceID
    ) -> Bool {
        let isHTTP2 = client.stream != nil
        // Most gates have nothing but HTTP/1.1 in clear text: no request of theirs pays for the question.
        let group = self.hasOtherProtocols ? self.targetGroups[group] : nil
        let version = group?.protocolVersion ?? .http1
        client.exchange.version = version
        client.exchange.security = group?.security
        return switch version {
        case .http1: !isHTTP2 || !self.request.isGRPC(in: head)
        case .http2: isHTTP2
        case .grpc: isHTTP2 && self.request.isPost(in: head)
        }
    }

    /// Takes frames, and from them what belongs to the response.
    func received(_ target: TargetConnection, _ session: TargetSession, _ bytes: UnsafeRawBufferPointer) {
        session.receive(bytes)
        self.pump(target, session)
        if !session.response.isEmpty {
            self.received(target, session.response.bytes)
            session.forgetResponse()
        }
        guard target.phase != .closed else { return }
        if session.isBroken || target.phase == .idle && !session.isReusable {
            self.targetBroke(target)
        } else if let client = target.client, target.unsentCount <= EngineLimits.pendingBytes / 2 {
            // A window may have opened.
            self.resume(client)
        }
    }

    /// Sends what the session has to say.
    func pump(_ target: TargetConnection, _ session: TargetSession) {
        while (target.unsent?.count ?? 0) <= EngineLimits.pendingBytes {
            self.frames.removeAll()
            session.send(to: self.frames, limit: Worker.inputBytes)
            guard !self.frames.isEmpty else { return }
            self.transmit(target, self.frames.bytes)
        }
    }
}
