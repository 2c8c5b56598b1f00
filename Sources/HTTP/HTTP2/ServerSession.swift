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

    public private(set) var events: [Event] = []
    public let heads = ByteBuffer(capacity: 1_024)
    public private(set) var requestCount = 0
    /// No further request is taken.
    public private(set) var isDraining = false
    /// Streams beyond it are not taken: we have said so to the client, which may repeat their requests.
    public private(set) var lastStream = Int32.max

    private var handle: OpaquePointer?
    private var streams: [Int32: ServerStream] = [:]
    private var budget = FrameBudget()
    private let fields = RequestFields()
    private let names = ByteBuffer(capacity: 512)
    private var lines: [HeaderLine] = []
    private var input: UnsafeRawBufferPointer?
    private var isPaused = false
    private var hasFailed = false

    private struct HeaderLine {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// Prepares a connection; nil if memory runs out.
    public init?() {
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
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, onBeginFrame)
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, onBeginHeaders)
        nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader)
        nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, onInvalidHeader)
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame)
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData)
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, onFrameSent)
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onStreamClose)
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
        stream.pending.append(rest)
        if stream.isFull { stream.isStalled = true }
        nghttp2_session_resume_data(self.handle, stream.id)
    }

    /// The response is complete.
    public func finish(_ stream: ServerStream) {
        guard stream.hasResponse, !stream.isFinished else { return }
        stream.isFinished = true
        self.budget.earn(FrameBudget.perAnswer)
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
        self.names.removeAll()
        self.lines.removeAll(keepingCapacity: true)
        guard let lineEnd = ASCII.firstIndex(of: ASCII.lineFeed, in: head, from: 0), head.count >= 12 else {
            return false
        }
        self.names.append(":status")
        self.names.append(head.slice(9, 12))
        self.lines.append(HeaderLine(name: 0..<7, value: 7..<10))
        var start = lineEnd + 1
        while let end = ASCII.firstIndex(of: ASCII.lineFeed, in: head, from: start), end > start + 1 {
            guard let colon = ASCII.firstIndex(of: ASCII.colon, in: head, from: start), colon < end else {
                return false
            }
            self.addLine(head.slice(start, colon), ASCII.trimmed(head.slice(colon + 1, end - 1)))
            start = end + 1
        }
        stream.hasResponse = true
        return self.submit(stream)
    }

    private func addLine(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        switch HeaderKind(name: name) {
        case .connection, .transferEncoding, .upgrade, .hopByHop: return
        default: break
        }
        let start = self.names.count
        self.names.append(lowercased: name)
        let middle = self.names.count
        self.names.append(value)
        self.lines.append(HeaderLine(name: start..<middle, value: middle..<self.names.count))
    }

    private func submit(_ stream: ServerStream) -> Bool {
        guard let base = self.names.bytes.baseAddress else { return false }
        // nghttp2 copies names and values, and changes neither.
        let memory = UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: UInt8.self)
        let fields = self.lines.map { line in
            nghttp2_nv(
                name: memory + line.name.lowerBound,
                value: memory + line.value.lowerBound,
                namelen: line.name.count,
                valuelen: line.value.count,
                flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)
            )
        }
        var source = nghttp2_data_provider()
        source.source.ptr = Unmanaged.passUnretained(stream).toOpaque()
        source.read_callback = readPending
        return nghttp2_submit_response(self.handle, stream.id, fields, fields.count, &source) == 0
    }
}

// MARK: - Callbacks

extension ServerSession {
    fileprivate static func of(_ pointer: UnsafeMutableRawPointer?) -> ServerSession? {
        pointer.map { Unmanaged<ServerSession>.fromOpaque($0).takeUnretainedValue() }
    }

