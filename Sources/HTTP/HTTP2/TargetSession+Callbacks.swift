import CNghttp2

extension TargetSession {
    /// Has nghttp2 call the session that owns it.
    ///
    /// The session frees nghttp2's, so it outlives every call.
    static func set(_ callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, onBeginHeaders)
        nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader)
        nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, onInvalidHeader)
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame)
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData)
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onStreamClose)
    }

    /// Hands the request's payload to nghttp2.
    static var readPending: nghttp2_data_source_read_callback { takePendingBytes }
}

private func owning(_ pointer: UnsafeMutableRawPointer?) -> TargetSession? {
    pointer.map { Unmanaged<TargetSession>.fromOpaque($0).takeUnretainedValue() }
}

private func onBeginHeaders(
    _: OpaquePointer?,
    _: UnsafePointer<nghttp2_frame>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    owning(owner)?.beganHeaders()
    return 0
}

private func onHeader(
    _: OpaquePointer?,
    _: UnsafePointer<nghttp2_frame>?,
    _ name: UnsafePointer<UInt8>?,
    _ nameCount: Int,
    _ value: UnsafePointer<UInt8>?,
    _ valueCount: Int,
    _: UInt8,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    owning(owner)?.tookHeader(
        UnsafeRawBufferPointer(start: name, count: nameCount),
        UnsafeRawBufferPointer(start: value, count: valueCount)
    ) ?? 0
}

/// nghttp2 would leave such a field out, and the response would be another than the target's.
private func onInvalidHeader(
    _: OpaquePointer?,
    _: UnsafePointer<nghttp2_frame>?,
    _: UnsafePointer<UInt8>?,
    _: Int,
    _: UnsafePointer<UInt8>?,
    _: Int,
    _: UInt8,
    _: UnsafeMutableRawPointer?
) -> Int32 {
    NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
}

private func onFrame(
    _: OpaquePointer?,
    _ frame: UnsafePointer<nghttp2_frame>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let header = frame?.pointee.hd, let session = owning(owner) else { return 0 }
    let ends = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    switch UInt32(header.type) {
    case NGHTTP2_HEADERS.rawValue:
        let result = session.tookHead(ends: ends)
        if result != 0 { return result }
        if ends { session.tookEnd() }
    case NGHTTP2_DATA.rawValue where ends: session.tookEnd()
    default: break
    }
    return 0
}

private func onData(
    _: OpaquePointer?,
    _: UInt8,
    _: Int32,
    _ bytes: UnsafePointer<UInt8>?,
    _ count: Int,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    owning(owner)?.tookData(UnsafeRawBufferPointer(start: bytes, count: count))
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

private func takePendingBytes(
    _: OpaquePointer?,
    _: Int32,
    _ space: UnsafeMutablePointer<UInt8>?,
    _ count: Int,
    _ flags: UnsafeMutablePointer<UInt32>?,
    _: UnsafeMutablePointer<nghttp2_data_source>?,
    _ owner: UnsafeMutableRawPointer?
) -> Int {
    guard let session = owning(owner) else { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
    let (read, isLast) = session.takePending(into: UnsafeMutableRawBufferPointer(start: space, count: count))
    if isLast {
        flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if session.submitTrailers() { flags?.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue }
    } else if read == 0 {
        return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    }
    return read
}
