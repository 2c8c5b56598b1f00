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
        if case .refused(let reason) = outcome {
            details.trace = tls?.trace(of: reason, knowing: self.authorities)
            let chain = facts?.peer?.certificates ?? []
            let size = chain.reduce(0) { $0 + $1.count }
            if size <= EngineLimits.keptChainBytes { details.refusedChain = chain }
        }
        return details
    }
}
