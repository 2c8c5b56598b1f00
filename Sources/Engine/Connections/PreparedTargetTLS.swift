import Model
import TLS

/// TLS towards the targets of one group, ready for every worker and for checks.
final class PreparedTargetTLS: Sendable {
    /// By worker.
    let contexts: [ClientContext]
    /// Of checks.
    let checking: ClientContext
    /// The targets are to agree on HTTP/2.
    let speaksHTTP2: Bool
    let isFunction: Bool

    private let verification: ServedTargetTLS.Verification?

    /// - Throws: ``OperatorError`` if certificate, key or anchors cannot be used.
    init(_ tls: ServedTargetTLS, of group: ServedTargetGroup, workers: Int) throws(OperatorError) {
        self.speaksHTTP2 = group.protocolVersion != .http1
        self.isFunction = group.function != nil
        self.verification = tls.verification
        // Of what goes through a TLS listener nobody knows the protocol.
        let protocols = self.speaksHTTP2 ? ["h2"] : group.isRelayed ? [] : ["http/1.1"]
        var contexts: [ClientContext] = []
        let needsSystem = tls.verification.map { $0.anchors == nil } ?? false
        let system = needsSystem ? try SystemAnchors() : nil
        for _ in 0..<workers {
            contexts.append(try ClientContext(targets: tls, protocols: protocols, system: system))
        }
        self.contexts = contexts
        self.checking = try ClientContext(
            targets: tls,
            protocols: [self.speaksHTTP2 ? "h2" : "http/1.1"],
            system: system
        )
    }

    /// Whom a connection asks for and expects; nil where any certificate will do.
    ///
    /// An address is expected and not asked for: there is no SNI of addresses (RFC 6066 section 3).
    func serverName(of target: Endpoint) -> String? {
        self.verification.map { $0.serverName ?? target.address.description }
    }
}
