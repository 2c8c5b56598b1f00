/// `X-Amzn-Trace-Id` as ALB writes it (`elbv2-api` 5.3).
enum TraceHeader {
    /// Bytes of a request head beyond which a client's trace header is not looked at.
    static let headBytes = 7 * 1024

    /// Writes the value: a fresh `Root` where none came, a fresh `Self` before the `Root` that came.
    ///
    /// Other fields are kept in their order; a `Self` that came is the previous hop's and is dropped.
    static func write(_ incoming: UnsafeRawBufferPointer?, seed: TraceSeed, to out: ByteBuffer) {
        guard let incoming, !incoming.isEmpty else {
            return self.writeFresh("Root=1-", seed, to: out)
        }
        var hasRoot = false
        var position = 0
        while let field = ASCII.nextElement(of: incoming, separator: ASCII.semicolon, from: &position) {
            if self.isNamed(field, "Root=") { hasRoot = true }
        }
        self.writeFresh(hasRoot ? "Self=1-" : "Root=1-", seed, to: out)
        position = 0
        while let field = ASCII.nextElement(of: incoming, separator: ASCII.semicolon, from: &position) {
            if field.isEmpty || self.isNamed(field, "Self=") { continue }
            out.append(byte: ASCII.semicolon)
            out.append(field)
        }
    }

    private static func writeFresh(_ name: StaticString, _ seed: TraceSeed, to out: ByteBuffer) {
        out.append(name)
        out.append(hex: UInt64(seed.seconds), width: 8)
        out.append(byte: ASCII.hyphen)
        out.append(hex: UInt64(seed.high), width: 8)
        out.append(hex: seed.low, width: 16)
    }

    private static func isNamed(_ field: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        field.count >= name.utf8CodeUnitCount && ASCII.isExactly(field.slice(0, name.utf8CodeUnitCount), name)
    }
}
