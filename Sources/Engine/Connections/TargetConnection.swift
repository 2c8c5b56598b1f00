import Glibc
import HTTP
import Model
import TLS

/// One connection to a target, serving one request at a time.
final class TargetConnection {
    enum Phase {
        case connecting
        /// TLS is being agreed on.
        case handshaking
        /// The head of a response is awaited or coming in.
        case head
        case body
        /// It has switched to WebSocket: bytes of it and of its client are passed on as they come.
        case tunnel
        /// In the pool.
        case idle
        case closed
    }

    enum Body {
        case none
        case length(UInt64)
        case chunked(ChunkedDecoder)
        case untilClose
    }

    let descriptor: Int32
    let token: PollToken
    let endpoint: Endpoint
    /// Present where the target is spoken to in HTTP/2.
    let session: TargetSession?
    /// Present where the target is spoken to in TLS.
    let security: WorkerTargetTLS?
    /// From the moment the target has accepted.
    var tls: TLS.ClientConnection?
    /// Plaintext that waits for the end of the handshake.
    var early: ByteBuffer?
    /// What resumes this connection has been kept.
    var hasKeptSession = false

    var phase: Phase = .connecting
    /// Whose request it carries; nil in the pool.
    var client: ClientConnection? {
        didSet {
            if oldValue == nil, self.client != nil { self.load?.requests += 1 }
            if oldValue != nil, self.client == nil { self.load?.requests -= 1 }
        }
    }
    /// Where requests in flight are counted; set once, before the first.
    var load: TargetLoad?
    /// What of the response is still to come.
    var body = Body.none
    /// How the response's body goes to the client.
    var isChunkedToClient = false
    /// The target keeps the connection open after this response.
    var isPersistent = false
    /// Nobody is sent to its target any more: the request in hand is its last.
    var isRetired = false
    /// It has carried a request before this one.
    var isReused = false
    /// A byte of the present response has come.
    var hasResponse = false
    /// Interim responses to the present request.
    var interimCount = 0

    /// On a tunnel: the client has finished sending, which is to be said behind what is unsent.
    var endsWhenSent = false

    var isReadable = false
    var hasHangup = false
    /// What the socket did not take yet; ciphertext on TLS.
    var unsent: ByteBuffer?
    /// A partial response head.
    var inbox: ByteBuffer?
    var scanPosition = 0

    var deadline: Int64 = .max
    var wheelEntry: Int64 = .max

    init(
        descriptor: Int32,
        token: PollToken,
        endpoint: Endpoint,
        session: TargetSession?,
        security: WorkerTargetTLS?
    ) {
        self.descriptor = descriptor
        self.token = token
        self.endpoint = endpoint
        self.session = session
        self.security = security
    }

    /// The head of a response has come: its body follows.
    func begin(_ response: ResponseHead) {
        switch response.framing {
        case .none: self.body = .none
        case .length(let count): self.body = count == 0 ? .none : .length(count)
        case .chunked: self.body = .chunked(ChunkedDecoder())
        case .untilClose: self.body = .untilClose
        }
        self.isPersistent = response.isPersistent
        self.phase = .body
    }

    var unsentCount: Int {
        (self.unsent?.count ?? 0) + (self.early?.count ?? 0) + (self.session?.pendingCount ?? 0)
    }
}
