import COpenSSL

/// Reading what the library printed into a memory BIO.
enum MemoryBIO {
    /// The BIO's content; by length, so that nothing in it can cut it short.
    static func text(_ bio: OpaquePointer) -> String {
        var start: UnsafeMutablePointer<CChar>?
        let count = copenssl_bio_memory(bio, &start)
        guard let start, count > 0 else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
