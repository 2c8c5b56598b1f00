import HTTP
import Model
import TLS

/// What a finished handshake says about its client: what targets are told, and what rules may ask.
///
/// Connections of a client that has been accepted before share it (``VerdictCache``).
final class ClientDescription {
    /// Complete header lines; may be empty.
    let lines: RawBytes
    /// nil for a client that is not verified, and where no rule asks.
    let identity: ClientIdentity?

    /// What is known after a handshake; nil if the connection must not be served.
    ///
    /// - Parameters:
    ///   - facts: the handshake's.
    ///   - mode: of the policy that judged it.
    ///   - settings: of the listener.
    ///   - isAsked: whether some rule of the listener asks for the client's identity.
    init?(
        _ facts: HandshakeFacts,
        mode: MutualAuthentication.Mode,
        settings: IdentityHeaderSettings,
        isAsked: Bool
    ) {
        var lines: [UInt8] = []
        var identity: ClientIdentity?
        var refusal: RefusalReason?
        let isVerified = facts.verification == .verified
        switch mode {
        case .off: break
        case .passthrough:
            if let peer = facts.peer, peer.count > 0 {
                lines = Self.lines(peer, settings) {
                    IdentityHeaders.passthrough(chainPEM: peer.chainPEM(), named: settings)
                }
            }
        case .verify:
            guard facts.isJudged else { return nil }
            if case .refused(let reason) = facts.verification { refusal = reason }
            // Whoever is not verified is nobody, whatever it sent.
            if isVerified {
                guard let peer = facts.peer, let leaf = peer.leaf else { return nil }
                lines = Self.lines(peer, settings) {
                    IdentityHeaders.verify(leaf: leaf, leafPEM: peer.leafPEM(), named: settings)
                }
                if isAsked {
                    guard let known = peer.identity() else { return nil }
                    identity = known
                }
            }
        }
        if settings.sendsVerdict { lines += IdentityHeaders.verdict(refusal, isVerified: isVerified) }
        self.lines = RawBytes(lines)
        self.identity = identity
    }

    /// The forms in the order in which they are wanted.
    private static func lines(
        _ peer: PeerCertificates,
        _ settings: IdentityHeaderSettings,
        alb: () -> [UInt8]
    ) -> [UInt8] {
        settings.forms.flatMap { form -> [UInt8] in
            switch form {
            case .alb: return alb()
            case .rfc9440: return IdentityHeaders.rfc9440(chain: peer.certificates)
            case .xfcc:
                guard let leaf = peer.leaf, let identity = peer.identity() else { return [] }
                return IdentityHeaders.xfcc(
                    leaf: leaf,
                    leafPEM: peer.leafPEM(),
                    chainPEM: peer.chainPEM(),
                    identity: identity
                )
            }
        }
    }
}
