import Glibc
import HTTP
import Model
import TLS

/// One client's connection: its socket, its TLS, the request in hand.
///
///     expecting ──first byte──▶ handshaking ──verified──▶ head ──complete──▶ exchange ─┐
///         │                         │                      ▲                           │
///         │                         │                      └──────answered, kept───────┤
///         └────────────┬────────────┴──refused, deadline, peer gone──┐      answered, closing
///                      ▼                                             ▼                 ▼
///                    closed ◀──────peer closed, deadline────────────────────────── lingering
///
/// An exchange whose target switches to WebSocket becomes a tunnel, which ends with either peer.
///
/// Invariants:
/// 1. A TLS connection takes its listener's policy with its first byte, and keeps that one: a handshake is
///    judged wholly by one policy.
/// 2. A connection whose policy is not its listener's current one begins no request after the worker has
///    acknowledged the newer policy.
/// 3. It has exactly one deadline at any time.
/// 4. Owned by one worker; nothing here is touched by another thread.
final class ClientConnection {
    enum Phase {
        /// Accepted on a TLS listener; nothing has been received.
        case expecting
        case handshaking
        /// Between requests, or receiving a request's head.
        case head
        /// A request is in hand.
        case exchange
        /// A WebSocket: bytes in both directions, until one side ends.
        case tunnel
        /// We have sent everything and wait for the peer to close.
        case lingering
        case closed
    }

    let descriptor: Int32
    let token: PollToken
    /// Of the connection in both logs; streams have that of theirs.
    let traceID: TraceID
    /// By the PROXY header where there is one; the proxy until it has come.
    var peer: Endpoint
    /// Its first bytes must say who the client is.
    var awaitsProxyHeader = false
    let listener: WorkerListener

    var phase: Phase
    var tls: ServerConnection?
    /// The policy that judges or has judged this connection; 0 where there is no TLS.
    var policyGeneration: UInt64 = 0
    /// By which its requests' hosts are held to the policy of this connection; nil before the handshake.
    var policies: PolicyTable?
    /// Of `policies`; -1 before the handshake, which is no policy.
    var policyIndex = -1
    /// The mode of that policy.
    var mode = MutualAuthentication.Mode.off
    /// An older policy judged it, or its listener is gone; it is to close.
    var isStale = false
    /// How its client stands with the policy that holds now.
    var standing = Standing.passed
    /// When the request in hand is cut that outlived its client's standing, in monotonic milliseconds.
    var cutAt: Int64 = .max
    /// Its handshake waits, because those of its source keep failing.
    var isHeld = false
    /// The adoption under way waits for it: it was in its handshake, or had just finished it, when the policy
    /// changed.
    var isAwaited = false
    /// Of the connection; written into each request.
    var identityHeaders: RawBytes?
    /// The client was verified, and passed.
    var isVerified = false
    /// Who it is, where rules ask; nil unless it is verified.
    var identity: ClientIdentity?
    /// The peer's address as header text.
    var addressText: RawBytes?
    /// The same with its port.
    var endpointText: RawBytes?
    /// Header lines about its TLS.
    var tlsHeaders: RawBytes?
    /// What the access log tells of its TLS.
    var accessTLS: AccessTLS?
    /// Its local address; nil until it has been logged.
    var nodeAddress: IPAddress?
    /// Monotonic milliseconds.
    let openedAt: Int64
    /// Monotonic microseconds of the first byte.
    var handshakeStart: Int64 = 0

    /// When the handshake ended, in monotonic milliseconds; nil once the first request has begun.
    var unusedSince: Int64?

    /// Monotonic milliseconds.
    var deadline: Int64 = .max
    /// When the wheel's entry comes up, in monotonic milliseconds.
    var wheelEntry: Int64 = .max

    /// Whether the socket may hold bytes that were not read.
    var isReadable = false
    /// epoll has said that the peer closed: reads go on until they say so too.
    var hasHangup = false
    /// The peer has finished sending.
    var hasPeerEnded = false
    /// The deadline is that of a request head.
    var isReceivingHead = false
    /// What the socket did not take; ciphertext on TLS.
    var unsent: ByteBuffer?
    /// Received and not yet consumed: a partial head, or requests behind the one in hand.
    var inbox: ByteBuffer?
    /// What it takes of its responses, while bytes wait for it.
    var readerPace = Pace()
    /// Bytes that were under way to it when that window began.
    var queuedBytes = 0
    /// Whose connections it counts among; nil for none's.
    var source: ConnectionSource?
    /// Where ``HeadScanner`` goes on in the inbox.
    var scanPosition = 0

    /// The HTTP/2 session, on a connection that speaks it; its requests are in connections of their own.
    var session: ClientSession?
    /// On one stream of an HTTP/2 connection: that stream.
    ///
    /// Such a connection has no socket and no TLS of its own. It carries one request, in HTTP/1.1, and what
    /// is written to it goes out through the session.
    let stream: StreamEnd?

