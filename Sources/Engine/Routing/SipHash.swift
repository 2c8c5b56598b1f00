import Model

/// SipHash-2-4 of whole blocks of eight bytes: a function that nobody can compute, or tell from chance,
/// without the key (Aumasson and Bernstein, 2012).
struct SipHash {
    /// What a hash is for, as the first block of its message: no two uses can be taken for each other.
    enum Purpose: UInt64 {
        case group = 1
        case target
        case seal
        case mask
        case source
    }

    private var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64)
    private var blocks: UInt64 = 0

    init(_ key: CookieKey) {
        self.a = key.low ^ 0x736F_6D65_7073_6575
        self.b = key.high ^ 0x646F_7261_6E64_6F6D
        self.c = key.low ^ 0x6C79_6765_6E65_7261
        self.d = key.high ^ 0x7465_6462_7974_6573
    }

    init(_ key: CookieKey, for purpose: Purpose) {
        self.init(key)
        self.absorb(purpose.rawValue)
    }

    mutating func absorb(_ block: UInt64) {
        self.blocks += 1
        self.mix(block)
    }

    /// The hash of what has been absorbed.
    mutating func finish() -> UInt64 {
        // The length in bytes stands in the top byte of the last block.
        self.mix(self.blocks << 59)
        self.c ^= 0xFF
        for _ in 0..<4 { self.round() }
        return self.a ^ self.b ^ self.c ^ self.d
    }

    private mutating func mix(_ block: UInt64) {
        self.d ^= block
        self.round()
        self.round()
        self.a ^= block
    }

    private mutating func round() {
        self.a = self.a &+ self.b
        self.b = Self.rotate(self.b, 13) ^ self.a
        self.a = Self.rotate(self.a, 32)
        self.c = self.c &+ self.d
        self.d = Self.rotate(self.d, 16) ^ self.c
        self.a = self.a &+ self.d
        self.d = Self.rotate(self.d, 21) ^ self.a
        self.c = self.c &+ self.b
        self.b = Self.rotate(self.b, 17) ^ self.c
        self.c = Self.rotate(self.c, 32)
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}
