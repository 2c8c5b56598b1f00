/// Finds where a head ends, however its bytes arrive.
public enum HeadScanner {
    /// Looks for the empty line from where the last look stopped, and returns the length of the head with it.
    ///
    /// Only CRLF CRLF ends a head: a line end that one implementation takes and the next does not is how
    /// requests are smuggled. `position` starts at 0 for a new head and is kept by the caller between looks,
    /// so that a head that arrives byte by byte is read once. The caller bounds the wait:
    /// `EngineLimits.headBytes` and `requestHeadDeadline`.
    public static func endOfHead(in bytes: UnsafeRawBufferPointer, from position: inout Int) -> Int? {
        while let found = ASCII.firstIndex(of: ASCII.lineFeed, in: bytes, from: position) {
            position = found + 1
            // The three bytes before may lie before `position`: they are looked at again, never re-scanned.
            if found >= 3, bytes[found - 1] == ASCII.carriageReturn, bytes[found - 2] == ASCII.lineFeed,
                bytes[found - 3] == ASCII.carriageReturn
            {
                return position
            }
        }
        position = bytes.count
        return nil
    }
}
