import Model
import Synchronization

/// Counters of one worker: written by that worker only, read by anyone.
///
/// `@unchecked Sendable` holds because the cells are atomic and made and freed with their owner.
final class TallyCells: @unchecked Sendable {
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>
    private let count: Int

    init(count: Int) {
        self.count = count
        self.cells = .allocate(capacity: count)
        for index in 0..<count { (self.cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        self.cells.deinitialize(count: self.count)
        self.cells.deallocate()
    }

    /// One writer, so a load and a store are enough; a locked addition would cost more and mean the same.
    func add(_ number: UInt64, at index: Int) {
        let sum = self.cells[index].load(ordering: .relaxed) &+ number
        self.cells[index].store(sum, ordering: .relaxed)
    }

    subscript(index: Int) -> UInt64 { self.cells[index].load(ordering: .relaxed) }
}

/// A histogram of one worker.
final class HistogramTally: Sendable {
    private static let classes = DurationHistogram.edges.count + 1
    /// The last one is the sum.
    private let cells = TallyCells(count: HistogramTally.classes + 1)

    func count(_ microseconds: Int64) {
        self.cells.add(1, at: DurationHistogram.index(of: microseconds))
        self.cells.add(UInt64(max(0, microseconds)), at: Self.classes)
    }

    var histogram: DurationHistogram {
        let counts = (0..<Self.classes).map { self.cells[$0] }
        guard counts.contains(where: { $0 > 0 }) else { return DurationHistogram() }
        return DurationHistogram(counts: counts, microseconds: self.cells[Self.classes])
    }
}
