/// What one handshake has to do with the sessions of its listener; gone once it is complete.
final class SessionExchange {
    /// Who comes back, judged at the moment at which its session was looked up.
    struct Return {
        enum Standing {
            case unjudged
            case absent
            case accepted(Verdict?)
            case refused(Verdict)
        }

        let session: CachedSession
        let standing: Standing
        /// What this worker has made of the same certificates before.
        let peer: PeerCertificates?
        let judgedAt: Int64
    }

    let cache: SessionCache
    /// nil until the client has said its name, and for a name that is none.
    var binding: SessionBinding?
    /// Of the session that OpenSSL was last given; whether it is resumed, OpenSSL decides.
    var returning: Return?
    /// How many sessions have been looked up.
    var lookups = 0
    /// The session that the handshake makes.
    var made: SessionHandle?
    /// Of what the client presents.
    var digest: VerdictCache.Digest?

    init(_ cache: SessionCache) {
        self.cache = cache
    }
}
