import CNghttp2

extension ServerSession {
    /// Has nghttp2 call the session that owns it.
    ///
    /// The session frees nghttp2's, so it outlives every call.
    static func set(_ callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, onBeginFrame)
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, onBeginHeaders)
        nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader)
        nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, onInvalidHeader)
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame)
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData)
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, onFrameSent)
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onStreamClose)
    }

    /// Hands a stream's payload to nghttp2.
    static var readPending: nghttp2_data_source_read_callback { takePending }
}

private func owning(_ pointer: UnsafeMutableRawPointer?) -> ServerSession? {
    pointer.map { Unmanaged<ServerSession>.fromOpaque($0).takeUnretainedValue() }
}

private func onBeginFrame(
    _: OpaquePointer?,
    _ header: UnsafePointer<nghttp2_frame_hd>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let header, let session = owning(owner) else { return 0 }
    return session.began(header.pointee)
}

private func onBeginHeaders(
    _: OpaquePointer?,
    _ frame: UnsafePointer<nghttp2_frame>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let session = owning(owner) else { return 0 }
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
    guard let frame, let session = owning(owner) else { return 0 }
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
    owning(owner)?.refusedHeader() ?? 0
}

private func onFrame(
    _: OpaquePointer?,
    _ frame: UnsafePointer<nghttp2_frame>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let session = owning(owner) else { return 0 }
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
    guard let session = owning(owner) else { return 0 }
    return session.tookData(id, UnsafeRawBufferPointer(start: bytes, count: count))
}

private func onFrameSent(
    _: OpaquePointer?,
    _ frame: UnsafePointer<nghttp2_frame>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    if let frame, let session = owning(owner) { session.sent(frame.pointee.hd) }
    return 0
}

private func onStreamClose(
    _: OpaquePointer?,
    _ id: Int32,
    _: UInt32,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    owning(owner)?.closed(id)
    return 0
}

private func takePending(
    _: OpaquePointer?,
    _ id: Int32,
    _ space: UnsafeMutablePointer<UInt8>?,
    _ count: Int,
    _ flags: UnsafeMutablePointer<UInt32>?,
    _ source: UnsafeMutablePointer<nghttp2_data_source>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int {
    guard let pointer = source?.pointee.ptr, let session = owning(owner) else {
        return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    }
    let stream = Unmanaged<ServerStream>.fromOpaque(pointer).takeUnretainedValue()
    let (read, isLast) = session.read(stream, into: UnsafeMutableRawBufferPointer(start: space, count: count))
    if isLast {
        flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if let trailers = stream.trailers {
            flags?.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            session.submitTrailers(trailers, of: stream)
        }
    } else if read == 0 {
        return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    }
    return read
}
