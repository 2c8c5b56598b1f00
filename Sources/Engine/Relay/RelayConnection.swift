import Glibc
import HTTP
import Model
import TLS

/// One client's connection through a TCP or TLS listener: two sockets, and the bytes between them.
///
///     preface ──known where to──▶ connecting ──accepted──▶ relaying ──both sides ended──▶ closed
///        │  └─TLS listener─▶ handshaking ─┘ │ │ └─TLS group─▶ securing ─┘ │
///        │                          │       │ └─refused, slow─┴─ (next target)
///        └───deadline, damage───────┴───────┴─── no target ───────────────┴──reset, idle
///
/// Invariants:
/// 1. No byte is dropped: what has been read of one socket is held in its flow until the other took it, or
///    the relay is cut.
/// 2. A relay that does not end as its peers ended it is cut with a reset, on both sides: nobody may take a
///    stream that was cut for one that was complete.
/// 3. Not more than one target has been sent a byte of the client's.
/// 4. Owned by one worker; nothing here is touched by another thread.
final class RelayConnection {
    enum Phase {
        /// The PROXY header, or the ClientHello, has not come whole. Without either, not entered.
        case preface
        /// On a TLS listener; before its first byte, too.
        case handshaking
        case connecting
        /// Agreeing on TLS with the target.
        case securing
        case relaying
        case closed
    }

    let client: Int32
    /// Of the client's socket; of the relay in the timer wheel, too.
    let token: PollToken
    /// Of the connection in the log.
    let traceID: TraceID
    let listener: WorkerListener
    /// As the listener was when the connection came: it keeps its targets and its time.
    let served: ServedRelay

    /// The client, by the PROXY header where there is one.
    var peer: Endpoint
    /// What the client connected to, by the PROXY header where there is one; nil until somebody asks.
    var destination: Endpoint?

    /// Whose connections it counts among; nil until its PROXY header has come.
    var source: ConnectionSource?
    var phase = Phase.preface
    var awaitsProxyHeader: Bool
    /// nil where the name does not matter.
    var hello: ClientHelloReader?
    var tls: ServerConnection?
    /// The policy that judges or has judged the client; 0 before its first byte, and where there is no TLS.
    var policyGeneration: UInt64 = 0
    /// Of the handshake.
    var sslPolicy: SecurityPolicy?
    /// How its client stands with the policy that holds now.
    var standing = Standing.passed
    /// The client was verified, and passed.
    var isVerified = false
    /// Nothing of it is read yet, because handshakes of its source keep failing.
    var isHeld = false
    /// It has a share of the worker's handshakes: what it has sent costs memory, and is not yet known to be
    /// good.
    var isHandshakeCounted = false
    /// Monotonic microseconds of the first byte of TLS.
    var handshakeStart: Int64 = 0
    /// Its listener is gone; it goes on until it ends.
    var isStale = false

    /// -1 while there is none.
    var target: Int32 = -1
    var group: ServedRelayGroup?
    /// The target tried last.
    var endpoint: Endpoint?
    /// That target's, of whose connections this is one.
    var load: TargetLoad?
    /// Of the group, where it speaks TLS.
    var security: WorkerTargetTLS?
    /// From the moment such a target has accepted.
    var targetTLS: TLS.ClientConnection?
    /// Plaintext of the client that waits for the end of the handshake with the target.
    var early: ByteBuffer?
    /// What resumes the connection to the target has been kept.
    var hasKeptSession = false
    /// Targets tried, one after the other.
    var attempts = 0

    /// From the client to the target.
    let up: RelayFlow
    /// From the target to the client.
    let down: RelayFlow

    /// Monotonic milliseconds.
    var deadline: Int64 = .max
    /// When the wheel's entry comes up, in monotonic milliseconds.
    var wheelEntry: Int64 = .max
    /// It waits for its next share of this worker's time.
    var isQueued = false

    /// What waits on either side is booked to the account.
    init(
        client: Int32,
        token: PollToken,
        traceID: TraceID,
        peer: Endpoint,
        listener: WorkerListener,
        served: ServedRelay,
        account: BufferAccount
    ) {
        self.up = RelayFlow(account)
        self.down = RelayFlow(account)
        self.client = client
        self.token = token
        self.traceID = traceID
        self.peer = peer
        self.listener = listener
        self.served = served
        self.awaitsProxyHeader = served.acceptsProxyProtocol
        let hasRoutes = !served.groupsByServerName.isEmpty && listener.context == nil
        self.hello = hasRoutes ? ClientHelloReader() : nil
    }

    var isOpen: Bool { self.phase != .closed }

    /// Whether it may go on under the plan that its address now has; nil for none.
    ///
    /// There are no requests to wait for the end of. So what is encrypted, or verified, or nothing of either,
    /// goes on only where a new connection would have been judged no more strictly: a connection that the
    /// plan would ask for a certificate must have been judged by just that policy.
    func mayGoOn(under plan: WorkerListenerPlan?) -> Bool {
        guard let plan else { return true }
        guard self.listener.hasSameKind(as: plan) else { return false }
        guard let tls = plan.tls, self.tls != nil else { return true }
        if plan.served.id == self.listener.id, tls.policyGeneration == self.policyGeneration { return true }
        return tls.context.mode != .verify && plan.served.tls?.sslPolicy == self.sslPolicy
    }

    /// The events of the target's socket; the same slot as the client's.
    var targetToken: PollToken {
        PollToken(.relayTarget, slot: self.token.slot, generation: self.token.generation)
    }
}

/// One direction of a relay.
final class RelayFlow {
    /// Whether the source may hold bytes that were not read.
    var isReadable = false
    /// Whether the sink may take bytes.
    var isWritable = false
    /// epoll has said that the source's peer closed: reads go on until they say so too.
    var hasHangup = false
    /// The source has said that no more comes.
    var hasEnded = false
    /// The sink has been told.
    var hasFinished = false
    /// Much came at once: what comes next is worth a pipe.
    var isBulk = false

    /// Copied bytes that the sink has not taken; they go before those of the pipe.
    var held: ByteBuffer?
    /// Present only while bytes are stuck in it.
    var pipe: Pipe?

    var heldCount: Int { self.held?.count ?? 0 }

    private let account: BufferAccount

    init(_ account: BufferAccount) {
        self.account = account
    }

    func hold(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        let held = self.held ?? ByteBuffer(capacity: bytes.count, account: self.account)
        held.append(bytes)
        self.held = held
    }
}
