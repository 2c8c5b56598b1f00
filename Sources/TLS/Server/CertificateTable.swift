import COpenSSL

/// Which of a listener's certificates a server name is answered with.
///
/// 1. A certificate that carries the very name; else one with a wildcard for its first label; else the
///    default.
/// 2. Where certificates of several kinds of key (ECDSA, RSA) carry it, all of them are offered, and the
///    handshake takes the one the client can use. Of two of one kind, the first in the list.
/// 3. The default is the first of the list, with those of other kinds that are for the same names.
///
/// Finding one costs two look-ups at most, however many certificates there are.
struct CertificateTable: Sendable {
    /// What a look-up came to.
    struct Choice: Hashable, Sendable {
        /// Of ``CertificateTable/sets``.
        let set: Int
        /// Whether a certificate carries the name, or a wildcard for it.
        let isMatch: Bool
    }

    /// Positions of certificates, at most one for each kind of key; the first set is the default.
    let sets: [[Int]]

    private let exact: [String: Int]
    /// By what follows the first label.
    private let wildcards: [String: Int]

    init(_ identities: [ServerIdentity]) {
        let names = identities.map { Set(ServerNames.of($0.leaf)) }
        let kinds = identities.map { EVP_PKEY_get_base_id($0.leaf.publicKey) }

        /// The first of each kind.
        func set(_ positions: [Int]) -> [Int] {
            var seen: Set<Int32> = []
            return positions.filter { seen.insert(kinds[$0]).inserted }
        }
        let sameNames = identities.indices.filter { $0 == 0 || !names[0].isEmpty && names[$0] == names[0] }
        var sets = [set(sameNames)]
        var holders: [String: [Int]] = [:]
        for (position, names) in names.enumerated() {
            for name in names { holders[name, default: []].append(position) }
        }
        var exact: [String: Int] = [:]
        var wildcards: [String: Int] = [:]
        for (name, positions) in holders {
            let wanted = set(positions)
            let index = sets.firstIndex(of: wanted) ?? sets.count
            if index == sets.count { sets.append(wanted) }
            if name.hasPrefix("*.") {
                wildcards[String(name.dropFirst(2))] = index
            } else if !name.contains("*") {
                exact[name] = index
            }
        }
        self.sets = sets
        self.exact = exact
        self.wildcards = wildcards
    }

    /// The choice for a server name, in normal form; nil for a client that asked for none.
    func choice(for name: String?) -> Choice {
        guard let name else { return Choice(set: 0, isMatch: false) }
        if let set = self.exact[name] { return Choice(set: set, isMatch: true) }
        // A wildcard stands for one whole label (RFC 6125 section 6.4.3), so `*.b.c` is not for `.b.c`.
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex,
            let set = self.wildcards[String(name[name.index(after: dot)...])]
        else { return Choice(set: 0, isMatch: false) }
        return Choice(set: set, isMatch: true)
    }
}
