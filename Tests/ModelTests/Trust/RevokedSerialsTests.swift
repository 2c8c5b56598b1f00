import Testing

@testable import Model

/// The table finds what was put in and nothing else, in whatever order it came.
@Suite("Revoked serial numbers")
struct RevokedSerialsTests {
    private func table(_ serials: [[UInt8]]) -> RevokedSerials {
        var counts = [Int](repeating: 0, count: RevokedSerials.serialBytes + 1)
        for serial in serials {
            counts[serial.withUnsafeBytes { RevokedSerials.Builder.length(of: $0) }] += 1
        }
        var builder = RevokedSerials.Builder(counts: counts)
        for serial in serials { serial.withUnsafeBytes { builder.add($0) } }
        return builder.finish()
    }

    private func contains(_ table: RevokedSerials, _ serial: [UInt8]) -> Bool {
        serial.withUnsafeBytes { table.contains($0) }
    }

    @Test("An empty table names nobody")
    func empty() {
        let table = self.table([])
        #expect(table.count == 0)
        for serial in [[], [0], [1], [UInt8](repeating: 7, count: 20)] as [[UInt8]] {
            #expect(!self.contains(table, serial))
        }
    }

    @Test("Zero, zeros in front and the longest numbers are found; their neighbours are not")
    func edges() {
        let longest = [UInt8](repeating: 0xFE, count: RevokedSerials.serialBytes)
        let table = self.table([[0], [0, 0xFF], [1, 0], longest, [0x7F]])
        for serial in [[0], [0, 0], [0xFF], [0, 0, 0xFF], [1, 0], longest, [0] + longest, [0x7F]] {
            #expect(self.contains(table, serial), "\(serial)")
        }
        let others: [[UInt8]] = [
            [], [1], [0xFE], [0x7E], [0x80], [1], [1, 1], [0, 0xFE], [1, 0, 0], Array(longest.dropLast()),
            longest + [0], [1] + longest, Array(longest.dropLast()) + [0xFF],
        ]
        for serial in others { #expect(!self.contains(table, serial), "\(serial)") }
    }

    /// Random, sequential, all alike but for the end, and all the same.
    @Test("It agrees with a set, however the numbers are made", arguments: 0..<4)
    func againstSet(kind: Int) {
        var generator = SeededGenerator(seed: UInt64(kind) + 1)
        func serial(_ index: Int) -> [UInt8] {
            switch kind {
            case 0:
                (0..<Int.random(in: 1...20, using: &generator)).map { _ in
                    .random(in: 1...255, using: &generator)
                }
            case 1: [1, UInt8(index >> 8 & 0xFF), UInt8(index & 0xFF)]
            case 2:
                [UInt8](repeating: 0xAB, count: 18) + [
                    UInt8.random(in: 0...255, using: &generator), UInt8(index & 0xFF),
                ]
            default: [UInt8](repeating: 0xCD, count: 20)
            }
        }
        let serials = (0..<3_000).map(serial)
        let set = Set(serials)
        for order in [serials, serials.reversed(), serials.shuffled(using: &generator)] {
            let table = self.table(order)
            #expect(table.count == 3_000)
            #expect(serials.allSatisfy { self.contains(table, $0) })
            for serial in serials.prefix(500) {
                for change in [UInt8(1), 0x80] {
                    var other = serial
                    other[other.count - 1] ^= change
                    #expect(self.contains(table, other) == set.contains(other) || other.first == 0)
                }
            }
        }
    }

    @Test("What was not prepared for is left out, and nothing is written beyond the table")
    func unprepared() {
        var builder = RevokedSerials.Builder(counts: [0, 1])
        for serial: [UInt8] in [[5], [6], [1, 2]] { serial.withUnsafeBytes { builder.add($0) } }
        let table = builder.finish()
        #expect(table.count == 1)
        #expect(self.contains(table, [5]))
        #expect(!self.contains(table, [6]))
        #expect(!self.contains(table, [1, 2]))
    }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
