/// What a stranger may cost the data plane.
///
/// Each bound is per worker unless it says otherwise.
///
/// Values are constants of the design, not settings: changing one changes what an anonymous peer can spend.
public enum EngineLimits {
    /// From the accepted connection to a finished handshake; progress does not restart it.
    ///
    /// A slower client is closed and logged as `UnmappedConnectionError`, detail `timeout`.
    public static let handshakeDeadline: Duration = .seconds(10)

    /// From the first byte of a request head to its end.
    public static let requestHeadDeadline: Duration = .seconds(15)

    /// Without a byte in either direction; ALB's `idle_timeout.timeout_seconds` default.
    public static let idleTimeout: Duration = .seconds(60)

    /// For a target to accept a connection, the handshake of TLS included.
    public static let connectTimeout: Duration = .seconds(10)

    /// How long a flip waits for handshakes, and first requests, that began under the older policy.
    public static let flipGrace: Duration = .milliseconds(500)

    /// Connected clients that one turn of a worker's loop judges again, beside those that ask for something.
    ///
    /// A judgement takes some tenths of a millisecond: whoever else waits, waits a millisecond or two.
    public static let judgementsPerTurn = 8

    /// How long a request may still take that was in hand when its client did not pass any more.
    public static let cutGrace: Duration = .seconds(30)

    /// For how long failures of one client are counted together, by address, certificates and outcome.
    public static let failureWindow: Duration = .seconds(10)

    /// Of the failures of one client in one window, those that have a record each; one more tells of the
    /// rest.
    public static let failuresToldSingly = 3

    /// Handshakes of one source that fail within ``failingMemory``, without one that succeeds, before it
    /// counts as failing.
    public static let failingHandshakes = 8

    /// How long failures of a source are remembered.
    public static let failingMemory: Duration = .seconds(60)

    /// How long a source that fails is not thought to, once one of its handshakes has succeeded.
    public static let goodMemory: Duration = .seconds(600)

    /// What a failing source is slowed by, and how often one of its connections is not refused.
    public static let failingPause: Duration = .seconds(1)

    /// Sources whose failures are remembered; more are not slowed or refused.
    public static let failingSources = 4_096

    /// Clients whose failures are counted together; of others every failure has its record.
    public static let failureWindows = 256

    /// After a response with `Connection: close`, for the peer to close its side.
    public static let lingerTimeout: Duration = .seconds(2)

    /// KeyUpdate messages of one connection, beside one for each MiB that it has carried; of one to a target,
    /// session tickets count too.
    ///
    /// Each makes us derive keys and, if the peer likes, answer (RFC 8446 4.6.3); a peer that keeps to the
    /// limits of its ciphers needs one in gigabytes.
    public static let keyUpdates = 32

    /// KeyUpdates and session tickets that a target may send on one connection; one more for each MiB.
    ///
    /// Twice as many as clients may: a server sends tickets unasked, and answers our own updates.
    public static let lateTargetMessages = 64

    /// Client connections open at once, in all workers together.
    public static let connections = 65_536

    /// Client connections of one listener, in all workers together.
    public static let connectionsPerListener = 32_768

    /// Handshakes in progress at once, in one worker.
    public static let handshakesInProgress = 4_096

    /// Bytes of a request head; the ALB's 64 K.
    public static let headBytes = 65_536

    /// Bytes of a response head; the ALB's 32 K.
    public static let responseHeadBytes = 32_768

    /// Bytes of one header line; the ALB's 16 K.
    public static let headerLineBytes = 16_384

    /// Header lines in one head.
    public static let headerCount = 256

    /// Certificates in the client's message, leaf included (`alb-mtls` 1.5).
    public static let chainCount = 4

    /// Bytes of the client's Certificate message (`alb-mtls` 1.5).
    public static let certificateMessageBytes = 65_536

    /// Bytes of a refused client's certificates that are kept for people to look at.
    ///
    /// Twice what ALB's chains of 4 with RSA keys have; of more, the record tells the facts only.
    public static let keptChainBytes = 16_384

    /// Bytes waiting to be written to one side before the other side is no longer read.
    public static let pendingBytes = 262_144

    /// Bytes of a request body that is read and thrown away so that a response can be delivered.
    public static let discardedBodyBytes = 1_048_576

    /// Interim (1xx) responses in front of one response; each restarts the idle deadline.
    public static let interimResponses = 16

    /// Idle connections kept open to one target.
    public static let idleTargetConnections = 256

    /// How long a session with a target may be resumed; then its certificate is judged again.
    ///
    /// A worker keeps one for each target.
    public static let targetSessionAge: Duration = .seconds(3_600)

    /// Connection records that wait for the collector.
    public static let recordRing = 16_384

    /// Requests that wait for the access log.
    public static let accessRing = 8_192

    /// Bytes of their text.
    public static let accessRingBytes = 4_194_304

    /// Requests in hand whose memory for the access log is kept for others.
    public static let accessDrafts = 256

    /// Bytes of a user agent in the access log; ALB's.
    public static let userAgentBytes = 8_192

    /// Bytes of a PROXY protocol header, its TLVs included; those of AWS and HAProxy stay below 600.
    public static let proxyHeaderBytes = 4_096

    /// Bytes of a ClientHello that is read for its server name; OpenSSL takes 128 KiB, clients send 2.
    public static let clientHelloBytes = 16_384

    /// Bytes that come before it is known where a connection goes: a ClientHello in needlessly many records.
    public static let prefaceBytes = 32_768

    /// Targets of a TCP group that are tried for one connection.
    public static let relayConnectAttempts = 4

    /// Pipes for splice(2), each of 64 KiB; without one, bytes are copied.
    public static let relayPipes = 1_024

    /// Over which the rates of slow clients are measured.
    ///
    /// As long as the idle timeout is by default, so that nobody is cut for a pause that ALB would wait for.
    public static let paceWindow: Duration = .seconds(60)

    /// Bytes that all connections of one worker may keep in buffers.
    ///
    /// From half of it on, no connection is accepted and nothing more is read for a side that has not taken
    /// what it was sent; beyond it, a connection that needs more is cut. 64 connections at their
    /// ``pendingBytes`` fill a sixteenth of it.
    public static let bufferedBytes = 268_435_456

    /// Bytes of the file of CAs that the machine trusts; distributions' have a quarter of a million.
    public static let systemAnchorBytes = 16_777_216

    /// Between two look-ups of the name of a function's host.
    public static let lookupInterval: Duration = .seconds(30)

    /// The same while some name has no address.
    public static let lookupRetryInterval: Duration = .seconds(5)

    /// For which a change waits for the addresses of names that it brings.
    public static let lookupPatience: Duration = .seconds(3)

    /// Bytes of a request's body for a function; ALB's 1 MB.
    public static let functionRequestBytes = 1_048_576

    /// Bytes of the JSON that a function answers with; ALB's 1 MB.
    public static let functionResponseBytes = 1_048_576

    /// Objects and arrays within each other in a function's answer; what is wanted of it needs 3.
    public static let functionDepth = 32

    /// Members of one object in a function's answer.
    public static let functionMembers = 1_024
}
