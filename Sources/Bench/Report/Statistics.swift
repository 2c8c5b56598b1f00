/// Figures of several rounds.
enum Statistics {
    /// The middle value, or the mean of the two in the middle; nil for none.
    static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The median of one contender's figure divided by another's, round by round.
    ///
    /// What disturbs the machine disturbs neighbours in a round alike, and so falls out of their ratio.
    static func medianRatio(_ values: [Double], to others: [Double]) -> Double? {
        self.median(zip(values, others).filter { $1 > 0 }.map { $0 / $1 })
    }

    /// How fast a value grows by least squares, per unit of `x`; nil where `x` never changes.
    static func slope(_ points: [(x: Double, y: Double)]) -> Double? {
        guard !points.isEmpty else { return nil }
        let count = Double(points.count)
        let meanX = points.reduce(0) { $0 + $1.x } / count
        let meanY = points.reduce(0) { $0 + $1.y } / count
        let spread = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        guard spread > 0 else { return nil }
        return points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
    }
}
