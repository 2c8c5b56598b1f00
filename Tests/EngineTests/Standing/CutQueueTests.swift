import TestTraits
import Testing

@testable import Engine

@Suite("Queues of connections to close", .ownThreads)
struct CutQueueTests {
    private func tokens(_ count: Int) -> [PollToken] {
        (0..<count).map { PollToken(.client, slot: $0, generation: 1) }
    }

    @Test("One is let go at each interval, the first at once, in their order")
    func steady() {
        var queue = CutQueue()
        let tokens = self.tokens(3)
        #expect(queue.isEmpty && queue.delay(now: 0) == nil)
        for token in tokens { queue.append(token) }
        #expect(queue.next(now: 5_000_000, interval: 100_000) == tokens[0])
        #expect(queue.next(now: 5_000_000, interval: 100_000) == nil)
        #expect(queue.delay(now: 5_000_000) == 100)
        #expect(queue.next(now: 5_099_999, interval: 100_000) == nil)
        #expect(queue.next(now: 5_100_000, interval: 100_000) == tokens[1])
        #expect(queue.next(now: 5_200_000, interval: 100_000) == tokens[2])
        #expect(queue.isEmpty)
        // Those that come later wait for the rate as well.
        queue.append(tokens[0])
        #expect(queue.next(now: 5_250_000, interval: 100_000) == nil)
        #expect(queue.next(now: 5_300_000, interval: 100_000) == tokens[0])
    }

    @Test("A loop that comes late keeps the rate; a long pause is not made up for")
    func late() {
        var queue = CutQueue()
        for token in self.tokens(9) { queue.append(token) }
        func taken(at now: Int64) -> Int {
            var count = 0
            while queue.next(now: now, interval: 1_000) != nil { count += 1 }
            return count
        }
        #expect(taken(at: 1_000_000) == 1)
        #expect(taken(at: 1_001_500) == 1)
        #expect(taken(at: 1_002_000) == 1)
        #expect(taken(at: 1_900_000) == 1)
    }
}
