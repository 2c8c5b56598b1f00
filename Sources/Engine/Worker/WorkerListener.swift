import Model
import TLS

/// A listener as one worker runs it.
final class WorkerListener {
    let id: ResourceID
    /// The bound address.
    let endpoint: Endpoint
    /// nil once the listener has been removed: its connections may drain for long, and must not keep a port
    /// that nobody accepts from.
    private(set) var socket: ListeningSocket?
    let token: PollToken
    let tally: ListenerTally
    let open: OpenCount
    /// The `Host` of requests that name none.
    let hostText: RawBytes
    /// The bound address alone, as a host is written.
    let addressText: RawBytes

    /// What the operator configured.
    private(set) var served: ServedListener
    /// The context that new connections get; nil on an HTTP listener.
    private(set) var context: ServerContext?
    /// Whom this worker has accepted, under each of that context's materials that verifies.
    private(set) var verdicts: [VerdictCache]
    /// The policy that new connections get.
    private(set) var policyGeneration: UInt64
    /// How those go on whom the policies before have judged.
    private(set) var succession: PolicySuccession?
    /// Idle connections whose clients do not pass any more.
    var cuts = CutQueue()
    private(set) var rules: RuleTable
    private(set) var attributes: LoadBalancerAttributes
    /// The plan adopted last has begun to judge who is connected: changes before it have passed them by.
    private(set) var hasBegunLiveJudgement = false
    /// nil where requests are not logged.
    private(set) var accessContext: AccessContext?
    private var groupTallies: [ResourceID: GroupTally]
    /// The one asked for last: most listeners send their requests to one group.
    private var lastTally: (group: ResourceID, tally: GroupTally)?
    /// Where round robin goes on.
    private var nextTarget = 0

    init(_ plan: WorkerListenerPlan, token: PollToken) {
        self.id = plan.served.id
        self.endpoint = plan.socket.endpoint
        self.socket = plan.socket
        self.token = token
        self.tally = plan.tally
        self.groupTallies = plan.groupTallies
        self.open = plan.open
        self.hostText = RawBytes(Array(plan.socket.endpoint.description.utf8))
        let address = plan.socket.endpoint.address
        self.addressText = RawBytes(Array((address.isIPv6 ? "[\(address)]" : "\(address)").utf8))
        self.rules = plan.rules
        self.attributes = plan.served.attributes
        self.served = plan.served
        self.accessContext = AccessContext(plan.served, endpoint: plan.socket.endpoint)
        self.context = plan.tls?.context
        self.policyGeneration = plan.tls?.policyGeneration ?? 0
        self.verdicts = Self.verdicts(for: plan.tls?.context)
    }

    private static func verdicts(for context: ServerContext?) -> [VerdictCache] {
        (context?.materials ?? []).filter(\.verifies).map { VerdictCache(for: $0) }
    }

    /// Takes over a newer plan for the same socket.
    func adopt(_ plan: WorkerListenerPlan) {
        self.groupTallies = plan.groupTallies
        self.lastTally = nil
        if plan.served.accessLog != self.served.accessLog {
            self.accessContext = AccessContext(plan.served, endpoint: self.endpoint)
        }
        self.served = plan.served
        self.hasBegunLiveJudgement =
            plan.served.attributes.judgesLiveClients && !self.attributes.judgesLiveClients
        self.attributes = plan.served.attributes
        self.rules = plan.rules
        if plan.tls?.context !== self.context { self.verdicts = Self.verdicts(for: plan.tls?.context) }
        self.context = plan.tls?.context
        self.policyGeneration = plan.tls?.policyGeneration ?? 0
        self.succession = plan.tls?.succession
    }

    /// Where requests to a group are counted; nil for one that no action names any more.
    func groupTally(_ group: ResourceID) -> GroupTally? {
        if let lastTally, lastTally.group == group { return lastTally.tally }
        guard let tally = self.groupTallies[group] else { return nil }
        self.lastTally = (group, tally)
        return tally
    }

    /// How long a client's connection may be without a byte in either direction.
    var idleTimeout: Duration { .seconds(self.attributes.idleTimeoutSeconds) }

    /// Whether a connection from there begins with a PROXY header.
    func expectsProxyHeader(from address: IPAddress) -> Bool {
        if let relay = self.served.relay { return relay.acceptsProxyProtocol }
        return self.served.proxyProtocolSources.contains { $0.contains(address) }
    }

    /// Gives up the socket; who else holds it, such as a listener that takes over the address, keeps it open.
    func giveUpSocket() {
        self.socket = nil
    }

    /// The listener has been removed; its connections drain.
    var isRemoved: Bool { self.socket == nil }

    /// The mode that a connection begun now is judged in.
    var mode: MutualAuthentication.Mode { self.context?.mode ?? .off }

    /// Whether a plan is for a listener that treats connections the same way: relays them or speaks HTTP, and
    /// of relays, whether TLS ends here.
    func hasSameKind(as plan: WorkerListenerPlan) -> Bool {
        let served = plan.served
        guard (self.served.relay == nil) == (served.relay == nil) else { return false }
        return served.relay == nil || (self.served.tls == nil) == (served.tls == nil)
    }

    /// The next target in turn; nil when the group is empty.
    func chooseTarget(_ targets: [Endpoint]) -> Endpoint? {
        guard !targets.isEmpty else { return nil }
        self.nextTarget = (self.nextTarget + 1) % targets.count
        return targets[self.nextTarget]
    }
}
