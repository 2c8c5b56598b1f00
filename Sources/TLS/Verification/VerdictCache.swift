/// Clients that one worker has accepted under one ``ServerMaterial``; who comes again is not judged again.
///
/// A handshake that finds its chain here is spared the reading of keys, the path to an anchor, the reading of
/// names and dates, and whatever the caller makes of them. Possession of the leaf's key, as it was read when
/// the same bytes were judged, is proved in every handshake all the same.
///
/// 1. Only acceptances are kept, and only those in which nothing had to be overlooked. A refusal is never
///    kept, so nothing here can turn one into an acceptance, nor an acceptance into a refusal.
/// 2. A cache belongs to one material, which it holds: it answers nobody else, and ends with it. Every change
///    of trust store, mode or setting makes another material, so an answer is always by the policy that asks.
/// 3. The key is SHA-256 over everything the client presented, in its order. Two clients with the same leaf
///    and different chains are two clients.
/// 4. An entry answers from the moment it was judged until the first certificate of its path expires, or a
///    revocation list that must not be used longer, and for ``maximumAgeSeconds`` at most. A clock that is
///    set back makes it silent.
/// 5. Nobody whom the material does not vouch for can put anything in: strangers cannot fill it.
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

    private struct Entry {
        let peer: PeerCertificates
        /// Seconds since 1970, the last one excluded.
        let validity: Range<Int64>
    }

    /// How long an acceptance is believed: what changes outside the certificates becomes visible within it.
    static let maximumAgeSeconds: Int64 = 300

    /// Clients kept at most, about 10 KiB each; their connections share the certificate.
    static let capacity = 2_048

    /// Issuers' certificates of which clients share the bytes, at most.
    static let sharedIssuers = 64

    let material: ServerMaterial

    /// Certificates above leaves that have passed: strangers enter nothing here either.
    private var issuers: Set<[UInt8]> = []

    // Two halves take turns: when the recent one is full it becomes the former one, whose clients come back
    // by asking. So the least recently seen go, without a list to keep in order.
    private var recent: [Digest: Entry] = [:]
    private var former: [Digest: Entry] = [:]

    public init(for material: ServerMaterial) {
        self.material = material
    }

    var count: Int { self.recent.count + self.former.count }

    /// What is known of a client that was accepted before; nil if it must be judged.
    func accepted(_ digest: Digest, under material: ServerMaterial, at seconds: Int64) -> PeerCertificates? {
        guard material === self.material else { return nil }
        if let entry = self.recent[digest] {
            if entry.validity.contains(seconds) { return entry.peer }
            self.recent[digest] = nil
            return nil
        }
        guard let entry = self.former.removeValue(forKey: digest), entry.validity.contains(seconds) else {
            return nil
        }
        self.keep(entry, digest)
        return entry.peer
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
        self.former[digest] = nil
        self.keep(Entry(peer: peer, validity: judgedAt..<end), digest)
    }

    /// The same bytes, in memory that others hold too if they have come before.
    func shared(_ issuer: [UInt8]) -> [UInt8] {
        if self.issuers.count >= Self.sharedIssuers, !self.issuers.contains(issuer) { self.issuers = [] }
        return self.issuers.insert(issuer).memberAfterInsert
    }

    private func keep(_ entry: Entry, _ digest: Digest) {
        if self.recent.count >= Self.capacity / 2, self.recent[digest] == nil {
            self.former = self.recent
            self.recent = [:]
        }
        self.recent[digest] = entry
    }
}
