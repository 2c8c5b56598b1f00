import COpenSSL

/// A BIO that reads from and writes to a ``CipherWindow``.
///
/// One BIO belongs to one `SSL`, which frees it. The BIO does not own the window: the connection does, and
/// outlives its `SSL`.
enum WindowBIO {
    /// The method table, made once and never freed; nil if memory ran out while it was made.
    ///
    /// `nonisolated(unsafe)` holds because the table is complete before this constant is and only read after.
    private nonisolated(unsafe) static let method: OpaquePointer? = {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "window") else {
            return nil
        }
        BIO_meth_set_read(method, readWindow)
        BIO_meth_set_write(method, writeWindow)
        BIO_meth_set_ctrl(method, controlWindow)
        return method
    }()

    static func make(for window: CipherWindow) throws(OpenSSLError) -> OpaquePointer {
        guard let method = self.method, let bio = BIO_new(method) else { throw .drain() }
        BIO_set_data(bio, Unmanaged.passUnretained(window).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }
}

private func window(of bio: OpaquePointer?) -> Unmanaged<CipherWindow>? {
    BIO_get_data(bio).map { Unmanaged<CipherWindow>.fromOpaque($0) }
}

private func readWindow(
    _ bio: OpaquePointer?,
    _ target: UnsafeMutablePointer<CChar>?,
    _ count: Int32
) -> Int32 {
    copenssl_bio_clear_retry(bio)
    guard let target, let window = window(of: bio) else { return -1 }
    let taken = window._withUnsafeGuaranteedRef { $0.take(Int(count), into: target) }
    if taken > 0 { return Int32(taken) }
    copenssl_bio_set_retry_read(bio)
    return -1
}

private func writeWindow(
    _ bio: OpaquePointer?,
    _ source: UnsafePointer<CChar>?,
    _ count: Int32
) -> Int32 {
    copenssl_bio_clear_retry(bio)
    guard let source, let window = window(of: bio) else { return -1 }
    window._withUnsafeGuaranteedRef { $0.append(source, count: Int(count)) }
    return count
}

/// The library flushes after each flight and must be told that this worked; it asks for nothing else that a
/// window has.
private func controlWindow(
    _ bio: OpaquePointer?,
    _ command: Int32,
    _ number: Int,
    _ pointer: UnsafeMutableRawPointer?
) -> Int {
    command == BIO_CTRL_FLUSH ? 1 : 0
}
