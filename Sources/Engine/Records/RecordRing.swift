import Model
import Synchronization

/// Connection records on their way from one worker to the collector: one writer, one reader, no lock.
///
/// A full ring drops the new record and counts it: the data plane never waits for who reads the log.
///
/// The slots are shared memory of the two threads. A slot in `[head, tail)` belongs to the reader, every
/// other to the writer; publishing `tail` (release) hands slots over to the reader and publishing `head`
/// hands them back, and each side loads the other's index with acquire. That is why the class is Sendable.
final class RecordRing: @unchecked Sendable {
    private let slots: UnsafeMutablePointer<ConnectionRecord?>
    private let capacity: Int
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let dropped = Atomic<UInt64>(0)

    init(capacity: Int = EngineLimits.recordRing) {
        self.capacity = capacity
        self.slots = .allocate(capacity: capacity)
        self.slots.initialize(repeating: nil, count: capacity)
    }

    deinit {
        self.slots.deinitialize(count: self.capacity)
        self.slots.deallocate()
    }

    var droppedCount: UInt64 { self.dropped.load(ordering: .relaxed) }

    /// The writer's side.
    func push(_ record: ConnectionRecord) {
        let tail = self.tail.load(ordering: .relaxed)
        guard tail - self.head.load(ordering: .acquiring) < self.capacity else {
            self.dropped.wrappingAdd(1, ordering: .relaxed)
            return
        }
        self.slots[tail % self.capacity] = record
        self.tail.store(tail + 1, ordering: .releasing)
    }

    /// The reader's side: takes everything out.
    func drain(into records: inout [ConnectionRecord]) {
        let head = self.head.load(ordering: .relaxed)
        let tail = self.tail.load(ordering: .acquiring)
        for index in head..<tail {
            if let record = self.slots[index % self.capacity] { records.append(record) }
            self.slots[index % self.capacity] = nil
        }
        self.head.store(tail, ordering: .releasing)
    }
}
