/// Writes DER, for what is made here and not by OpenSSL.
enum DERWriter {
    /// Appends one element.
    static func append(_ tag: UInt8, _ content: some Collection<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(tag)
        let count = content.count
        if count < 0x80 {
            bytes.append(UInt8(count))
        } else {
            let size = (Int.bitWidth - count.leadingZeroBitCount + 7) / 8
            bytes.append(0x80 | UInt8(size))
            for index in (0..<size).reversed() {
                bytes.append(UInt8(truncatingIfNeeded: count >> (8 * index)))
            }
        }
        bytes.append(contentsOf: content)
    }

    static func element(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
        var bytes: [UInt8] = []
        self.append(tag, parts.count == 1 ? parts[0] : parts.flatMap { $0 }, to: &bytes)
        return bytes
    }
}
