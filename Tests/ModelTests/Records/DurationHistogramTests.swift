import Model
import Testing

/// What is made of counted durations.
@Suite("Duration histogram")
struct DurationHistogramTests {
    private static func histogram(_ counts: [UInt64], microseconds: UInt64 = 1) -> DurationHistogram {
        let rest = DurationHistogram.edges.count + 1 - counts.count
        return DurationHistogram(
            counts: counts + [UInt64](repeating: 0, count: rest),
            microseconds: microseconds
        )
    }

    @Test("A quantile lies in the class that holds it, and beyond the last class is its end")
    func quantiles() {
        #expect(DurationHistogram().quantile(0.5) == nil)
        #expect(Self.histogram([]).quantile(0.5) == nil)
        let fast = Self.histogram([100])
        #expect(fast.quantile(0.5) == 500 && fast.quantile(0.99) == 990 && fast.quantile(1) == 1_000)
        let mixed = Self.histogram([98, 0, 0, 2])
        #expect(mixed.quantile(0.5).map { (500...520).contains($0) } == true)
        #expect(mixed.quantile(0.99) == 7_500)
        var beyond = Self.histogram([])
        beyond.counts[beyond.counts.count - 1] = 3
        #expect(beyond.quantile(0.5) == DurationHistogram.edges.last)
    }

    @Test("What was counted since is the difference, and everything after it began anew")
    func difference() {
        let before = Self.histogram([5, 1], microseconds: 900)
        let after = Self.histogram([7, 1, 3], microseconds: 2_000)
        #expect(after.since(before) == Self.histogram([2, 0, 3], microseconds: 1_100))
        #expect(after.since(DurationHistogram()) == after)
        #expect(before.since(after) == before)
    }
}
