import CNghttp2
import Model

/// The server's end of one HTTP/2 connection: bytes in, events out; responses in, bytes out.
///
/// Requests come out as heads of HTTP/1.1, and responses go in as such, so that the rest of the gate speaks
/// one language. libnghttp2 keeps the states, HPACK and the windows; what a client may cost is bounded here.
/// Windows are given back only when ``release(_:)`` says that the bytes have gone on.
///
/// Belongs to one worker. Events wait in ``events`` until they are taken: no callback reaches the worker.
public final class ServerSession {
    public enum Event {
        /// A request; its head is in ``heads``. Whole means that no body follows.
        case request(ServerStream, head: Range<Int>, isWhole: Bool)
        /// A request whose head is beyond the limits.
        case oversized(ServerStream)
        /// Payload of a request's body, in the bytes that were received.
        case data(Int32, Range<Int>)
        /// Header lines that end a request's body, in ``heads``; followed by its end.
        case trailers(Int32, Range<Int>)
        /// A request's body is complete.
        case end(Int32)
        /// A full stream has room again.
        case drained(Int32)
        /// A stream is over, in whatever way.
        case closed(Int32)
    }

    /// Streams that a client may have open at once; ALB's number (`elbv2-api` 5.5).
    public static let concurrentStreams = 128
    /// Requests of one connection; after them comes GOAWAY (`elbv2-api` 5.5).
    public static let requestsPerConnection = 10_000
    /// What all streams of a connection may have under way to us.
    static let connectionWindow: Int32 = 1_048_576
    /// Heads that wait for the worker before it is its turn.
    static let headsBytes = 262_144
    /// Of answers that wait in all streams together; beyond it no target is read for a stream that has some.
    static let pendingBytes = 1_048_576

    public internal(set) var events: [Event] = []
    public let heads: ByteBuffer
    /// What waits in its streams is booked here.
    let account: BufferAccount?
    public internal(set) var requestCount = 0
    /// No further request is taken.
    public private(set) var isDraining = false
    /// Streams beyond it are not taken: we have said so to the client, which may repeat their requests.
    public private(set) var lastStream = Int32.max

    // Shared with the callbacks, in `ServerSession+Frames.swift`.
    private(set) var handle: OpaquePointer?
    var streams: [Int32: ServerStream] = [:]
    var budget = FrameBudget()
    let fields = RequestFields()
    /// Of the block that is coming in.
    let trailers = ByteBuffer(capacity: 1)
    private(set) var input: UnsafeRawBufferPointer?
    var isPaused = false
    /// See ``ServerStream/pending``.
    var pendingCount = 0
    /// So much waits that it has to become much less before targets are read again.
    var isCrowded = false

    /// Names, beside those that ``HeaderKind`` knows, that clients may not use in trailers.
    public var scrubbed = ScrubbedNames.none

    private let block = HeaderBlock()
    private var hasFailed = false

