import Glibc

/// The byte classes of RFC 9110 section 5.6, as arithmetic: no table to load, nothing locale-dependent.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// `tchar` of RFC 9110 5.6.2: one bit for each of the 128 characters.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        let bits: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return byte < 128 && (bits >> UInt64(byte & 63)) & 1 == 1
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == self.space || byte == self.tab }

    /// Control characters other than the tab; they stand in no field value (RFC 9110 5.5).
    @inline(__always)
    static func isForbiddenControl(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != self.tab) || byte == 0x7F
    }

    @inline(__always)
    static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// The value of a hexadecimal digit in either case.
    @inline(__always)
    static func hexDigit(_ byte: UInt8) -> UInt8? {
        if self.isDigit(byte) { return byte &- 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    /// Whether a non-empty run holds token characters only.
    static func isToken(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where !self.isToken(byte) { return false }
        return !bytes.isEmpty
    }

    /// Whether a run holds a capital letter, which no field name of HTTP/2 does (RFC 9113 8.2.1).
    static func hasUppercase(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where byte &- 0x41 < 26 { return true }
        return false
    }

    /// Whether a run holds a control character other than the tab.
    ///
    /// Looks at every byte instead of stopping at the first find: that loop becomes vector code.
    static func hasForbiddenControl(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var found: UInt8 = 0
        for byte in bytes { found |= self.isForbiddenControl(byte) ? 1 : 0 }
        return found != 0
    }

    /// What a run holds beside printable ASCII and tabs, found in one look at every byte.
    static func content(
        _ bytes: UnsafeRawBufferPointer
    ) -> (hasForbiddenControl: Bool, hasForeignBytes: Bool) {
        var found: UInt8 = 0
        for byte in bytes { found |= (self.isForbiddenControl(byte) ? 1 : 0) | (byte & 0x80) }
        return (found & 1 != 0, found & 0x80 != 0)
    }

    /// Whether a name has no other characters than ALB takes for valid (`elbv2-api` 4.7).
    static func isPlainName(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where !self.isLetter(byte) && !self.isDigit(byte) && byte != self.hyphen {
            return false
        }
        return true
    }

    /// Whether a run is `lowercased` in any letter case; the literal must be in lower case.
    static func equals(_ bytes: UnsafeRawBufferPointer, _ lowercased: StaticString) -> Bool {
        guard bytes.count == lowercased.utf8CodeUnitCount else { return false }
        let expected = lowercased.utf8Start
        for index in 0..<bytes.count where self.lowercase(bytes[index]) != expected[index] { return false }
        return true
    }

    /// Whether a run is exactly `literal`.
    static func isExactly(_ bytes: UnsafeRawBufferPointer, _ literal: StaticString) -> Bool {
        guard bytes.count == literal.utf8CodeUnitCount, let start = bytes.baseAddress else { return false }
        return memcmp(start, literal.utf8Start, bytes.count) == 0
    }

    /// Whether two runs are the same in any letter case.
    static func equals(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where self.lowercase(left[index]) != self.lowercase(right[index]) {
            return false
        }
        return true
    }

    /// A run without the blanks around it (`OWS`, RFC 9110 5.6.3).
    static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var first = 0
        var end = bytes.count
        while first < end, self.isBlank(bytes[first]) { first += 1 }
        while end > first, self.isBlank(bytes[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[first..<end])
    }

    /// The index of the first `byte` at or after `position`.
    @inline(__always)
    static func firstIndex(of byte: UInt8, in bytes: UnsafeRawBufferPointer, from position: Int) -> Int? {
        guard position < bytes.count, let start = bytes.baseAddress,
            let found = memchr(start + position, Int32(byte), bytes.count - position)
        else { return nil }
        return UnsafeRawPointer(found) - start
    }

    /// Splits off the element before the next `separator`, trimmed; nil at the end.
    ///
    /// `position` moves past the separator. Empty elements are returned too.
    static func nextElement(
        of list: UnsafeRawBufferPointer,
        separator: UInt8,
        from position: inout Int
    ) -> UnsafeRawBufferPointer? {
        guard position <= list.count else { return nil }
        let end = self.firstIndex(of: separator, in: list, from: position) ?? list.count
        defer { position = end + 1 }
        return self.trimmed(UnsafeRawBufferPointer(rebasing: list[position..<end]))
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a range, with their own indices from 0.
    @inline(__always)
    func slice(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[start..<end])
    }
}
