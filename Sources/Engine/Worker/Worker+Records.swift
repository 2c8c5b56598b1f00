import Model
import TLS

/// What workers write down about handshakes.
extension Worker {
    /// What the record of a handshake says; of a refusal, also how it came to be.
    func details(
        _ tls: ServerConnection?,
        mode: MutualAuthentication.Mode,
        _ facts: HandshakeFacts?,
        _ outcome: HandshakeOutcome,
        latency: Int64?
    ) -> ConnectionRecord.TLSDetails {
        var details = ConnectionRecord.TLSDetails(
            mode: mode,
            outcome: outcome,
            version: facts?.version,
            cipher: facts?.cipher,
            keyExchange: facts?.keyExchange,
            latencyMicroseconds: latency,
            serverName: facts?.serverName,
            leaf: facts?.peer?.leaf,
            chainCount: facts?.peer?.count ?? 0,
            isResumed: facts?.isResumed ?? false
        )
        if let peer = facts?.peer {
            details.alternativeNames = peer.alternativeNames
            details.anchor = peer.anchor
        }
        if case .refused(let reason) = facts?.verification { details.observed = reason }
        if let reason = details.observed ?? outcome.refusal {
            details.trace = tls?.trace(of: reason, knowing: self.authorities)
        }
        // Whoever comes again shares what was made of its certificates before, and is not written down again.
        if let peer = facts?.peer, !peer.isRecorded {
            peer.isRecorded = true
            let chain = peer.certificates
            let size = chain.reduce(0) { $0 + $1.count }
            if size <= EngineLimits.keptChainBytes { details.presentedChain = chain }
        }
        return details
    }

    /// What the record of a client says that had passed and does not any more.
    func details(
        _ tls: ServerConnection,
        _ refusal: LateRefusal,
        _ cause: CutCause
    ) -> ConnectionRecord.TLSDetails {
        let facts = tls.facts()
        return ConnectionRecord.TLSDetails(
            mode: tls.mode,
            outcome: .refused(refusal.reason),
            version: facts.version,
            cipher: facts.cipher,
            keyExchange: facts.keyExchange,
            latencyMicroseconds: nil,
            serverName: facts.serverName,
            leaf: refusal.leaf,
            chainCount: refusal.chain.count,
            isResumed: facts.isResumed,
            trace: refusal.trace,
            cut: cause,
            presentedChain: refusal.chain.reduce(0) { $0 + $1.count } <= EngineLimits.keptChainBytes
                ? refusal.chain : []
        )
    }
}
