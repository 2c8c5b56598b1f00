import TestTraits
import Testing

@testable import Engine

@Suite("Numbers of targets", .ownThreads)
struct TargetNumbersTests {
    @Test("Every target is found by its number, and no other number finds one", arguments: [0, 1, 3, 1_000])
    func all(count: Int) {
        // All in one place at first, which is the worst that numbers can do.
        let numbers = (0..<count).map { UInt64($0) << 32 }
        let table = TargetNumbers(numbers)
        for (index, number) in numbers.enumerated() { #expect(table[number] == index) }
        #expect(table[1] == nil)
        #expect(table[.max] == nil)
    }

    @Test("Of two with one number the first is found")
    func twins() {
        #expect(TargetNumbers([7, 8, 7])[7] == 0)
    }
}
