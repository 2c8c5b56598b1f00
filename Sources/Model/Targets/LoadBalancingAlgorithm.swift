/// How a request's target is chosen among the healthy ones (`load_balancing.algorithm.type`).
public enum LoadBalancingAlgorithm: String, Hashable, Sendable, Codable, CaseIterable {
    /// In turn.
    case roundRobin = "round_robin"
    /// The one with the fewest requests in flight, in turn among equals; each worker counts its own.
    case leastOutstandingRequests = "least_outstanding_requests"
    /// Any, each as likely as the others.
    case weightedRandom = "weighted_random"
}
