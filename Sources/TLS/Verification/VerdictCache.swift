import Model

/// Whom one worker has judged under one ``ServerMaterial``; who comes again is not judged again.
///
/// A handshake that finds its chain accepted is spared the reading of keys, the path to an anchor, the
/// reading of names and dates, and whatever the caller makes of them. Possession of the leaf's key, as it was
/// read when the same bytes were judged, is proved in every handshake all the same. One that finds it refused
/// costs no more than its digest: who keeps failing cannot make us check signatures each time.
///
/// 1. Acceptances in which nothing had to be overlooked, and refusals, are kept in two tables, and asked for
///    in this order. Neither can turn into the other: what is kept is the verdict that was reached.
/// 2. A cache belongs to one material, which it holds: it answers nobody else, and ends with it. Every change
///    of trust store, mode or setting makes another material, so an answer is always by the policy that asks.
/// 3. The key is SHA-256 over everything the client presented, in its order. Two clients with the same leaf
///    and different chains are two clients.
/// 4. An entry answers from the moment it was judged until the first date at which it could come out
///    otherwise, and for ``maximumAgeSeconds`` or ``refusalAgeSeconds`` at most. A clock that is set back
///    makes it silent.
/// 5. Nobody whom the material does not vouch for can put in an acceptance: strangers cannot fill that table.
///    They can fill the other one, and then are judged.
///
/// Not `Sendable`: it belongs to a worker.
public final class VerdictCache {
    /// SHA-256, compared in full.
    struct Digest: Hashable {
        let bytes: (UInt64, UInt64, UInt64, UInt64)

        static func == (one: Digest, other: Digest) -> Bool { one.bytes == other.bytes }

        func hash(into hasher: inout Hasher) {
            hasher.combine(self.bytes.0)
            hasher.combine(self.bytes.1)
        }
    }

    /// How long an acceptance is believed: what changes outside the certificates becomes visible within it.
    static let maximumAgeSeconds: Int64 = 300

    /// How long a refusal is believed; whoever mends what it was refused for without a change of its
    /// certificates or of the policy, such as a clock, waits no longer.
    static let refusalAgeSeconds: Int64 = 30

    /// Clients kept at most, about 10 KiB each; their connections share the certificate.
    static let capacity = 2_048

    /// Refusals kept at most, with the path that was found, of about 10 KiB each too.
    static let refusals = 256

    /// Issuers' certificates of which clients share the bytes, at most.
    static let sharedIssuers = 64

    let material: ServerMaterial

    /// Certificates above leaves that have passed: strangers enter nothing here either.
    private var issuers: Set<[UInt8]> = []

    private var accepted = RecentTable<PeerCertificates>(capacity: VerdictCache.capacity)
    private var refused = RecentTable<Verdict>(capacity: VerdictCache.refusals)

    public init(for material: ServerMaterial) {
        self.material = material
    }

    /// Acceptances.
    var count: Int { self.accepted.count }

    var refusalCount: Int { self.refused.count }

    /// What is known of a client that was accepted before; nil if it must be judged.
    func accepted(_ digest: Digest, under material: ServerMaterial, at seconds: Int64) -> PeerCertificates? {
        guard material === self.material else { return nil }
        return self.accepted.value(digest, at: seconds)
    }

    /// How a client was refused before; nil if it must be judged.
    func refused(_ digest: Digest, under material: ServerMaterial, at seconds: Int64) -> Verdict? {
        guard material === self.material else { return nil }
        return self.refused.value(digest, at: seconds)
    }

    /// Keeps an acceptance.
    ///
    /// - Parameters:
    ///   - digest: of the chain that was judged.
    ///   - peer: the chain.
    ///   - material: the one it was judged by.
    ///   - judgedAt: when, in seconds since 1970.
    ///   - expiry: when the first certificate of its path expires, in seconds since 1970.
    func keep(
        _ digest: Digest,
        _ peer: PeerCertificates,
        under material: ServerMaterial,
        judgedAt: Int64,
        expiry: Int64
    ) {
        guard material === self.material, judgedAt < expiry else { return }
        let end = min(expiry, judgedAt + Self.maximumAgeSeconds)
        self.accepted.keep(peer, digest, for: judgedAt..<end)
    }

    /// Keeps a refusal that would be one again: not one for what the library could not do, nor for lists
    /// whose time may come.
    func keep(_ digest: Digest, _ verdict: Verdict, under material: ServerMaterial, judgedAt: Int64) {
        guard material === self.material, let reason = verdict.refusal, reason != .crlProcessingError,
            verdict.isRepeatable
        else { return }
        let end = min(verdict.turningPoint ?? .max, judgedAt + Self.refusalAgeSeconds)
        guard judgedAt < end else { return }
        self.refused.keep(verdict, digest, for: judgedAt..<end)
    }

    /// The same bytes, in memory that others hold too if they have come before.
    func shared(_ issuer: [UInt8]) -> [UInt8] {
        if self.issuers.count >= Self.sharedIssuers, !self.issuers.contains(issuer) { self.issuers = [] }
        return self.issuers.insert(issuer).memberAfterInsert
    }
}
