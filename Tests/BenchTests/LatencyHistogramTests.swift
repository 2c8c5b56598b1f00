import Testing

@testable import Bench

/// Percentiles from buckets.
@Suite("Latency histogram")
struct LatencyHistogramTests {
    @Test("Small values are told apart, and a percentile is a value that occurred")
    func smallValues() {
        var histogram = LatencyHistogram()
        for value in 1...100 as ClosedRange<UInt64> { histogram.add(microseconds: value) }
        #expect(histogram.count == 100)
        #expect(histogram.percentile(0.5) == 50)
        #expect(histogram.percentile(0.01) == 1)
        #expect(histogram.percentile(1) == 100)
    }

    @Test(
        "Large values are at most 1.6 % off, and never beyond the largest",
        arguments: [
            64, 65, 127, 128, 1_000, 4_095, 65_536, 1_234_567, 40_000_000,
        ] as [UInt64]
    )
    func largeValues(value: UInt64) {
        var histogram = LatencyHistogram()
        histogram.add(microseconds: value)
        #expect(histogram.percentile(0.5) == value)
        histogram.add(microseconds: value * 4)
        let found = Double(histogram.percentile(0.5))
        #expect(found >= Double(value) && found <= Double(value) * 1.016)
    }

    @Test("What is slower than anything expected is counted all the same")
    func hugeValues() {
        var histogram = LatencyHistogram()
        histogram.add(microseconds: .max)
        #expect(histogram.percentile(0.99) > 0)
        #expect(histogram.maximum == .max)
        #expect(LatencyHistogram().percentile(0.5) == 0)
    }
}
