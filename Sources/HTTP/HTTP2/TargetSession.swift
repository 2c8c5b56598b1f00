import CNghttp2
import Model

/// The client's end of one HTTP/2 connection to a target; it carries one request at a time.
///
/// To the rest of the gate the target speaks HTTP/1.1: a request goes in as its head and the body behind it,
/// framed as ever, and the response comes out so, to be parsed as strictly as any. Only ``trailers`` lie
/// beside it. One request at a time keeps clients apart: none waits for the window, the slowness or the end
/// of another's stream.
///
/// Belongs to one worker.
public final class TargetSession {
    /// What the target has said, in HTTP/1.1, and nobody has taken.
    public let response: ByteBuffer
    /// Header lines that end the response; complete when its body is.
    public let trailers = ByteBuffer(capacity: 1)
    /// The connection, or the stream of the present request, is over before the response is.
    public internal(set) var isBroken = false

    private let isTLS: Bool
    private(set) var handle: OpaquePointer?
    let block = HeaderBlock()

    // The request.
    var request: OutgoingBody
    var isHead = false
    /// 0 where there is none.
    var stream: Int32 = 0

    // The response.
    let lines = ByteBuffer(capacity: 1)
    var status = 0
    var interimCount = 0
    var hasHead = false
    var hasEnd = false
    var isChunked = false
    /// Payload still to come of a body with a length.
    var remaining: UInt64?
    /// What would complete the response before the target has said that it is complete: a connection in the
    /// middle of a stream cannot be used again.
    let held = ByteBuffer(capacity: 1)

    /// The window of a stream, and of the connection.
    private static let window: Int32 = 1_048_576

    /// Prepares a connection, whose buffers are booked to the account; nil if memory runs out.
    ///
    /// The scheme of its requests says whether they go out over TLS.
    public init?(isTLS: Bool = false, account: BufferAccount? = nil) {
        self.isTLS = isTLS
        self.response = ByteBuffer(capacity: 1, account: account)
        self.request = OutgoingBody(account: account)
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
        nghttp2_option_set_max_outbound_ack(options, 256)
        nghttp2_option_set_max_send_header_block_length(options, 2 * EngineLimits.headBytes)
        let owner = Unmanaged.passUnretained(self).toOpaque()
        guard nghttp2_session_client_new2(&self.handle, callbacks, owner, options) == 0 else { return nil }
        let settings = [
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue),
                value: 0
            ),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue),
                value: UInt32(Self.window)
            ),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue),
                value: UInt32(EngineLimits.responseHeadBytes)
            ),
        ]
        let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        guard nghttp2_submit_settings(self.handle, flags, settings, settings.count) == 0,
            nghttp2_session_set_local_window_size(self.handle, flags, 0, Self.window) == 0
        else { return nil }
    }

    deinit {
        nghttp2_session_del(self.handle)
    }

    /// Payload of the request that the windows have not let out.
    public var pendingCount: Int { self.request.pending.count }

    /// Whether another request may follow: nothing of the last one is to come, in either direction.
    public var isReusable: Bool {
        !self.isBroken && self.stream == 0 && nghttp2_session_check_request_allowed(self.handle) != 0
    }

    // MARK: Out

    /// Takes bytes of a request: first its whole head, then its body; false if the session cannot go on.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !self.isBroken else { return false }
        var body = bytes
        if self.stream == 0 {
            var position = 0
            guard let length = HeadScanner.endOfHead(in: bytes, from: &position),
                self.begin(bytes.slice(0, length))
            else {
                self.isBroken = true
                return false
            }
            body = bytes.slice(length, bytes.count)
        }
        guard self.request.take(body) else {
            self.isBroken = true
            return false
        }
        nghttp2_session_resume_data(self.handle, self.stream)
        return true
    }

    /// Header lines to end the request with; to be given before the end of its body.
    public func setTrailers(_ lines: UnsafeRawBufferPointer) {
        self.request.trailers.append(lines)
    }

    /// Appends what is to be sent, up to a little more than `limit` bytes; also after ``receive(_:)``.
    public func send(to out: ByteBuffer, limit: Int) {
        while out.count < limit {
            var bytes: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(self.handle, &bytes)
            guard count > 0, let bytes else {
                // Where the target has broken the rules, the last word is ours, and it has been said.
                if count < 0 || nghttp2_session_want_read(self.handle) == 0 { self.isBroken = true }
                return
            }
            out.append(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }

    /// Turns an HTTP/1.1 head of our own writers into a HEADERS frame.
    private func begin(_ head: UnsafeRawBufferPointer) -> Bool {
        guard nghttp2_session_check_request_allowed(self.handle) != 0,
            let lineEnd = ASCII.firstIndex(of: ASCII.lineFeed, in: head, from: 0),
            let methodEnd = ASCII.firstIndex(of: ASCII.space, in: head, from: 0),
            let targetEnd = ASCII.firstIndex(of: ASCII.space, in: head, from: methodEnd + 1),
            targetEnd < lineEnd
        else { return false }
        self.forget()
        let method = head.slice(0, methodEnd)
        self.isHead = ASCII.isExactly(method, "HEAD")
        self.block.begin()
        self.block.add(":method", method)
        self.block.add(":scheme", self.isTLS ? "https" : "http")
        self.block.add(":path", head.slice(methodEnd + 1, targetEnd))
        let lines = head.slice(lineEnd + 1, head.count)
        var hasBody = false
        var isRead = HeaderBlock.forEachLine(of: lines) { kind, _, value in
            switch kind {
            case .host: self.block.add(":authority", value)
            case .transferEncoding:
                self.request.body = .chunked(ChunkedDecoder())
                hasBody = true
            case .contentLength:
                let length = value.reduce(0 as UInt64) { $0 &* 10 &+ UInt64($1 &- ASCII.zero) }
                self.request.body = length == 0 ? .complete : .length(length)
                hasBody = length > 0
            default: break
            }
        }
        isRead =
            HeaderBlock.forEachLine(of: lines) { kind, name, value in
                switch kind {
                case .host, .transferEncoding: break
                default: self.block.add(name, value)
                }
            } && isRead
        guard isRead else { return false }
        // They are taken, and servers of gRPC ask for this.
        self.block.add("te", "trailers")
        var source = nghttp2_data_provider()
        source.read_callback = Self.readPending
        self.stream = self.block.withFields { fields, count in
            withUnsafePointer(to: &source) {
                nghttp2_submit_request(self.handle, nil, fields, count, hasBody ? $0 : nil, nil)
            }
        }
        return self.stream > 0
    }

    private func forget() {
        self.request.forget()
        self.lines.removeAllAndShrink(to: 1_024)
        self.trailers.removeAllAndShrink(to: 1)
        self.held.removeAllAndShrink(to: 1)
        self.status = 0
        self.interimCount = 0
        self.hasHead = false
        self.hasEnd = false
        self.isChunked = false
        self.remaining = nil
    }

    // MARK: In

    /// Takes bytes of the target; see ``response`` and ``isBroken`` then.
    public func receive(_ bytes: UnsafeRawBufferPointer) {
        let used = nghttp2_session_mem_recv(
            self.handle,
            bytes.bindMemory(to: UInt8.self).baseAddress,
            bytes.count
        )
        if used < 0 { self.isBroken = true }
    }

    /// Forgets the response's bytes, once they are taken.
    public func forgetResponse() {
        self.response.removeAllAndShrink(to: 1)
    }
}
