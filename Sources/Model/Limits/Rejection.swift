/// Why a connection was refused, or cut, so that the gate goes on for the others.
///
/// What a client's certificate is refused for is told by `RefusalReason`.
public enum Rejection: String, Hashable, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// ``EngineLimits/connections`` were open.
    case connections
    /// ``EngineLimits/connectionsPerListener`` were open.
    case connectionsPerListener
    /// One source had as many connections as ``LoadBalancerAttributes/connectionsPerSource`` allows.
    case connectionsPerSource
    /// The handshakes of its source keep failing; see ``FailingClients/refuse``.
    case failingSource
    /// ``EngineLimits/handshakesInProgress`` were going on in the worker.
    case handshakes
    /// The process had no descriptor left.
    case descriptors
    /// Buffers of the worker held as much as ``EngineLimits/bufferedBytes`` allows.
    case memory
    /// The head of a request took too long, or its body came too slowly.
    case slowRequest
    /// The client took its response too slowly.
    case slowReader
    /// A PROXY header was missing or damaged.
    case proxyHeader
    /// A TCP or TLS listener could not make out where the connection is to go.
    case preface
    /// No target of a TCP or TLS listener accepted.
    case noTarget
}
