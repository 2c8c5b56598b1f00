/// What whoever can reach the metrics may cost the gate.
struct MetricsLimits: Sendable {
    /// Connections open at once; each has a thread, one more is closed.
    var connections = 8

    /// Bytes of a request's head.
    var headBytes = 8_192

    /// From the accepted connection to the end of the request.
    var requestDeadline: Duration = .seconds(5)

    /// For the gate to tell its numbers; then the answer is 503.
    var textSeconds = 30

    /// For the response to be taken.
    var responseDeadline: Duration = .seconds(10)

    /// For which a text is used again, however often it is asked for.
    var freshness: Duration = .seconds(1)
}
