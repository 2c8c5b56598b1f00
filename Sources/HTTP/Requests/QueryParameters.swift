/// The parameters of a query, one after the other: `key=value` between ampersands.
///
/// Escapes are decoded, because targets decode them too; a `+` stays one.
public struct QueryParameters {
    private let query: UnsafeRawBufferPointer
    private var position = 0

    public init(_ query: UnsafeRawBufferPointer) {
        self.query = query
    }

    /// Decodes the next parameter into the buffer; nil at the end.
    ///
    /// - Returns: where the key ends in the buffer, behind which the value begins.
    public mutating func next(into out: ByteBuffer) -> Int? {
        guard self.position < self.query.count else { return nil }
        let end = ASCII.firstIndex(of: 0x26, in: self.query, from: self.position) ?? self.query.count
        let parameter = self.query.slice(self.position, end)
        self.position = end + 1
        let equals = ASCII.firstIndex(of: 0x3D, in: parameter, from: 0) ?? parameter.count
        out.removeAll()
        Self.decode(parameter.slice(0, equals), to: out)
        let keyEnd = out.count
        if equals < parameter.count { Self.decode(parameter.slice(equals + 1, parameter.count), to: out) }
        return keyEnd
    }

    /// An escape that is none stays as it is.
    private static func decode(_ text: UnsafeRawBufferPointer, to out: ByteBuffer) {
        var index = 0
        while index < text.count {
            if text[index] == 0x25, index + 2 < text.count, let high = ASCII.hexDigit(text[index + 1]),
                let low = ASCII.hexDigit(text[index + 2])
            {
                out.append(byte: high << 4 | low)
                index += 3
            } else {
                out.append(byte: text[index])
                index += 1
            }
        }
    }
}
