/// What a peer on the control socket may cost the gate, and what an answer may cost a command.
///
/// Peers have proved to be this user or root, so the bounds guard against mistakes (a stuck script, a file
/// redirected into the socket), not against attackers; for viewers, who may be anybody of a group, they are
/// closer.
public struct ControlLimits: Hashable, Sendable {
    /// Bytes of one line in either direction.
    ///
    /// A configuration at every quota (`Quotas`) is below 40 MiB of JSON, so an honest `apply` fits.
    public var lineBytes = 64 * 1_024 * 1_024

    /// Bytes of a request; at most ``lineBytes``.
    public var requestBytes = 64 * 1_024 * 1_024

    /// Connections open at once; each has a thread.
    ///
    /// One more is told so and closed.
    public var connections = 64

    /// From the end of one request to the end of the next; a connection without one is closed.
    public var requestDeadline: Duration = .seconds(30)

    /// How long a stopping server lets calls and watches in hand write their last lines.
    public var stopGrace: Duration = .seconds(2)

    /// For a gate to answer a call.
    ///
    /// An `apply` waits for every worker, which takes less than a second.
    public var replyDeadline: Duration = .seconds(60)

    public init() {}

    /// For the viewers' socket: the certificates of an `explain` are the most that is asked there.
    public static var viewers: ControlLimits {
        var limits = ControlLimits()
        limits.requestBytes = 256 * 1_024
        return limits
    }
}
