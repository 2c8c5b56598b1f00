/// A queue for millions of elements: its memory follows what is in it, and an element's index never changes.
///
/// An array that grows takes twice what it holds, and once more while it is copied; here room comes and goes
/// by the chunk.
struct ChunkedQueue<Element: Sendable>: RandomAccessCollection, Sendable {
    /// Elements a chunk has room for: a power of two.
    static var chunkCount: Int { 4_096 }

    private var chunks: [ContiguousArray<Element>] = []
    /// The index that the first element of the first chunk has or had.
    private var base = 0
    private(set) var startIndex = 0
    private(set) var endIndex = 0

    subscript(index: Int) -> Element {
        let offset = index - self.base
        return self.chunks[offset / Self.chunkCount][offset % Self.chunkCount]
    }

    mutating func append(_ element: Element) {
        if self.chunks.last?.count ?? Self.chunkCount == Self.chunkCount {
            var chunk = ContiguousArray<Element>()
            chunk.reserveCapacity(Self.chunkCount)
            self.chunks.append(chunk)
        }
        self.chunks[self.chunks.count - 1].append(element)
        self.endIndex += 1
    }

    /// Lets go of the oldest element, of which there must be one.
    mutating func removeFirst() {
        self.startIndex += 1
        guard self.startIndex - self.base == Self.chunkCount else { return }
        self.chunks.removeFirst()
        self.base += Self.chunkCount
    }
}
