import Model
import TLS

/// A snapshot with everything that could fail already done: sockets bound, certificates read, TLS contexts
/// built, one set of each for every worker.
struct PreparedSnapshot: Sendable {
    let generation: UInt64
    /// Listeners in the order of the snapshot; those that cannot be served are left out.
    let listeners: [PreparedListener]
    let targetGroups: [CheckedGroup]
    let cookieKey: CookieKey
    let authorities: AuthorityDirectory

    func plan(forWorker index: Int, of workers: Int) -> WorkerPlan {
        WorkerPlan(
            generation: self.generation,
            worker: index,
            workers: workers,
            listeners: self.listeners.map { $0.plan(forWorker: index) },
            targetGroups: self.targetGroups,
            cookieKey: self.cookieKey,
            authorities: self.authorities
        )
    }
}

/// One listener, ready for every worker.
struct PreparedListener: Sendable {
    let served: ServedListener
    /// By worker.
    let sockets: [ListeningSocket]
    /// By worker; empty on an HTTP listener.
    let contexts: [ServerContext]
    let policyGeneration: UInt64
    /// How connections stand that the policies running before have judged; nil if these are the same.
    let succession: PolicySuccession?
    /// By worker.
    let tallies: [ListenerTally]
    /// Of the groups that its requests may go to, by worker.
    let groupTallies: [ResourceID: [GroupTally]]
    let open: OpenCount
    let rules: RuleTable

    /// Prepares a listener.
    ///
    /// - Parameters:
    ///   - served: what the listener is to be.
    ///   - running: the same listener as it runs; what has not changed is taken over.
    ///   - sockets: of another listener at the same address, which this one replaces: taking them over
    ///     means that no connection is refused in between.
    ///   - generation: of the snapshot; names the policy if it is a new one.
    ///   - workers: how many of everything.
    /// - Throws: ``OperatorError`` when the address cannot be bound, or certificate, key or trust store
    ///   cannot be used.
    init(
        _ served: ServedListener,
        running: PreparedListener?,
        sockets: [ListeningSocket]?,
        generation: UInt64,
        workers: Int
    ) throws(OperatorError) {
        self.served = served
        if let running, running.served.rules == served.rules, running.served.action == served.action {
            self.rules = running.rules
        } else {
            self.rules = try RuleTable(served)
        }
        self.tallies = running?.tallies ?? (0..<workers).map { _ in ListenerTally() }
        self.groupTallies = served.actions.flatMap(\.targetGroupIDs).reduce(into: [:]) { tallies, group in
            tallies[group] = running?.groupTallies[group] ?? (0..<workers).map { _ in GroupTally() }
        }
        self.open = running?.open ?? OpenCount()
        if let running, running.served.endpoint == served.endpoint {
            self.sockets = running.sockets
        } else if let sockets {
            self.sockets = sockets
        } else {
            self.sockets = try Self.bind(served.endpoint, count: workers)
        }
        guard let tls = served.tls else {
            self.contexts = []
            self.policyGeneration = 0
            self.succession = nil
            return
        }
        // Whoever was let in before some rule asked who it is, nobody knows.
        let isKnown = !self.rules.readsIdentity || running?.rules.readsIdentity == true
        if let running, running.served.tls == tls, isKnown {
            self.contexts = running.contexts
            self.policyGeneration = running.policyGeneration
            self.succession = nil
            return
        }
        // A new server certificate alone is no new policy: who has been judged stays judged.
        let isSamePolicy =
            running?.served.tls.map {
                $0.clientPolicy == tls.clientPolicy && $0.sslPolicy == tls.sslPolicy
                    && $0.namePolicies == tls.namePolicies && $0.offersHTTP2 == tls.offersHTTP2
                    && $0.identityHeaders == tls.identityHeaders && isKnown
            }
            ?? false
        self.policyGeneration = isSamePolicy ? running?.policyGeneration ?? generation : generation
        self.succession =
            isSamePolicy || !isKnown
            ? nil
            : running.flatMap { running in
                running.served.tls.flatMap {
                    PolicySuccession(from: running.policyGeneration, of: $0, to: tls)
                }
            }
        let material = try ServerMaterial(
            tls,
            listenerID: served.id,
            policyGeneration: self.policyGeneration
        )
        let generation = self.policyGeneration
        let others = try tls.policies.dropFirst().map { policy throws(OperatorError) in
            try ServerMaterial(tls, policy: policy, listenerID: served.id, policyGeneration: generation)
        }
        let policies = tls.policyTable
        var contexts: [ServerContext] = []
        for _ in 0..<workers {
            contexts.append(try ServerContext(material, others: others, policies: policies))
        }
        self.contexts = contexts
    }

    func plan(forWorker index: Int) -> WorkerListenerPlan {
        WorkerListenerPlan(
            served: self.served,
            socket: self.sockets[index],
            tls: self.contexts.isEmpty
                ? nil
                : WorkerListenerPlan.TLSPlan(
                    context: self.contexts[index],
                    policyGeneration: self.policyGeneration,
                    succession: self.succession
                ),
            tally: self.tallies[index],
            groupTallies: self.groupTallies.mapValues { $0[index] },
            open: self.open,
            rules: self.rules
        )
    }

    private static func bind(
        _ endpoint: Endpoint,
        count: Int
    ) throws(OperatorError) -> [ListeningSocket] {
        try ListeningSocket.checkIsFree(endpoint)
        var sockets = [try ListeningSocket(endpoint)]
        // Where the system chose the port, the other workers take the same.
        while sockets.count < count { sockets.append(try ListeningSocket(sockets[0].endpoint)) }
        return sockets
    }
}
