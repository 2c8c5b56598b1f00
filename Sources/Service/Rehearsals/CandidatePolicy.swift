import Model
import TLS

/// How one listener would judge, or judges, its clients, in a form that can be asked outside of a handshake.
struct CandidatePolicy {
    let listener: Listener
    /// The listener's own policy, then those of its names.
    private let policies: [ClientPolicy]
    private let judges: [ChainJudge?]
    private let table: PolicyTable

    /// Prepares to judge; `lists` are the configuration's revocation lists by fingerprint.
    ///
    /// - Throws: ``OperatorError`` if a trust store of the listener cannot be used.
    init(
        _ listener: Listener,
        in configuration: Model.Configuration,
        lists: [String: RevocationContent]
    ) throws(OperatorError) {
        let builder = SnapshotBuilder(
            configuration: configuration,
            keys: [:],
            keyFailures: [:],
            lists: lists,
            listFailures: [:]
        )
        self.listener = listener
        self.policies = try builder.clientPolicies(of: listener)
        self.judges = try self.policies.map { policy throws(OperatorError) in
            guard case .verify(let verification) = policy else { return nil }
            return try ChainJudge(verification)
        }
        self.table = listener.policyTable
    }

    /// Nobody is asked for a certificate, whatever name they ask for.
    var isBlind: Bool { self.policies.allSatisfy { $0.mode == .off } }

    /// For people: each mode with its trust store.
    var words: String {
        self.policies.map { policy in
            guard case .verify(let verification) = policy else { return policy.mode.rawValue }
            return "verify by \(verification.trustStoreName) revision \(verification.trustStoreRevision)"
        }.joined(separator: ", ")
    }

    func judgesAlike(_ other: CandidatePolicy) -> Bool {
        self.policies == other.policies
            && self.listener.namePolicies.map(\.names) == other.listener.namePolicies.map(\.names)
    }

    /// Why it would refuse certificates; nil if it would not.
    func refusal(of chain: [[UInt8]], for serverName: String?, at time: Timestamp) -> RefusalReason? {
        let index = self.index(of: serverName)
        if case .verify(let verification) = self.policies[index], verification.onlyObserves { return nil }
        return self.judges[index]?.refusal(of: chain, at: time)
    }

    /// The same with how it came to be; nil where nothing is verified.
    func trace(
        of chain: [[UInt8]],
        for serverName: String?,
        at time: Timestamp,
        knowing directory: AuthorityDirectory
    ) -> VerificationTrace? {
        self.judges[self.index(of: serverName)]?.trace(of: chain, at: time, knowing: directory)
    }

    /// Whether a client without a certificate gets through.
    func admitsAnonymous(for serverName: String?) -> Bool {
        guard case .verify(let verification) = self.policies[self.index(of: serverName)] else { return true }
        return verification.admitsAnonymous
    }

    private func index(of serverName: String?) -> Int {
        self.table.policy(for: serverName)
    }
}

extension ClientPolicy.Verification {
    var admitsAnonymous: Bool { self.requirements.clientCertificate != .required }

    var onlyObserves: Bool { self.requirements.clientCertificate == .observed }
}
