import HTTP
import Model
import TLS

/// What one worker is to run, made outside it.
struct WorkerPlan: Sendable {
    let generation: UInt64
    /// Which worker it is for: an index of what there is one of for each.
    let worker: Int
    let workers: Int
    let listeners: [WorkerListenerPlan]
    /// Shared by all workers; only the monitor changes what is known of their targets.
    let targetGroups: [CheckedGroup]
    let cookieKey: CookieKey
    /// Shared by all workers.
    let authorities: AuthorityDirectory
}

/// One listener's share for one worker.
struct WorkerListenerPlan: Sendable {
    let served: ServedListener
    let socket: ListeningSocket
    /// nil on an HTTP listener.
    let tls: TLSPlan?
    let tally: ListenerTally
    let groupTallies: [ResourceID: GroupTally]
    let open: OpenCount
    /// Shared by all workers.
    let rules: RuleTable

    struct TLSPlan: Sendable {
        let context: ServerContext
        /// The generation that this listener's client policy came with: equal numbers, equal policy.
        let policyGeneration: UInt64
        /// nil where nobody who is connected may go on but by that generation.
        let succession: PolicySuccession?
    }
}

/// What a worker is told to do, in the order it was said.
enum WorkerCommand: Sendable {
    case adopt(WorkerPlan, Acknowledgement)
    /// End what a target of a group has in hand.
    case endWork(group: ResourceID, target: Endpoint)
    /// Stop accepting, finish requests in hand, end at the deadline (monotonic milliseconds) at the latest.
    case stop(deadline: Int64, Acknowledgement)
}
