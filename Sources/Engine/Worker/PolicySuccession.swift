import Model

/// How those stand under a listener's new policies whom the ones before have judged.
struct PolicySuccession: Sendable {
    enum Standing {
        /// The policy is the same.
        case same
        /// Verified clients go on if they pass when they are judged again.
        case judgedAgain
        /// Nothing of the handshake counts any more.
        case ended
    }

    /// The generation of the policies before.
    let from: UInt64
    /// By policy, whose order is the same.
    private let standings: [Standing]

    /// nil where more has changed than how clients' certificates are judged: what was agreed on in the
    /// handshake, what targets are told, or which name has which policy.
    init?(from generation: UInt64, of before: ServedTLS, to after: ServedTLS) {
        guard before.sslPolicy == after.sslPolicy, before.offersHTTP2 == after.offersHTTP2,
            before.identityHeaders == after.identityHeaders,
            before.namePolicies.map(\.names) == after.namePolicies.map(\.names),
            Self.positions(before) == Self.positions(after)
        else { return nil }
        self.from = generation
        self.standings = zip(before.policies, after.policies).map { before, after in
            if before == after { return .same }
            return before.mode == .verify && after.mode == .verify ? .judgedAgain : .ended
        }
    }

    func standing(ofPolicy index: Int) -> Standing {
        self.standings.indices.contains(index) ? self.standings[index] : .ended
    }

    /// Which of the policies each group of names has.
    private static func positions(_ tls: ServedTLS) -> [Int?] {
        let policies = tls.policies
        return tls.namePolicies.map { policies.firstIndex(of: $0.policy) }
    }
}
