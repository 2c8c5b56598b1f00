import Model
import TestTraits
import Testing

@testable import Engine

@Suite("SipHash", .ownThreads)
struct SipHashTests {
    /// Of the reference vectors, those of whole blocks: the key 00…0f, the message 00 01 02 and so on.
    static let vectors: [([UInt64], UInt64)] = [
        ([], 0x726F_DB47_DD0E_0E31),
        ([0x0706_0504_0302_0100], 0x93F5_F579_9A93_2462),
    ]

    @Test("It is SipHash-2-4", arguments: Self.vectors)
    func vector(message: [UInt64], expected: UInt64) {
        var hash = SipHash(CookieKey(low: 0x0706_0504_0302_0100, high: 0x0F0E_0D0C_0B0A_0908))
        for block in message { hash.absorb(block) }
        #expect(hash.finish() == expected)
    }

    @Test("Two uses of one key have nothing in common")
    func purposes() {
        var seal = SipHash(.ofThisProcess, for: .seal)
        var mask = SipHash(.ofThisProcess, for: .mask)
        #expect(seal.finish() != mask.finish())
    }
}
