/// What a client names a session by: 32 random bytes, a session id in TLS 1.2 and a ticket in TLS 1.3.
struct SessionID: Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// nil for what is none of ours.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        self.words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    static func == (one: SessionID, other: SessionID) -> Bool { one.words == other.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.words.0)
        hasher.combine(self.words.1)
        hasher.combine(self.words.2)
        hasher.combine(self.words.3)
    }
}
