/// What the `Connection` headers of a head ask for (RFC 9110 7.6.1).
struct ConnectionOptions: Equatable {
    /// Options in one head; each is compared with every header line, so their number is bounded.
    static let maximumCount = 32

    var close = false
    var keepAlive = false
    var upgrade = false
    private var count = 0

    /// Reads one `Connection` value and marks in `table` what it lists.
    ///
    /// - Returns: nil, or what is wrong with it.
    mutating func read(
        _ value: UnsafeRawBufferPointer,
        of head: UnsafeRawBufferPointer,
        marking table: inout HeaderTable
    ) -> HTTPRefusal.Reason? {
        var position = 0
        while let option = ASCII.nextElement(of: value, separator: ASCII.comma, from: &position) {
            // Empty elements are legal and mean nothing (RFC 9110 5.6.1).
            if option.isEmpty { continue }
            guard ASCII.isToken(option) else { return .badConnectionOption }
            self.count += 1
            guard self.count <= Self.maximumCount else { return .tooManyConnectionOptions }
            if ASCII.equals(option, "close") {
                self.close = true
            } else if ASCII.equals(option, "keep-alive") {
                self.keepAlive = true
            } else if ASCII.equals(option, "upgrade") {
                self.upgrade = true
            } else {
                table.nominate(option, in: head)
            }
        }
        return nil
    }

    /// Whether the connection outlives the message (RFC 9112 9.3): 1.1 unless closed, 1.0 only if asked.
    func isPersistent(minorVersion: UInt8) -> Bool {
        !self.close && (minorVersion >= 1 || self.keepAlive)
    }
}
