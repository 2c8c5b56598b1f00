import Model

/// How those stand under a listener's new policies whom the ones before have judged.
///
/// A connection keeps the place of its policy, and each of its requests must be for a host whose policy has
/// that place (Worker+Routing). So whoever was judged by what has that place now is in the right one,
/// whatever became of other names; and where a name has gone over to another, those that came for it end.
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
    /// By the place of the policy before.
    private let standings: [Standing]
    /// From names to the places of the policies there are now.
    private let names: PolicyTable
    /// The places that names have left.
    private let left: Set<Int>

    /// nil where more has changed than how clients' certificates are judged, and whose names are whose: what
    /// was agreed on in the handshake, or what targets are told.
    init?(from generation: UInt64, of before: ServedTLS, to after: ServedTLS) {
        guard before.sslPolicy == after.sslPolicy, before.offersHTTP2 == after.offersHTTP2,
            before.identityHeaders == after.identityHeaders
        else { return nil }
        self.from = generation
        let policies = after.policies
        self.standings = before.policies.enumerated().map { place, policy in
            guard policies.indices.contains(place) else { return .ended }
            if policy == policies[place] { return .same }
            return policy.mode == .verify && policies[place].mode == .verify ? .judgedAgain : .ended
        }
        let former = before.policyTable
        let names = after.policyTable
        // A pattern stands for the names that it alone is for, before and after.
        let patterns = (before.namePolicies + after.namePolicies).flatMap(\.names)
        self.left = Set(
            patterns.compactMap { pattern in
                let place = former.policy(for: pattern)
                return names.policy(for: pattern) == place ? nil : place
            }
        )
        self.names = names
    }

    /// Whether a connection may go on.
    ///
    /// - Parameters:
    ///   - index: the place of the policy that the client was judged by.
    ///   - serverName: the name that it asked for.
    ///   - isTunnel: it carries bytes for a host that nobody asks about again.
    /// - Returns: how it stands; where it is judged again, only if its client was verified.
    func standing(ofPolicy index: Int, for serverName: @autoclosure () -> String?, isTunnel: Bool) -> Standing
    {
        guard self.standings.indices.contains(index) else { return .ended }
        if self.left.contains(index), isTunnel || self.names.policy(for: serverName()) != index {
            return .ended
        }
        return self.standings[index]
    }
}
