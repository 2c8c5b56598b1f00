/// What one listener has done since the gate started.
public struct ListenerCounters: Hashable, Sendable, Codable {
    /// Connections accepted.
    public var accepted: UInt64 = 0
    /// TLS handshakes that completed.
    public var handshakes: UInt64 = 0
    /// Of those, handshakes of clients that were accepted by revocation lists past their nextUpdate; nil from
    /// a gate that does not tell.
    public var onExpiredLists: UInt64?
    /// Of the completed handshakes, those that resumed a session; nil from a gate that does not tell.
    public var resumed: UInt64?
    /// TLS handshakes that did not complete.
    public var failures: UInt64 = 0
    /// Requests answered, by a target or by us.
    public var requests: UInt64 = 0
    /// Requests that were not as the standard wants them, refused or not.
    public var nonCompliant: UInt64 = 0
    /// Connections refused or cut for one of ``Rejection``.
    public var rejected: UInt64 = 0
    /// The same by reason; none of them is 0.
    public var rejectedByReason: [Rejection: UInt64] = [:]
    /// Client connections open now.
    public var open: Int = 0
    /// Of those, connections that an older policy judged and that close after the request in hand.
    public var draining: Int = 0
    /// Connections of clients that had passed and did not when they were judged again; nil from a gate that
    /// does not tell.
    public var cut: UInt64?
    /// Failures by their short word (``HandshakeOutcome/shortWord``).
    public var failuresByWord: [String: UInt64] = [:]
    /// nil from a gate that does not tell.
    public var traffic: TrafficCounters?

    public init() {}

    /// Adds another worker's share.
    public mutating func add(_ other: ListenerCounters) {
        self.accepted += other.accepted
        self.handshakes += other.handshakes
        if let more = other.onExpiredLists { self.onExpiredLists = (self.onExpiredLists ?? 0) + more }
        if let more = other.resumed { self.resumed = (self.resumed ?? 0) + more }
        self.failures += other.failures
        self.requests += other.requests
        self.nonCompliant += other.nonCompliant
        self.rejected += other.rejected
        self.rejectedByReason.merge(other.rejectedByReason, uniquingKeysWith: +)
        self.open += other.open
        self.draining += other.draining
        if let cut = other.cut { self.cut = (self.cut ?? 0) + cut }
        self.failuresByWord.merge(other.failuresByWord, uniquingKeysWith: +)
        guard let traffic = other.traffic else { return }
        var sum = self.traffic ?? TrafficCounters()
        sum.add(traffic)
        self.traffic = sum
    }
}

/// What a target group has done since the gate started; ELBv2's metrics of the same names.
public struct TargetGroupCounters: Hashable, Sendable, Codable {
    /// Requests to a group whose clients stay with their targets, by clients that came for none or whose
    /// target could not be used.
    public var nonStickyRequests: UInt64 = 0
    /// Requests that were sent to any target, because too few were healthy.
    public var unhealthyRoutingRequests: UInt64 = 0
    /// Targets that fail more than the others, now.
    public var anomalousHosts = 0
    /// Targets that get less for that, now.
    public var mitigatedHosts = 0
    /// Too few targets are healthy, now, and requests go to all; nil from a gate that does not tell.
    public var failsOpen: Bool?
    /// Requests divided by the targets that were healthy at the time; nil from a gate that does not tell.
    public var requestsPerTarget: Double?

    public init() {}
}

/// Everything the engine counts, at one moment.
public struct EngineCounters: Hashable, Sendable, Codable {
    public var listeners: [ResourceID: ListenerCounters] = [:]
    /// Connection records that found their ring full and are not in the log.
    public var droppedRecords: UInt64 = 0
    /// Requests that found their ring full and are not in the access log; nil from a gate that has none.
    public var droppedRequests: UInt64?
    /// nil from a gate that does not tell.
    public var workers: [WorkerCounters]?
    /// What is known of targets; nil from a gate that checks none.
    public var targetGroups: [ResourceID: TargetGroupHealth]?
    /// What has been counted of their requests; nil from a gate that counts nothing.
    public var targetGroupCounters: [ResourceID: TargetGroupCounters]?

    public init() {}
}
