import Model
import Synchronization

/// Requests on their way from one worker to the access log: one writer, one reader, no lock.
///
/// As ``RecordRing``, with a second ring for text beside that of the entries: a request brings a URL and a
/// user agent of any length, and neither may cost the worker an allocation. What finds either ring full is
/// dropped and counted.
///
/// Text is not split: where an entry's text does not fit behind the last one it begins at the front, and the
/// bytes left over go with it. Positions only grow; they are taken modulo the capacity. The memory is made
/// with the first entry, so that a gate without an access log has none, and handed over with `tail`.
///
/// `@unchecked Sendable` holds because a cell belongs to the writer until it stores `tail` with release, and
/// to the reader until it stores `textHead` and `head` so; each side loads the other's positions with
/// acquire.
final class AccessRing: @unchecked Sendable {
    private struct Slot {
        var entry: AccessEntry
        /// Where its text begins, in the ring.
        var start: Int
        var count: Int
        /// Where the text ring is free again once this entry is gone.
        var end: Int
    }

    private let capacity: Int
    private let textCapacity: Int
    // Made by the writer before the first `tail`, and left alone from then on.
    private var slots: UnsafeMutablePointer<Slot?>?
    private var text: UnsafeMutableRawPointer?
    /// The writer's.
    private var textTail = 0
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let textHead = Atomic<Int>(0)
    private let dropped = Atomic<UInt64>(0)

    init(capacity: Int = EngineLimits.accessRing, textBytes: Int = EngineLimits.accessRingBytes) {
        self.capacity = capacity
        self.textCapacity = textBytes
    }

    deinit {
        self.slots?.deinitialize(count: self.capacity)
        self.slots?.deallocate()
        self.text?.deallocate()
    }

    var droppedCount: UInt64 { self.dropped.load(ordering: .relaxed) }

    /// The writer's side.
    func push(_ entry: AccessEntry, _ bytes: UnsafeRawBufferPointer) {
        let (slots, text) = self.memory()
        let tail = self.tail.load(ordering: .relaxed)
        let place = self.textTail % self.textCapacity
        let start =
            place + bytes.count <= self.textCapacity
            ? self.textTail : self.textTail + self.textCapacity - place
        guard tail - self.head.load(ordering: .acquiring) < self.capacity,
            start + bytes.count - self.textHead.load(ordering: .acquiring) <= self.textCapacity
        else {
            self.dropped.store(self.dropped.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
            return
        }
        if let source = bytes.baseAddress {
            (text + start % self.textCapacity).copyMemory(from: source, byteCount: bytes.count)
        }
        self.textTail = start + bytes.count
        slots[tail % self.capacity] = Slot(entry: entry, start: start, count: bytes.count, end: self.textTail)
        self.tail.store(tail + 1, ordering: .releasing)
    }

    /// The reader's side: takes everything out; the text is lent for the call.
    func drain(_ body: (AccessEntry, UnsafeRawBufferPointer) -> Void) {
        let head = self.head.load(ordering: .relaxed)
        let tail = self.tail.load(ordering: .acquiring)
        guard head < tail, let slots = self.slots, let text = self.text else { return }
        for index in head..<tail {
            guard let slot = slots[index % self.capacity] else { continue }
            let bytes = UnsafeRawBufferPointer(
                start: text + slot.start % self.textCapacity,
                count: slot.count
            )
            body(slot.entry, bytes)
            slots[index % self.capacity] = nil
            self.textHead.store(slot.end, ordering: .releasing)
        }
        self.head.store(tail, ordering: .releasing)
    }

    private func memory() -> (UnsafeMutablePointer<Slot?>, UnsafeMutableRawPointer) {
        if let slots, let text { return (slots, text) }
        let slots = UnsafeMutablePointer<Slot?>.allocate(capacity: self.capacity)
        slots.initialize(repeating: nil, count: self.capacity)
        let text = UnsafeMutableRawPointer.allocate(byteCount: self.textCapacity, alignment: 64)
        self.slots = slots
        self.text = text
        return (slots, text)
    }
}
