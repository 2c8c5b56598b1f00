/// What the framing headers of one head say, gathered line by line and judged at the end.
///
/// Two readings of one message's length are how requests are smuggled (RFC 9112 11.2), so of responses
/// nothing is merged, chosen or repaired: a second `Content-Length` is refused even when it says the same,
/// and so is a length beside a transfer coding. Of a request the same is noted, for `DesyncMitigationMode` to
/// judge: one reading is chosen (RFC 9112 6.3), and no other is passed on.
struct MessageLength {
    private let isRequest: Bool
    private(set) var contentLength: UInt64?
    private(set) var isChunked = false
    private var hasUnknownCoding = false
    /// The same length came twice.
    private(set) var repeatsLength = false
    /// `chunked` came twice.
    private(set) var repeatsChunked = false

    init(ofRequest isRequest: Bool = false) {
        self.isRequest = isRequest
    }

    mutating func readContentLength(_ value: UnsafeRawBufferPointer) -> HTTPRefusal.Reason? {
        guard self.contentLength == nil || self.isRequest else { return .severalContentLengths }
        guard !value.isEmpty else { return .badContentLength }
        var length: UInt64 = 0
        for byte in value {
            // Digits only: no sign, no `0x`, no list of lengths.
            guard ASCII.isDigit(byte) else { return .badContentLength }
            let (tens, tensOverflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = tens.addingReportingOverflow(UInt64(byte - ASCII.zero))
            guard !tensOverflow, !sumOverflow, sum <= UInt64(Int64.max) else { return .contentLengthTooLarge }
            length = sum
        }
        guard self.contentLength == nil || self.contentLength == length else { return .severalContentLengths }
        if self.contentLength != nil { self.repeatsLength = true }
        self.contentLength = length
        return nil
    }

    /// Only `chunked`, alone and once, is a coding both sides of a gateway are sure to read alike.
    mutating func readTransferEncoding(_ value: UnsafeRawBufferPointer) -> HTTPRefusal.Reason? {
        if self.isRequest, self.isChunked, ASCII.equals(value, "chunked") {
            self.repeatsChunked = true
            return nil
        }
        guard !self.isChunked, !self.hasUnknownCoding else { return .severalTransferEncodings }
        if ASCII.equals(value, "chunked") {
            self.isChunked = true
        } else {
            self.hasUnknownCoding = true
        }
        return nil
    }

    /// What cannot be said before the whole head is known.
    func judge(minorVersion: UInt8) -> HTTPRefusal.Reason? {
        guard self.isChunked || self.hasUnknownCoding else { return nil }
        if self.contentLength != nil, !self.isRequest || self.hasUnknownCoding {
            return .transferEncodingWithContentLength
        }
        // HTTP/1.0 knows no transfer codings; whoever sends one is not what it says (RFC 9112 6.1).
        if minorVersion == 0 { return .transferEncodingInHTTP10 }
        return self.hasUnknownCoding ? .unknownTransferEncoding : nil
    }
}
