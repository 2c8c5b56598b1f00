/// A client's Certificate message, cut into certificates without decoding them.
///
/// Read apart from OpenSSL because the library keeps decoded certificates only, and of a message that it
/// refuses, none. It checks the same message itself: a length that lies fails the handshake there, so what
/// cannot be cut here is simply not shown.
struct CertificateMessage {
    private let bytes: [UInt8]

    /// Places of the DER in the message, leaf first; never empty.
    let ranges: [Range<Int>]

    /// With its header and lengths.
    var byteCount: Int { self.bytes.count }

    var certificates: [ArraySlice<UInt8>] { self.ranges.map { self.bytes[$0] } }

    /// Handshake type 11.
    private static let type: UInt8 = 11

    /// The smallest certificate takes far more; the bound keeps a message of empty ones from costing more
    /// memory than it has bytes.
    private static let certificateCount = 64

    /// Reads a whole handshake message with its header of 4 bytes; nil if there is no certificate in it.
    ///
    /// - Parameters:
    ///   - message: RFC 8446 section 4.4.2, or RFC 5246 section 7.4.2.
    ///   - isTLS13: whether a request context and extensions are in it.
    init?(_ message: UnsafeRawBufferPointer, isTLS13: Bool) {
        guard message.count >= 7, message[0] == Self.type else { return nil }
        var offset = 4
        if isTLS13 { offset += 1 + Int(message[offset]) }
        offset += 3  // length of the list, which the message's own length bounds
        var ranges: [Range<Int>] = []
        while offset + 3 <= message.count, ranges.count < Self.certificateCount {
            let length = Int(message[offset]) << 16 | Int(message[offset + 1]) << 8 | Int(message[offset + 2])
            let start = offset + 3
            guard length > 0, start + length <= message.count else { break }
            ranges.append(start..<start + length)
            offset = start + length
            if isTLS13 {
                guard offset + 2 <= message.count else { break }
                offset += 2 + (Int(message[offset]) << 8 | Int(message[offset + 1]))
            }
        }
        guard !ranges.isEmpty else { return nil }
        self.bytes = Array(message)
        self.ranges = ranges
    }
}