    /// The request in hand; meaningful in the phases `exchange` and `tunnel`.
    var exchange = Exchange()
    /// Of the listener when this became a tunnel; nil without TLS.
    var tunnelPolicy: SecurityPolicy?

    init(
        descriptor: Int32,
        token: PollToken,
        traceID: TraceID,
        peer: Endpoint,
        listener: WorkerListener,
        phase: Phase,
        stream: StreamEnd? = nil,
        openedAt: Int64
    ) {
        self.descriptor = descriptor
        self.token = token
        self.traceID = traceID
        self.peer = peer
        self.listener = listener
        self.phase = phase
        self.stream = stream
        self.openedAt = openedAt
    }

    var unsentCount: Int { self.unsent?.count ?? 0 }

    /// More waits to be written to it than what is read for it should add to.
    var isFull: Bool {
        if let stream { return stream.carrier.session?.http.isFull(stream.outbound) ?? false }
        return self.unsentCount > EngineLimits.pendingBytes
    }

    /// It may begin no request: its policy is not the present one, and no adoption waits for it.
    ///
    /// Asked of the connection, not of the worker: that some adoption is under way says nothing about one
    /// that an earlier adoption has shut out and that is still in its handshake.
    var isShutOut: Bool { self.isStale && !self.isAwaited }

    /// Its requests have come over TLS, whoever keeps the session.
    var isTLS: Bool { self.policyGeneration != 0 }

    var isOpen: Bool { self.phase != .closed }
}

/// One request and its response.
struct Exchange {
    enum Body {
        case none
        case length(UInt64)
        case chunked(ChunkedDecoder)
        /// Until its HTTP/2 stream says that it has ended.
        case untilEnd
    }

    /// What of the request body is still to come from the client.
    var body = Body.none
    /// The request body goes nowhere: the response is ours, or the target is gone.
    var isDiscarding = false
    /// Bytes of a body that went nowhere.
    var discarded = 0
    /// How the body goes to the target.
    var isChunkedToTarget = false
    var target: TargetConnection?
    /// The group that it is forwarded to, and the target chosen of it; nil for a group that nobody checks.
    var group: WorkerTargetGroup?
    var chosen: CheckedTarget?
    /// What the target is spoken to in.
    var version = TargetGroup.ProtocolVersion.http1
    /// TLS towards the target; nil for clear text.
    var security: WorkerTargetTLS?
    var isHead = false
    /// The target has been told that the client asks for WebSocket.
    var isUpgrade = false
    var minorVersion: UInt8 = 1
    /// The client waits for `100 Continue` before it sends the body, and has not been told to go on.
    var awaitsContinue = false
    /// The connection is to close once this request is answered.
    var closes = false
    /// How fast its body comes.
    var pace = Pace()
    /// The target's connection carries no other request after this one.
    var closesTarget = false
    /// Why the request is not compliant; for the access log.
    var classification: ClassificationReason?
    /// What went wrong that has a name; for the access log and the counters.
    var errorReason: ErrorReason?
    /// Monotonic microseconds, of the turn; -1 before it and once it is recorded.
    var startedAt: Int64 = -1
    /// When the target had a connection for it; -1 before.
    var dispatchedAt: Int64 = -1
    /// When the head of the target's response had come; -1 before.
    var respondedAt: Int64 = -1
    /// What the client was answered; 0 before.
    var status = 0
    /// What the target has answered; 0 before.
    var targetStatus = 0
    /// Of its head and of its body, without what divides a body into chunks.
    var receivedBytes: UInt64 = 0
    /// Of the response, as HTTP/1.1.
    var sentBytes: UInt64 = 0
    /// Of the rule that has decided, 0 for the default action; nil before.
    var priority: Int?
    var actions: AccessEntry.Actions = []
    var transform: TransformStatus?
    var targetGroup: ResourceID?
    /// The target that was chosen.
    var endpoint: Endpoint?
    /// The target could be connected to, and TLS with it came to nothing.
    var hasTargetTLSFailed = false
    /// We have ended it without an answer.
    var isCut = false
    /// For the access log; nil where its listener's requests are not logged.
    var record: AccessDraft?
    /// A byte of the response's head has been written to the client.
    var hasAnswered = false
    /// The response is complete.
    var isAnswered = false
    /// The request as it was sent, kept while it could be sent again: it has no body, its method is
    /// idempotent, and it went out on a pooled connection that may have been closed meanwhile.
    var replay: ByteBuffer?
    /// The invocation that answers it; nil where no function does.
    var call: FunctionCall?
    /// Complete header lines that we add to the target's response; nil for none.
    var responseLines: ByteBuffer?

    var isBodyComplete: Bool {
        if case .none = self.body { return true }
        return false
    }
}

/// A few bytes with a stable address, freed with their owner.
final class RawBytes {
    let bytes: UnsafeRawBufferPointer

    init(_ source: some Collection<UInt8>) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 1)
        memory.copyBytes(from: source)
        self.bytes = UnsafeRawBufferPointer(memory)
    }

    deinit {
        self.bytes.deallocate()
    }
}