    fileprivate func began(_ header: nghttp2_frame_hd) -> Int32 {
        switch UInt32(header.type) {
        case NGHTTP2_DATA.rawValue:
            let ends = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
            if header.length == 0, !ends { self.budget.spend(2) }
        case NGHTTP2_HEADERS.rawValue, NGHTTP2_CONTINUATION.rawValue, NGHTTP2_PING.rawValue:
            self.budget.spend(4)
        case NGHTTP2_SETTINGS.rawValue: self.budget.spend(16)
        case NGHTTP2_RST_STREAM.rawValue: self.budget.spend(FrameBudget.reset)
        case NGHTTP2_WINDOW_UPDATE.rawValue: self.budget.spend(1)
        default: self.budget.spend(2)
        }
        return self.budget.isSpent ? NGHTTP2_ERR_CALLBACK_FAILURE.rawValue : 0
    }

    fileprivate func beganHeaders(_ frame: nghttp2_frame) -> Int32 {
        self.fields.begin()
        return 0
    }

    fileprivate func tookHeader(
        _ frame: nghttp2_frame,
        _ name: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer
    ) -> Int32 {
        // Trailers are read, counted and dropped.
        self.fields.take(name, value)
        if case .malformed? = self.fields.problem {
            self.budget.spend(FrameBudget.malformed)
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
        }
        return self.pauseIfFull()
    }

    /// A few bytes of HPACK can name long fields: their text is handed over before it becomes much.
    private func pauseIfFull() -> Int32 {
        guard self.heads.count > Self.headsBytes else { return 0 }
        self.isPaused = true
        return NGHTTP2_ERR_PAUSE.rawValue
    }

    fileprivate func refusedHeader() -> Int32 {
        self.budget.spend(FrameBudget.malformed)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }

    fileprivate func took(_ frame: nghttp2_frame) -> Int32 {
        let ends = frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        switch UInt32(frame.hd.type) {
        case NGHTTP2_HEADERS.rawValue where frame.headers.cat == NGHTTP2_HCAT_REQUEST:
            self.tookRequest(frame.hd.stream_id, isWhole: ends)
        case NGHTTP2_HEADERS.rawValue, NGHTTP2_DATA.rawValue:
            if ends { self.events.append(.end(frame.hd.stream_id)) }
        default: break
        }
        return 0
    }

    private func tookRequest(_ id: Int32, isWhole: Bool) {
        let stream = ServerStream(id: id)
        self.requestCount += 1
        self.streams[id] = stream
        if case .tooLarge? = self.fields.problem {
            self.events.append(.oversized(stream))
            return
        }
        let start = self.heads.count
        guard self.fields.writeHead(hasBody: !isWhole, to: self.heads) else {
            self.budget.spend(FrameBudget.malformed)
            nghttp2_submit_rst_stream(
                self.handle,
                UInt8(NGHTTP2_FLAG_NONE.rawValue),
                id,
                NGHTTP2_PROTOCOL_ERROR.rawValue
            )
            return
        }
        self.events.append(.request(stream, head: start..<self.heads.count, isWhole: isWhole))
        if self.requestCount >= Self.requestsPerConnection { self.drain() }
    }

    fileprivate func tookData(_ id: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        // Payload is not gathered: it lies in what was received.
        guard let stream = self.streams[id], let base = self.input?.baseAddress,
            let start = bytes.baseAddress, let count = self.input?.count,
            start >= base, start + bytes.count <= base + count
        else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
        stream.withheld += bytes.count
        let offset = start - base
        self.events.append(.data(id, offset..<offset + bytes.count))
        return 0
    }

    /// The response has gone out whole: the rest of a body that nobody reads is not waited for
    /// (RFC 9113 8.1).
    fileprivate func sent(_ header: nghttp2_frame_hd) {
        let ends = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        guard ends, UInt32(header.type) == NGHTTP2_DATA.rawValue,
            nghttp2_session_get_stream_remote_close(self.handle, header.stream_id) == 0
        else { return }
        nghttp2_submit_rst_stream(
            self.handle,
            UInt8(NGHTTP2_FLAG_NONE.rawValue),
            header.stream_id,
            NGHTTP2_NO_ERROR.rawValue
        )
    }

