import HTTP
import Model

/// HTTP/2 towards targets: the session turns requests into frames, and frames into responses of HTTP/1.1.
extension Worker {
    /// Whether a request may go to targets of the group by the HTTP that both sides speak
    /// (`elbv2-api` 5.5); remembers which that is.
    func chooseVersion(
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer,
        of group: ResourceID
    ) -> Bool {
        let isHTTP2 = client.stream != nil
        // Most gates have none of another version: no request of theirs pays for the question.
        let version = self.hasOtherVersions ? self.targetGroups[group]?.protocolVersion ?? .http1 : .http1
        client.exchange.version = version
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
            self.sendAsIs(target, self.frames.bytes)
        }
    }
}
