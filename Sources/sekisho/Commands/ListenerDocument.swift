import Model

/// What `sekisho status LISTENER --output json` prints: the listener, and what is known of it.
struct ListenerDocument: Encodable {
    struct TargetGroup: Encodable {
        let name: String
        let health: TargetGroupHealth?
        let counters: GroupCounters?
    }

    let loadBalancer: String
    let address: Endpoint
    let listener: Listener
    let trustStore: String?
    let certificate: CertificateFacts?
    /// Why it is not served; nil where it is.
    let failure: OperatorError?
    let counters: ListenerCounters?
    let rates: GateCounters.Rates?
    let targetGroups: [TargetGroup]
    let lastChange: ChangeRecord?

    init(_ listener: Listener, of balancer: LoadBalancer, _ view: GateView, _ counters: GateCounters?) {
        let configuration = view.configuration
        let counted = counters?.engine.listeners[listener.id]
        let health = counters?.engine.targetGroups ?? view.targetHealth
        let actions = [listener.defaultAction] + listener.rules.map(\.action)
        let groups = Set(actions.flatMap(\.targetGroupIDs))
        self.loadBalancer = balancer.name
        self.address = Endpoint(address: balancer.address, port: listener.port)
        self.listener = listener
        self.trustStore = listener.mutualAuthentication.trustStoreID.flatMap {
            configuration.trustStore($0)?.name
        }
        self.certificate = listener.certificateID.flatMap { configuration.certificate($0)?.leaf }
        self.failure = view.failedListeners[listener.id]
        self.counters = counted
        self.rates = counters?.rates[listener.id]
        self.targetGroups = configuration.targetGroups.filter { groups.contains($0.id) }.map { group in
            TargetGroup(
                name: group.name,
                health: health?[group.id],
                counters: counted?.traffic?.groups[group.id]
            )
        }
        self.lastChange = view.recentChanges.first { change in
            change.lines.contains { $0.resource == "listener \(listener.name)" }
        }
    }
}
