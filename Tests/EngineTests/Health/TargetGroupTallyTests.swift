import TestTraits
import Testing

@testable import Engine

@Suite("What is counted of a target group", .ownThreads)
struct TargetGroupTallyTests {
    @Test("Requests are divided by the targets of their time, and no sum goes back")
    func share() {
        let tally = TargetGroupTally()
        #expect(tally.divide(10, among: 2) == 5)
        #expect(tally.divide(10, among: 5) == 5)
        #expect(tally.divide(16, among: 3) == 7)
        // A listener is gone, and what it counted.
        #expect(tally.divide(4, among: 3) == 7)
        #expect(tally.divide(7, among: 3) == 8)
        #expect(tally.divide(9, among: 0) == 8)
    }
}
