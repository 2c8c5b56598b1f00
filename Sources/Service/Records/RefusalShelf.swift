import Model

/// What refused clients presented, and whose traces are still kept; the newest, bounded in count and bytes.
///
/// Strangers choose what they present and how often: neither fills more than its bound.
struct RefusalShelf {
    private static let count = 4_096
    private static let bytes = 32 << 20

    private struct Refusal {
        let number: UInt64
        let chain: [[UInt8]]
        let cost: Int
    }

    /// By number; those before `start` have been taken off.
    private var refusals: [Refusal] = []
    private var start = 0
    private var bytes = 0

    /// Keeps a refusal, and says which older ones are forgotten for it.
    mutating func put(_ tls: ConnectionRecord.TLSDetails, number: UInt64) -> [UInt64] {
        let cost = Self.cost(tls)
        self.refusals.append(Refusal(number: number, chain: tls.presentedChain, cost: cost))
        self.bytes += cost
        var forgotten: [UInt64] = []
        while self.refusals.count - self.start > Self.count || self.bytes > Self.bytes {
            forgotten.append(self.refusals[self.start].number)
            self.bytes -= self.refusals[self.start].cost
            self.start += 1
        }
        if self.start > Self.count {
            self.refusals.removeFirst(self.start)
            self.start = 0
        }
        return forgotten
    }

    /// DER, leaf first; empty for what is not, or no longer, kept.
    func chain(of number: UInt64) -> [[UInt8]] {
        var range = self.start..<self.refusals.count
        while let middle = range.isEmpty ? nil : (range.lowerBound + range.upperBound) / 2 {
            let found = self.refusals[middle].number
            if found == number { return self.refusals[middle].chain }
            range = found < number ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return []
    }

    /// About what the chain and the trace take in memory.
    private static func cost(_ tls: ConnectionRecord.TLSDetails) -> Int {
        let chain = tls.presentedChain.reduce(0) { $0 + $1.count + 64 }
        let presented = tls.trace?.presented.reduce(0) { sum, certificate in
            sum + 1_024 + (certificate.facts?.subject.utf8.count ?? 0)
                + (certificate.facts?.issuer.utf8.count ?? 0)
                + certificate.alternativeNames.reduce(0) { $0 + $1.utf8.count }
        }
        let path = tls.trace?.path.reduce(0) { $0 + $1.utf8.count } ?? 0
        return 4_096 + chain + (presented ?? 0) + path
    }
}
