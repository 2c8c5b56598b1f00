import COpenSSL
import Model

/// Sessions that may be resumed on a listener that asks for certificates; see ``SessionCache``.
extension ServerConnection {
    /// The client has said for which name it comes, before anything is looked up.
    func bindSessions(to name: [UInt8]) {
        guard let exchange = self.exchange else { return }
        exchange.returning = nil
        let normal = name.isEmpty ? "" : ServerNames.normal(name)
        exchange.binding = normal.map {
            SessionBinding(
                context: self.context.material.sessionContext,
                policy: self.policy,
                serverName: $0
            )
        }
    }

    /// The session that a client asks to resume, if it may; with nil the handshake is a full one.
    ///
    /// The client is judged here, from what it presented when the session was made, and so before OpenSSL
    /// has decided anything. Whoever does not pass is asked for its certificate again, and refused as anybody
    /// else is.
    fileprivate func sessionToResume(_ id: UnsafeRawBufferPointer) -> SessionHandle? {
        guard let exchange = self.exchange else { return nil }
        // A client may ask for several, and again after a HelloRetryRequest.
        exchange.returning = nil
        exchange.lookups += 1
        let now = self.context.clock()
        guard exchange.lookups <= ResumptionLimits.lookups, let binding = exchange.binding,
            let id = SessionID(id),
            let session = exchange.cache.session(id, for: binding, at: now.seconds)
        else { return nil }
        guard let returning = self.judge(session, at: now) else {
            exchange.cache.remove(id)
            return nil
        }
        exchange.returning = returning
        return session.handle
    }

    /// nil if the client would not pass.
    private func judge(_ session: CachedSession, at now: Timestamp) -> SessionExchange.Return? {
        func returning(
            _ standing: SessionExchange.Return.Standing,
            _ peer: PeerCertificates? = nil
        ) -> SessionExchange.Return {
            SessionExchange.Return(session: session, standing: standing, peer: peer, judgedAt: now.seconds)
        }
        guard self.context.mode == .verify else { return returning(.unjudged) }
        let material = self.context.material
        guard let policy = material.verification else { return nil }
        guard let message = session.message, let leaf = session.leaf else {
            // Half a memory of a client is none.
            guard session.message == nil, session.leaf == nil else { return nil }
            return policy.enforcement == .required ? nil : returning(.absent)
        }
        if let digest = session.digest,
            let peer = self.verdictCache?.accepted(digest, under: material, at: now.seconds)
        {
            return returning(.accepted(nil), peer)
        }
        let issuers = message.certificates.dropFirst().map { Array($0) }
        let verdict = RememberedChain(leaf: leaf, issuers: issuers).verdict(by: policy, at: now)
        if verdict.refusal == nil { return returning(.accepted(verdict)) }
        return policy.enforcement == .observed ? returning(.refused(verdict)) : nil
    }

    /// Takes up what was judged when the session was looked up; false where OpenSSL has resumed one that
    /// nobody has been judged for.
    func resume() -> Bool {
        guard let returning = self.exchange?.returning, self.certificateMessage == nil, self.leaf == nil,
            self.peer == nil, self.refused == nil, !self.isAccepted
        else { return false }
        self.certificateMessage = returning.session.message
        self.leaf = returning.session.leaf
        switch returning.standing {
        case .unjudged, .absent:
            break
        case .refused(let verdict):
            self.refused = (verdict, Timestamp(seconds: returning.judgedAt))
        case .accepted(let verdict):
            self.isAccepted = true
            self.peer = returning.peer
            guard let verdict else { break }
            self.accepted(verdict, digest: returning.session.digest, at: returning.judgedAt)
        }
        return true
    }

    /// Keeps the session that a complete handshake has made.
    func keepSession() {
        guard let exchange = self.exchange else { return }
        self.exchange = nil
        guard let made = exchange.made, let binding = exchange.binding else { return }
        let former = SSL_session_reused(self.handle) == 1 ? exchange.returning?.session : nil
        exchange.cache.keep(
            CachedSession(
                made,
                binding: binding,
                establishedAt: former?.establishedAt ?? self.context.clock().seconds,
                message: former?.message ?? self.takePeer()?.message,
                leaf: self.leaf,
                digest: former?.digest ?? exchange.digest
            )
        )
    }
}

/// Called by OpenSSL for each session that a client asks for (`SSL_CTX_sess_set_get_cb`).
func findSession(
    _ ssl: OpaquePointer?,
    _ id: UnsafePointer<UInt8>?,
    _ count: Int32,
    _ isCopied: UnsafeMutablePointer<Int32>?
) -> OpaquePointer? {
    // The reference is made here: once the cache has let go of the session, it would be too late.
    isCopied?.pointee = 0
    guard let connection = ServerConnection.owner(of: ssl), let id, count > 0,
        let session = connection.sessionToResume(UnsafeRawBufferPointer(start: id, count: Int(count))),
        SSL_SESSION_up_ref(session.pointer) == 1
    else { return nil }
    return session.pointer
}

/// Called by OpenSSL with each session that it has made (`SSL_CTX_sess_set_new_cb`); 1 takes it over.
func takeSession(_ ssl: OpaquePointer?, _ session: OpaquePointer?) -> Int32 {
    guard let exchange = ServerConnection.owner(of: ssl)?.exchange, let session else { return 0 }
    exchange.made = SessionHandle(owning: session)
    return 1
}
