import CNghttp2
import Model

/// What comes in, frame by frame, and what goes out: called by nghttp2 through `SessionCallbacks`.
extension ServerSession {
    func began(_ header: nghttp2_frame_hd) -> Int32 {
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

    func beganHeaders(_ frame: nghttp2_frame) -> Int32 {
        if frame.headers.cat == NGHTTP2_HCAT_REQUEST {
            self.fields.begin()
        } else {
            self.trailers.removeAllAndShrink(to: 1)
        }
        return 0
    }

    func tookHeader(
        _ frame: nghttp2_frame,
        _ name: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer
    ) -> Int32 {
        guard frame.headers.cat == NGHTTP2_HCAT_REQUEST else {
            let limit = EngineLimits.headerLineBytes
            let isTaken = TrailerFields.take(
                name,
                value,
                to: self.trailers,
                limit: limit,
                scrubbing: self.scrubbed
            )
            if isTaken { return 0 }
            return self.refusedHeader()
        }
        self.fields.take(name, value)
        if case .malformed? = self.fields.problem {
            return self.refusedHeader()
        }
        return self.pauseIfFull()
    }

    /// A few bytes of HPACK can name long fields: their text is handed over before it becomes much.
    private func pauseIfFull() -> Int32 {
        guard self.heads.count > Self.headsBytes else { return 0 }
        self.isPaused = true
        return NGHTTP2_ERR_PAUSE.rawValue
    }

    func refusedHeader() -> Int32 {
        self.budget.spend(FrameBudget.malformed)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }

    func took(_ frame: nghttp2_frame) -> Int32 {
        let ends = frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        switch UInt32(frame.hd.type) {
        case NGHTTP2_HEADERS.rawValue where frame.headers.cat == NGHTTP2_HCAT_REQUEST:
            self.tookRequest(frame.hd.stream_id, isWhole: ends)
        case NGHTTP2_HEADERS.rawValue:
            let start = self.heads.count
            self.heads.append(self.trailers.bytes)
            if !self.trailers.isEmpty {
                self.events.append(.trailers(frame.hd.stream_id, start..<self.heads.count))
            }
            self.events.append(.end(frame.hd.stream_id))
        case NGHTTP2_DATA.rawValue:
            if ends { self.events.append(.end(frame.hd.stream_id)) }
        default: break
        }
        return 0
    }

    private func tookRequest(_ id: Int32, isWhole: Bool) {
        let stream = ServerStream(id: id, isForHead: self.fields.isHead, account: self.account)
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

    func tookData(_ id: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
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
    func sent(_ header: nghttp2_frame_hd) {
        let ends = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        guard ends, self.streams[header.stream_id] != nil,
            nghttp2_session_get_stream_remote_close(self.handle, header.stream_id) == 0
        else { return }
        nghttp2_submit_rst_stream(
            self.handle,
            UInt8(NGHTTP2_FLAG_NONE.rawValue),
            header.stream_id,
            NGHTTP2_NO_ERROR.rawValue
        )
    }

    func closed(_ id: Int32) {
        guard let stream = self.streams.removeValue(forKey: id) else { return }
        // The connection's window outlives the stream's.
        if stream.withheld > 0 {
            nghttp2_session_consume_connection(self.handle, stream.withheld)
            stream.withheld = 0
        }
        self.forget(stream.pending.count)
        stream.isFinished = true
        self.events.append(.closed(id))
    }

    func read(_ stream: ServerStream, into space: UnsafeMutableRawBufferPointer) -> (Int, Bool) {
        let count = min(space.count, stream.pending.count)
        space.copyMemory(from: UnsafeRawBufferPointer(rebasing: stream.pending.bytes[..<count]))
        stream.pending.removeFirst(count)
        stream.takenCount &+= UInt64(count)
        if count > 0 { self.budget.earn(FrameBudget.perDataFrameSent) }
        if stream.isStalled, !self.isCrowded, stream.pending.count <= ServerStream.pendingBytes / 2 {
            stream.isStalled = false
            self.events.append(.drained(stream.id))
        }
        self.forget(count)
        return (count, stream.isFinished && stream.pending.isEmpty)
    }

    /// So many bytes wait no longer.
    private func forget(_ count: Int) {
        self.pendingCount -= count
        guard self.isCrowded, self.pendingCount <= Self.pendingBytes / 2 else { return }
        self.isCrowded = false
        // Whoever met a crowd was not told by its own stream: all look again.
        for stream in self.streams.values where stream.pending.count <= ServerStream.pendingBytes / 2 {
            stream.isStalled = false
            self.events.append(.drained(stream.id))
        }
    }
}
