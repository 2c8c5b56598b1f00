/// Cookies that a client sends back (RFC 6265 4.2).
extension RequestHead {
    /// The value of the first cookie of this name, which is compared as it is; nil where there is none.
    public func cookie(_ name: StaticString, in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        for index in 0..<self.headers.count {
            let field = self.headers[index]
            guard field.kind == .endToEnd, ASCII.equals(field.name(in: head), "cookie") else { continue }
            let value = field.value(in: head)
            var position = 0
            while let pair = ASCII.nextElement(of: value, separator: ASCII.semicolon, from: &position) {
                guard let equals = ASCII.firstIndex(of: 0x3D, in: pair, from: 0),
                    ASCII.isExactly(pair.slice(0, equals), name)
                else { continue }
                return pair.slice(equals + 1, pair.count)
            }
        }
        return nil
    }
}
