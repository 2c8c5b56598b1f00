/// Latencies in buckets that are at most 1.6 % wide, so that millions cost no memory.
struct LatencyHistogram {
    /// Bits of a value that a bucket tells apart.
    private static let precision = 6
    private static let subBuckets = 1 << Self.precision

    private var counts = [UInt64](repeating: 0, count: 40 * Self.subBuckets)
    private(set) var count: UInt64 = 0
    private(set) var maximum: UInt64 = 0

    mutating func add(microseconds value: UInt64) {
        self.counts[min(Self.bucket(of: value), self.counts.count - 1)] += 1
        self.count += 1
        self.maximum = max(self.maximum, value)
    }

    /// The value below or at which a share of all values lies, in microseconds; 0 without values.
    func percentile(_ share: Double) -> UInt64 {
        guard self.count > 0 else { return 0 }
        let wanted = max(1, UInt64((share * Double(self.count)).rounded(.up)))
        var seen: UInt64 = 0
        for (bucket, count) in self.counts.enumerated() {
            seen += count
            if seen >= wanted { return min(Self.upperBound(of: bucket), self.maximum) }
        }
        return self.maximum
    }

    /// Small values have a bucket each; from there on, each doubling has as many.
    private static func bucket(of value: UInt64) -> Int {
        guard value >= UInt64(self.subBuckets) else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let fraction = Int(value >> UInt64(exponent - self.precision)) - self.subBuckets
        return (exponent - self.precision + 1) * self.subBuckets + fraction
    }

    /// The largest value of a bucket.
    private static func upperBound(of bucket: Int) -> UInt64 {
        guard bucket >= self.subBuckets else { return UInt64(bucket) }
        let shift = UInt64(bucket / self.subBuckets - 1)
        return (UInt64(bucket % self.subBuckets + self.subBuckets + 1) << shift) - 1
    }
}
