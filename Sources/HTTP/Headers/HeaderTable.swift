import Model

/// The header lines of one head, as ranges into it.
///
/// Made once per worker with room for `EngineLimits.headerCount` lines and never grown: parsing allocates
/// nothing, and more lines are refused.
struct HeaderTable: ~Copyable {
    private let fields: UnsafeMutablePointer<HeaderField>
    private(set) var count = 0
    /// A value holds bytes that are no ASCII.
    private(set) var hasForeignBytes = false

    init() {
        self.fields = .allocate(capacity: EngineLimits.headerCount)
    }

    deinit {
        self.fields.deallocate()
    }

    subscript(index: Int) -> HeaderField {
        precondition(index >= 0 && index < self.count)
        return self.fields[index]
    }

    mutating func removeAll() {
        self.count = 0
    }

    /// Reads the header lines from `start` to the empty line, which must end the head.
    ///
    /// - Returns: nil, or the first thing that is wrong.
    mutating func parse(_ head: UnsafeRawBufferPointer, from start: Int) -> HTTPRefusal.Reason? {
        self.count = 0
        self.hasForeignBytes = false
        var lineStart = start
        while let lineFeed = ASCII.firstIndex(of: ASCII.lineFeed, in: head, from: lineStart) {
            // A line feed without its carriage return ends a line for some readers and not for others.
            guard lineFeed > lineStart, head[lineFeed - 1] == ASCII.carriageReturn else { return .badLineEnd }
            let end = lineFeed - 1
            if end == lineStart {
                return lineFeed + 1 == head.count ? nil : .badLineEnd
            }
            guard lineFeed + 1 - lineStart <= EngineLimits.headerLineBytes else { return .headerLineTooLong }
            guard self.count < EngineLimits.headerCount else { return .tooManyHeaders }
            if let reason = self.parseLine(head, lineStart, end) { return reason }
            lineStart = lineFeed + 1
        }
        return .badLineEnd
    }

    private mutating func parseLine(
        _ head: UnsafeRawBufferPointer,
        _ start: Int,
        _ end: Int
    ) -> HTTPRefusal.Reason? {
        // Continuation lines are gone from the standard (RFC 9112 5.2); readers disagree on where such a
        // value ends.
        guard !ASCII.isBlank(head[start]) else {
            return ASCII.trimmed(head.slice(start, end)).isEmpty ? .emptyHeader : .foldedHeader
        }
        guard head[start] != ASCII.colon else { return .emptyHeader }
        var nameEnd = start
        while nameEnd < end, ASCII.isToken(head[nameEnd]) { nameEnd += 1 }
        // Anything but a colon here, a space above all, is refused and not repaired (RFC 9112 5.1).
        guard nameEnd > start, nameEnd < end, head[nameEnd] == ASCII.colon else { return .badHeaderName }
        let content = ASCII.content(head.slice(nameEnd + 1, end))
        guard !content.hasForbiddenControl else { return .badHeaderValue }
        if content.hasForeignBytes { self.hasForeignBytes = true }
        var valueStart = nameEnd + 1
        var valueEnd = end
        while valueStart < valueEnd, ASCII.isBlank(head[valueStart]) { valueStart += 1 }
        while valueEnd > valueStart, ASCII.isBlank(head[valueEnd - 1]) { valueEnd -= 1 }
        // Heads are at most `EngineLimits.headBytes` long, so every index fits.
        self.fields[self.count] = HeaderField(
            lineStart: UInt32(truncatingIfNeeded: start),
            nameEnd: UInt32(truncatingIfNeeded: nameEnd),
            valueStart: UInt32(truncatingIfNeeded: valueStart),
            valueEnd: UInt32(truncatingIfNeeded: valueEnd),
            lineEnd: UInt32(truncatingIfNeeded: end + 2),
            kind: HeaderKind(name: head.slice(start, nameEnd))
        )
        self.count += 1
        return nil
    }

    /// Marks a header as one that does not go on.
    mutating func drop(_ index: Int) {
        self.fields[index].kind = .nominated
    }

    /// Marks the end-to-end headers of this name as belonging to this hop only.
    ///
    /// Headers with a kind of their own keep it: a client that lists `X-Forwarded-For`, `Host` or
    /// `Content-Length` in `Connection` would otherwise remove what we or the framing depend on.
    mutating func nominate(_ name: UnsafeRawBufferPointer, in head: UnsafeRawBufferPointer) {
        for index in 0..<self.count
        where self.fields[index].kind == .endToEnd && ASCII.equals(self.fields[index].name(in: head), name) {
            self.fields[index].kind = .nominated
        }
    }
}
