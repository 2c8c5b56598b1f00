import CZlib

/// Compression in the format of gzip (RFC 1952).
enum Gzip {
    /// One whole member.
    ///
    /// Members behind each other are one file (RFC 1952 2.2): it is complete after each of them, whatever
    /// becomes of the process.
    ///
    /// - Returns: nil if memory runs out, or for more than 4 GiB.
    static func member(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard czlib_gzip_init(&stream) == Z_OK, let count = UInt32(exactly: bytes.count) else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(count)))
        guard let room = UInt32(exactly: bound) else { return nil }
        var isWhole = false
        var input = bytes
        let member = input.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: bound) { output, written in
                stream.next_in = input.baseAddress
                stream.avail_in = count
                stream.next_out = output.baseAddress
                stream.avail_out = room
                isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
                written = bound - Int(stream.avail_out)
            }
        }
        return isWhole ? member : nil
    }
}
