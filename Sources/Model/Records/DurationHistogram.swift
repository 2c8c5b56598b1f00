/// How long things took, counted by classes.
public struct DurationHistogram: Hashable, Sendable, Codable {
    /// The upper ends of the classes, in microseconds; one more class is for what is beyond the last.
    public static let edges: [Int64] = [
        1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        5_000_000,
        10_000_000,
    ]

    /// By class; empty for nothing counted.
    public var counts: [UInt64] = []
    /// Of all durations.
    public var microseconds: UInt64 = 0

    public init(counts: [UInt64] = [], microseconds: UInt64 = 0) {
        self.counts = counts
        self.microseconds = microseconds
    }

    public var count: UInt64 { self.counts.reduce(0, +) }

    /// The class of a duration.
    public static func index(of microseconds: Int64) -> Int {
        var index = 0
        while index < self.edges.count, microseconds > self.edges[index] { index += 1 }
        return index
    }

    public mutating func add(_ other: DurationHistogram) {
        if self.counts.isEmpty {
            self.counts = other.counts
        } else if self.counts.count == other.counts.count {
            for index in self.counts.indices { self.counts[index] += other.counts[index] }
        }
        self.microseconds += other.microseconds
    }
}