    fileprivate func closed(_ id: Int32) {
        guard let stream = self.streams.removeValue(forKey: id) else { return }
        // The connection's window outlives the stream's.
        if stream.withheld > 0 {
            nghttp2_session_consume_connection(self.handle, stream.withheld)
            stream.withheld = 0
        }
        stream.isFinished = true
        self.events.append(.closed(id))
    }

    fileprivate func read(_ stream: ServerStream, into space: UnsafeMutableRawBufferPointer) -> (Int, Bool) {
        let count = min(space.count, stream.pending.count)
        space.copyMemory(from: UnsafeRawBufferPointer(rebasing: stream.pending.bytes[..<count]))
        stream.pending.removeFirst(count)
        if count > 0 { self.budget.earn(FrameBudget.perDataFrameSent) }
        if stream.isStalled, stream.pending.count <= ServerStream.pendingBytes / 2 {
            stream.isStalled = false
            self.events.append(.drained(stream.id))
        }
        return (count, stream.isFinished && stream.pending.isEmpty)
    }
}

private func onBeginFrame(
    _: OpaquePointer?,
    _ header: UnsafePointer<nghttp2_frame_hd>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let header, let session = ServerSession.of(owner) else { return 0 }
    return session.began(header.pointee)
}

private func onBeginHeaders(
    _: OpaquePointer?,
    _ frame: UnsafePointer<nghttp2_frame>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let session = ServerSession.of(owner) else { return 0 }
    return session.beganHeaders(frame.pointee)
}

private func onHeader(
    _: OpaquePointer?,
    _ frame: UnsafePointer<nghttp2_frame>?,
    _ name: UnsafePointer<UInt8>?,
    _ nameCount: Int,
    _ value: UnsafePointer<UInt8>?,
    _ valueCount: Int,
    _: UInt8,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let session = ServerSession.of(owner) else { return 0 }
    return session.tookHeader(
        frame.pointee,
        UnsafeRawBufferPointer(start: name, count: nameCount),
        UnsafeRawBufferPointer(start: value, count: valueCount)
    )
}

private func onInvalidHeader(
    _: OpaquePointer?,
    _: UnsafePointer<nghttp2_frame>?,
    _: UnsafePointer<UInt8>?,
    _: Int,
    _: UnsafePointer<UInt8>?,
    _: Int,
    _: UInt8,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    ServerSession.of(owner)?.refusedHeader() ?? 0
}

private func onFrame(
    _: OpaquePointer?,
    _ frame: UnsafePointer<nghttp2_frame>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let session = ServerSession.of(owner) else { return 0 }
    return session.took(frame.pointee)
}

private func onData(
    _: OpaquePointer?,
    _: UInt8,
    _ id: Int32,
    _ bytes: UnsafePointer<UInt8>?,
    _ count: Int,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let session = ServerSession.of(owner) else { return 0 }
    return session.tookData(id, UnsafeRawBufferPointer(start: bytes, count: count))
}

private func onFrameSent(
    _: OpaquePointer?,
    _ frame: UnsafePointer<nghttp2_frame>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    if let frame, let session = ServerSession.of(owner) { session.sent(frame.pointee.hd) }
    return 0
}

private func onStreamClose(
    _: OpaquePointer?,
    _ id: Int32,
    _: UInt32,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    ServerSession.of(owner)?.closed(id)
    return 0
}

private func readPending(
    _: OpaquePointer?,
    _ id: Int32,
    _ space: UnsafeMutablePointer<UInt8>?,
    _ count: Int,
    _ flags: UnsafeMutablePointer<UInt32>?,
    _ source: UnsafeMutablePointer<nghttp2_data_source>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int {
    guard let pointer = source?.pointee.ptr, let session = ServerSession.of(owner) else {
        return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    }
    let stream = Unmanaged<ServerStream>.fromOpaque(pointer).takeUnretainedValue()
    let (read, isLast) = session.read(stream, into: UnsafeMutableRawBufferPointer(start: space, count: count))
    if isLast {
        flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
    } else if read == 0 {
        return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    }
    return read
}
