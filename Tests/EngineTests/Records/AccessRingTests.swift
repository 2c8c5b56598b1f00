import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

@Suite("Access ring", .ownThreads)
struct AccessRingTests {
    /// Text of any length whose every byte follows from the entry's number.
    private static func text(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: number % 97)
    }

    private static func push(_ number: Int, to ring: AccessRing) throws {
        var entry = try AccessSample.entry()
        entry.receivedBytes = UInt64(number)
        Self.text(number).withUnsafeBytes { ring.push(entry, $0) }
    }

    private static func drain(_ ring: AccessRing) -> [Int] {
        var numbers: [Int] = []
        ring.drain { entry, text in
            #expect(text.elementsEqual(Self.text(Int(entry.receivedBytes))))
            numbers.append(Int(entry.receivedBytes))
        }
        return numbers
    }

    @Test("Entries beyond the ring are dropped and counted, those within it kept")
    func entries() throws {
        let ring = AccessRing(capacity: 4, textBytes: 1_000)
        for number in 1...6 { try Self.push(number, to: ring) }
        #expect(ring.droppedCount == 2)
        #expect(Self.drain(ring) == [1, 2, 3, 4])
        try Self.push(9, to: ring)
        #expect(Self.drain(ring) == [9])
    }

    /// A stranger chooses how long a URL is, so the count of entries alone is no bound.
    @Test("So are those whose text has no room, wherever the ring's end is")
    func text() throws {
        let ring = AccessRing(capacity: 64, textBytes: 100)
        try Self.push(60, to: ring)
        try Self.push(50, to: ring)
        #expect(ring.droppedCount == 1)
        #expect(Self.drain(ring) == [60])
        // 40 bytes are left behind the first: the next begins at the front.
        try Self.push(50, to: ring)
        try Self.push(8, to: ring)
        #expect(ring.droppedCount == 1)
        #expect(Self.drain(ring) == [50, 8])
    }

    @Test("What one thread writes another reads, in order and whole")
    func twoThreads() throws {
        let ring = AccessRing(capacity: 64, textBytes: 2_000)
        withExtendedLifetime(ring) {
            let writer = Writer(ring: ring)
            BlockingThread.start { writer.run() }
            var numbers: [Int] = []
            while !writer.isDone.load(ordering: .acquiring) { numbers += Self.drain(ring) }
            numbers += Self.drain(ring)
            #expect(numbers == numbers.sorted())
            #expect(Set(numbers).count == numbers.count)
            #expect(UInt64(numbers.count) + ring.droppedCount == UInt64(Writer.count))
        }
    }

    private final class Writer: Sendable {
        static let count = 20_000
        let ring: AccessRing
        let isDone = Atomic<Bool>(false)

        init(ring: AccessRing) {
            self.ring = ring
        }

        func run() {
            for number in 0..<Self.count { try? AccessRingTests.push(number, to: self.ring) }
            self.isDone.store(true, ordering: .releasing)
        }
    }
}
