import Testing

@testable import Console

@Suite("Chunked queue")
struct ChunkedQueueTests {
    @Test("Elements keep their indices while others come and go, across chunks")
    func indices() {
        var queue = ChunkedQueue<Int>()
        let chunk = ChunkedQueue<Int>.chunkCount
        for value in 0..<(3 * chunk + 7) { queue.append(value) }
        for _ in 0..<(chunk + 5) { queue.removeFirst() }
        #expect(queue.startIndex == chunk + 5)
        #expect(Array(queue) == Array((chunk + 5)..<(3 * chunk + 7)))
        #expect(queue[2 * chunk] == 2 * chunk)
        #expect(Array(queue[(2 * chunk - 1)...(2 * chunk)]) == [2 * chunk - 1, 2 * chunk])
    }

    @Test("An emptied queue takes elements again")
    func emptied() {
        var queue = ChunkedQueue<Int>()
        let chunk = ChunkedQueue<Int>.chunkCount
        for value in 0..<chunk { queue.append(value) }
        for _ in 0..<chunk { queue.removeFirst() }
        #expect(queue.isEmpty)
        queue.append(-1)
        #expect(queue.first == -1)
        #expect(queue.last == -1)
        #expect(queue.count == 1)
    }
}
