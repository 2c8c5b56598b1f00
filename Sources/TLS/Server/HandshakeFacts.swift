public import Model

/// What a completed handshake makes of its client.
public enum ClientVerification: Hashable, Sendable {
    /// The mode verifies nobody, or the handshake is not complete.
    case none
    /// The trust store vouches for the client, and it is one the listener wants.
    case verified
    /// It sent no certificate, which the listener puts up with.
    case absent
    /// It would have been refused; the listener only observes.
    case refused(RefusalReason)
}

/// What a handshake negotiated, also one that failed, as far as it got.
public struct HandshakeFacts {
    /// `TLSv1.2`, `TLSv1.3`; nil when none was negotiated.
    public let version: String?

    /// OpenSSL's name of the suite; nil when none was negotiated.
    public let cipher: String?

    /// `X25519`, `secp256r1`, `secp384r1`; nil when no group was agreed on.
    public let keyExchange: String?

    /// The name the client asked for; nil without one, or if it has characters other than letters, digits,
    /// `-`, `.` and `_`, or more than 255 of them.
    public let serverName: String?

    /// The client has shown no certificate in this handshake; where it is asked for one, it was judged by
    /// that of its full handshake.
    public let isResumed: Bool

    /// What became of verifying the client.
    public let verification: ClientVerification

    /// What the client presented, also when it was refused; nil if it sent no certificate.
    public let peer: PeerCertificates?

    /// The position, among the listener's certificates, of the one that was shown.
    ///
    /// nil if none was, because the handshake resumed or failed before.
    public let certificate: Int?

    /// Whether a certificate of the listener is for the name the client asked for.
    ///
    /// If not, it saw the default.
    public let isNameMatched: Bool

    /// Whether a client that is verified was, with a leaf that can be read where it has passed.
    public var isJudged: Bool {
        switch self.verification {
        case .none: false
        case .verified: self.peer?.leaf != nil
        case .absent, .refused: true
        }
    }
}
