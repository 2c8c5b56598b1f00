/// A checked `Host` value or authority: ranges into the head it was read from.
///
/// Narrower than `uri-host` (RFC 3986 3.2.2): DNS characters and bracketed IPv6 literals. Percent escapes,
/// commas and user information have no use here and are read differently by different targets.
struct HostName {
    private(set) var start = 0
    /// Past the name, before the colon of a port.
    private(set) var nameEnd = 0
    /// Past the port.
    private(set) var end = 0
    /// nil where none is written.
    private(set) var port: UInt16?

    /// Reads the range of `head`; nil when it is no host.
    init?(_ head: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
        self.start = start
        self.end = end
        var index = start
        if index < end, head[index] == 0x5B {
            index += 1
            while index < end,
                ASCII.hexDigit(head[index]) != nil || head[index] == 0x3A || head[index] == 0x2E
            {
                index += 1
            }
            // `[::]` is the shortest literal; a zone identifier means nothing beyond its own machine.
            guard index < end, head[index] == 0x5D, index - start >= 3 else { return nil }
            index += 1
        } else {
            // A label is not empty (RFC 1034 3.1): a dot too many is dropped by some readers, and then the
            // name is another.
            var before: UInt8 = 0x2E
            while index < end, Self.isNameCharacter(head[index]), head[index] != 0x2E || before != 0x2E {
                before = head[index]
                index += 1
            }
        }
        guard index > start else { return nil }
        self.nameEnd = index
        guard index < end else { return }
        guard head[index] == ASCII.colon, (2...6).contains(end - index) else { return nil }
        var port: UInt32 = 0
        for digit in head.slice(index + 1, end) {
            guard ASCII.isDigit(digit) else { return nil }
            port = port * 10 + UInt32(digit - ASCII.zero)
        }
        guard port > 0, port <= UInt32(UInt16.max) else { return nil }
        self.port = UInt16(truncatingIfNeeded: port)
    }

    /// Where the name ends without the dot that makes it absolute (RFC 1034 3.1): with and without it, it is
    /// the same name, to rules and to policies as to the target.
    func canonicalNameEnd(in head: UnsafeRawBufferPointer) -> Int {
        let hasDot = self.nameEnd - self.start > 1 && head[self.nameEnd - 1] == 0x2E
        return hasDot ? self.nameEnd - 1 : self.nameEnd
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
            || byte == 0x7E
    }

    /// Writes the value a target gets (`elbv2-api` 5.3).
    ///
    /// Lower case, without a trailing dot; a listener on another port than 80 and 443 is named where the
    /// client left it out, and those two are left out where the client named them. A port that is not the
    /// listener's stays: it is how the client got here, through a port mapping for instance.
    ///
    /// `name` stands in for the name that came.
    func write(
        from head: UnsafeRawBufferPointer,
        listenerPort: UInt16,
        name: UnsafeRawBufferPointer? = nil,
        to out: ByteBuffer
    ) {
        out.append(lowercased: name ?? head.slice(self.start, self.canonicalNameEnd(in: head)))
        let isDefault = listenerPort == 80 || listenerPort == 443
        guard let port = self.port ?? (isDefault ? nil : listenerPort) else { return }
        if isDefault, port == listenerPort { return }
        out.append(byte: ASCII.colon)
        out.append(decimal: UInt64(port))
    }
}
