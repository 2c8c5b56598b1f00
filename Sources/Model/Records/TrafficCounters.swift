/// What one listener's requests came to, since the gate started.
public struct TrafficCounters: Hashable, Sendable, Codable {
    /// None of them is 0.
    public var metrics: [ListenerMetric: UInt64] = [:]
    /// By target group; only those with requests.
    public var groups: [ResourceID: GroupCounters] = [:]
    /// Of completed handshakes.
    public var handshakeTime = DurationHistogram()

    public init() {}

    /// Adds another worker's share.
    public mutating func add(_ other: TrafficCounters) {
        self.metrics.merge(other.metrics, uniquingKeysWith: +)
        self.groups.merge(other.groups) { first, second in
            var sum = first
            sum.add(second)
            return sum
        }
        self.handshakeTime.add(other.handshakeTime)
    }
}

/// What the requests from one listener to one target group came to.
public struct GroupCounters: Hashable, Sendable, Codable {
    /// None of them is 0.
    public var metrics: [GroupMetric: UInt64] = [:]
    /// From the request's having a connection to the head of the response: ALB's `TargetResponseTime`.
    public var responseTime = DurationHistogram()

    public init() {}

    public mutating func add(_ other: GroupCounters) {
        self.metrics.merge(other.metrics, uniquingKeysWith: +)
        self.responseTime.add(other.responseTime)
    }
}

/// What one worker holds.
public struct WorkerCounters: Hashable, Sendable, Codable {
    /// In the buffers that ``EngineLimits/bufferedBytes`` bounds.
    public let bufferedBytes: Int
    /// Connections to targets, idle ones included.
    public let targetConnections: Int

    public init(bufferedBytes: Int, targetConnections: Int) {
        self.bufferedBytes = bufferedBytes
        self.targetConnections = targetConnections
    }
}