    /// Prepares a connection; nil if memory runs out.
    public init?(account: BufferAccount? = nil) {
        self.account = account
        self.heads = ByteBuffer(capacity: 1_024, account: account)
        var callbacks: OpaquePointer?
        var options: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0, nghttp2_option_new(&options) == 0 else {
            nghttp2_session_callbacks_del(callbacks)
            return nil
        }
        defer {
            nghttp2_session_callbacks_del(callbacks)
            nghttp2_option_del(options)
        }
        Self.set(callbacks)
        nghttp2_option_set_no_auto_window_update(options, 1)
        nghttp2_option_set_no_closed_streams(options, 1)
        nghttp2_option_set_max_outbound_ack(options, 256)
        nghttp2_option_set_max_send_header_block_length(options, 2 * EngineLimits.headBytes)
        let owner = Unmanaged.passUnretained(self).toOpaque()
        guard nghttp2_session_server_new2(&self.handle, callbacks, owner, options) == 0 else { return nil }
        let settings = [
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue),
                value: UInt32(Self.concurrentStreams)
            ),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue),
                value: UInt32(EngineLimits.headBytes)
            ),
        ]
        guard
            nghttp2_submit_settings(self.handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
                == 0,
            nghttp2_session_set_local_window_size(
                self.handle,
                UInt8(NGHTTP2_FLAG_NONE.rawValue),
                0,
                Self.connectionWindow
            ) == 0
        else { return nil }
    }

    deinit {
        nghttp2_session_del(self.handle)
    }

    /// Whether the connection is to be closed once everything has been sent.
    public var isOver: Bool {
        self.hasFailed
            || nghttp2_session_want_read(self.handle) == 0 && nghttp2_session_want_write(self.handle) == 0
    }

    // MARK: In

    /// Takes bytes; call again with the rest, also an empty one, until it returns nil.
    ///
    /// ``events`` are to be taken after each call: they point into the bytes.
    ///
    /// - Parameters:
    ///   - bytes: what is left of what the client sent.
    ///   - now: monotonic milliseconds.
    /// - Returns: how many bytes it stopped after, because the events are many; nil when all are used up.
    public func receive(_ bytes: UnsafeRawBufferPointer, now: Int64) -> Int? {
        guard !self.hasFailed else { return nil }
        self.budget.refill(now: now)
        self.input = bytes
        self.isPaused = false
        defer { self.input = nil }
        let used = nghttp2_session_mem_recv(
            self.handle,
            bytes.bindMemory(to: UInt8.self).baseAddress,
            bytes.count
        )
        guard used >= 0 else {
            self.hasFailed = true
            let code = self.budget.isSpent ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR
            nghttp2_session_terminate_session(self.handle, code.rawValue)
            return nil
        }
        return self.isPaused ? used : nil
    }

    /// Forgets the events that were taken, and their heads.
    public func takeEvents() -> [Event] {
        let events = self.events
        self.events.removeAll(keepingCapacity: true)
        return events
    }

    /// Forgets the heads of the events that were taken.
    public func forgetHeads() {
        self.heads.removeAllAndShrink(to: 4_096)
    }

    /// Gives the window back for bytes of a body that have gone on.
    public func release(_ stream: ServerStream) {
        guard stream.withheld > 0 else { return }
        nghttp2_session_consume(self.handle, stream.id, stream.withheld)
        stream.withheld = 0
    }

    // MARK: Out

    /// Takes bytes of a response: first its whole head, in HTTP/1.1, then payload without chunks.
    public func write(_ stream: ServerStream, _ bytes: UnsafeRawBufferPointer) {
        guard !stream.isFinished else { return }
        var rest = bytes
        if !stream.hasResponse {
            var position = 0
            guard let length = HeadScanner.endOfHead(in: bytes, from: &position),
                self.begin(stream, UnsafeRawBufferPointer(rebasing: bytes[..<length]))
            else {
                self.reset(stream, as: .failed)
                return
            }
            rest = UnsafeRawBufferPointer(rebasing: bytes[length...])
        }
        guard !rest.isEmpty else { return }
        guard !stream.endsWithHead else { return }
        stream.pending.append(rest)
        self.pendingCount += rest.count
        if self.pendingCount > Self.pendingBytes { self.isCrowded = true }
        if self.isFull(stream) { stream.isStalled = true }
        nghttp2_session_resume_data(self.handle, stream.id)
    }

    /// More waits than what is read for the stream should add to; ``Event/drained(_:)`` says when it no
    /// longer does.
    public func isFull(_ stream: ServerStream) -> Bool {
        stream.pending.count > ServerStream.pendingBytes || self.isCrowded && !stream.pending.isEmpty
    }

    /// The response is complete; `trailers` is complete header lines that end it.
    public func finish(_ stream: ServerStream, trailers: UnsafeRawBufferPointer? = nil) {
        guard stream.hasResponse, !stream.isFinished else { return }
        stream.isFinished = true
        self.budget.earn(FrameBudget.perAnswer)
        guard !stream.endsWithHead else { return }
        if let trailers, !trailers.isEmpty {
            let lines = ByteBuffer(capacity: trailers.count)
            lines.append(trailers)
            stream.trailers = lines
        }
        nghttp2_session_resume_data(self.handle, stream.id)
    }

    public enum Reset {
        /// Nothing has been done with the request: the client may repeat it.
        case refused
        /// The response cannot be completed.
        case failed
    }

    /// Ends a stream that is not over, without a response or in the middle of one.
    public func reset(_ stream: ServerStream, as reason: Reset) {
        guard self.streams[stream.id] === stream else { return }
        stream.isFinished = true
        let code = reason == .refused ? NGHTTP2_REFUSED_STREAM : NGHTTP2_INTERNAL_ERROR
        nghttp2_submit_rst_stream(
            self.handle,
            UInt8(NGHTTP2_FLAG_NONE.rawValue),
            stream.id,
            code.rawValue
        )
    }

    /// Says that no further request is taken; those in hand go on.
    public func drain() {
        guard !self.isDraining else { return }
        self.isDraining = true
        self.lastStream = nghttp2_session_get_last_proc_stream_id(self.handle)
        nghttp2_submit_goaway(
            self.handle,
            UInt8(NGHTTP2_FLAG_NONE.rawValue),
            self.lastStream,
            NGHTTP2_NO_ERROR.rawValue,
            nil,
            0
        )
    }

    /// Says goodbye; streams that are open are lost.
    public func terminate() {
        self.isDraining = true
        guard !self.hasFailed else { return }
        nghttp2_session_terminate_session(self.handle, NGHTTP2_NO_ERROR.rawValue)
    }

    /// Appends what is to be sent, up to a little more than `limit` bytes.
    public func send(to out: ByteBuffer, limit: Int) {
        while out.count < limit {
            var bytes: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(self.handle, &bytes)
            guard count > 0, let bytes else {
                if count < 0 { self.hasFailed = true }
                return
            }
            out.append(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }

    /// Turns an HTTP/1.1 head of our own writers into a HEADERS frame.
    private func begin(_ stream: ServerStream, _ head: UnsafeRawBufferPointer) -> Bool {
        guard let lineEnd = ASCII.firstIndex(of: ASCII.lineFeed, in: head, from: 0), head.count >= 12 else {
            return false
        }
        let status = head.slice(9, 12)
        self.block.begin()
        self.block.add(":status", status)
        // Clients tell an answer without a body from one whose body is to come by this frame alone, gRPC's
        // among them (RFC 9113 8.1).
        stream.endsWithHead =
            stream.isForHead || ASCII.isExactly(status, "204") || ASCII.isExactly(status, "304")
        let isRead = HeaderBlock.forEachLine(of: head.slice(lineEnd + 1, head.count)) { kind, name, value in
            if case .transferEncoding = kind { return }
            if case .contentLength = kind, ASCII.isExactly(value, "0") { stream.endsWithHead = true }
            self.block.add(name, value)
        }
        guard isRead else { return false }
        stream.hasResponse = true
        guard !stream.endsWithHead else {
            return self.block.withFields {
                nghttp2_submit_response(self.handle, stream.id, $0, $1, nil) == 0
            }
        }
        var source = nghttp2_data_provider()
        source.source.ptr = Unmanaged.passUnretained(stream).toOpaque()
        source.read_callback = Self.readPending
        return self.block.withFields {
            nghttp2_submit_response(self.handle, stream.id, $0, $1, &source) == 0
        }
    }

    /// Puts the trailers behind the payload that has just been read.
    func submitTrailers(_ lines: ByteBuffer, of stream: ServerStream) {
        self.block.begin()
        guard HeaderBlock.forEachLine(of: lines.bytes, { _, name, value in self.block.add(name, value) })
        else { return }
        _ = self.block.withFields { nghttp2_submit_trailer(self.handle, stream.id, $0, $1) }
    }
}
