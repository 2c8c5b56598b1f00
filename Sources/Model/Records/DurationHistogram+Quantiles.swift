extension DurationHistogram {
    /// What was counted since an earlier state of the same histogram; all of it after it began anew.
    public func since(_ before: DurationHistogram) -> DurationHistogram {
        guard before.counts.count == self.counts.count, before.microseconds <= self.microseconds,
            zip(self.counts, before.counts).allSatisfy(>=)
        else { return self }
        return DurationHistogram(
            counts: zip(self.counts, before.counts).map(-),
            microseconds: self.microseconds - before.microseconds
        )
    }

    /// How long a part of them took at most, in microseconds, as if they were spread evenly over their class.
    ///
    /// - Parameter part: 0 to 1.
    /// - Returns: nil where nothing was counted; the last edge for what is beyond it.
    public func quantile(_ part: Double) -> Int64? {
        let wanted = part * Double(self.count)
        var below = 0.0
        for (index, count) in self.counts.enumerated() where count > 0 {
            guard below + Double(count) >= wanted else {
                below += Double(count)
                continue
            }
            guard index < Self.edges.count else { return Self.edges.last }
            let start = index == 0 ? 0 : Self.edges[index - 1]
            let share = max(0, wanted - below) / Double(count)
            return start + Int64(Double(Self.edges[index] - start) * share)
        }
        return nil
    }
}
