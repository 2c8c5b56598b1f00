/// The measurements of one workload as people read them.
struct ComparisonTable {
    let workload: Workload
    let measurements: [Measurement]

    private func costs(_ contender: Contender) -> [Double] {
        self.rounds(contender).compactMap(\.cost)
    }

    private func rounds(_ contender: Contender) -> [Measurement] {
        self.measurements.filter { $0.contender == contender.rawValue }.sorted { $0.round < $1.round }
    }

    var lines: [String] {
        let isMemory = self.workload == .idle
        var table = TextTable(
            isMemory
                ? ["", "KiB", "least", "most", "sekisho is"]
                : ["", "CPU µs", "least", "most", "op/s", "p50 µs", "p99 µs", "busy %", "sekisho is"]
        )
        let ours = self.costs(.sekisho)
        for contender in self.workload.contenders {
            let costs = self.costs(contender)
            guard let median = Statistics.median(costs), let least = costs.min(), let most = costs.max()
            else {
                continue
            }
            let ratio = contender == .sekisho ? nil : Statistics.medianRatio(ours, to: costs)
            var row = [contender.rawValue] + [median, least, most].map(\.threeDigits)
            if !isMemory {
                row += [
                    self.median(contender) { $0.operationsPerSecond },
                    self.median(contender) { Double($0.p50Microseconds) },
                    self.median(contender) { Double($0.p99Microseconds) },
                    self.median(contender) { $0.cpuSeconds / $0.seconds * 100 },
                ]
            }
            table.add(row + [ratio.map { "× \($0.threeDigits)" } ?? ""])
        }
        return ["\(self.workload.rawValue): \(self.workload.meaning)"] + table.lines.map { "  " + $0 }
    }

    private func median(_ contender: Contender, _ figure: (LoadResult) -> Double) -> String {
        Statistics.median(self.rounds(contender).compactMap(\.load).map(figure))?.threeDigits ?? ""
    }
}
