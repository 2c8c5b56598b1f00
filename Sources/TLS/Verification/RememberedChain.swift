import COpenSSL
import Model

/// What is kept of a client that has passed, so that it can be judged again without a handshake.
///
/// The leaf is the very one that OpenSSL keeps as the connection's peer. What the client sent above it is
/// kept as bytes, which clients below one issuer share (``VerdictCache/shared(_:)``); a client that comes
/// again shares all of it. An idle connection so costs some 50 bytes more, not a chain.
final class RememberedChain: Sendable {
    let leaf: Certificate
    /// DER, in the client's order, without the leaf.
    private let issuers: [[UInt8]]

    init(leaf: Certificate, issuers: [[UInt8]]) {
        self.leaf = leaf
        self.issuers = issuers
    }

    var count: Int { 1 + self.issuers.count }

    /// DER, leaf first.
    var certificates: [[UInt8]] { [self.leaf.der] + self.issuers }

    /// Judges the chain by a policy, as a handshake would that presented it.
    func verdict(by policy: PeerVerifier.Policy, at time: Timestamp) -> Verdict {
        let above = self.issuers.compactMap { Certificate(der: $0, in: HandshakeLibrary.reading) }
        guard above.count == self.issuers.count, let stack = copenssl_x509_stack_new() else {
            return Verdict(refusal: .invalid, code: X509_V_ERR_UNSPECIFIED, findings: [])
        }
        defer { copenssl_x509_stack_free(stack) }
        return withExtendedLifetime(above) {
            for certificate in [self.leaf] + above {
                guard copenssl_x509_stack_push(stack, certificate.handle) > 0 else {
                    return Verdict(refusal: .invalid, code: X509_V_ERR_UNSPECIFIED, findings: [])
                }
            }
            return PeerVerifier.judge(stack, by: policy, at: time)
        }
    }
}
