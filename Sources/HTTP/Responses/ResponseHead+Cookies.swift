/// Cookies that a target sets (RFC 6265 4.1).
extension ResponseHead {
    /// What stands behind the value of the last cookie of this name: nothing, or `; Path=/` and so on; nil
    /// where the target sets none.
    ///
    /// The name is compared as it is.
    public func cookieAttributes(
        _ name: UnsafeRawBufferPointer,
        in head: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        for index in 0..<self.headers.count {
            let field = self.headers[index]
            guard field.kind == .endToEnd, ASCII.equals(field.name(in: head), "set-cookie") else { continue }
            let value = field.value(in: head)
            guard let equals = ASCII.firstIndex(of: 0x3D, in: value, from: 0),
                value.slice(0, equals).elementsEqual(name)
            else { continue }
            let end = ASCII.firstIndex(of: ASCII.semicolon, in: value, from: equals) ?? value.count
            found = value.slice(end, value.count)
        }
        return found
    }
}
