/// What a program held in the course of a soak.
struct SoakCourse {
    struct Sample: Hashable {
        let operations: Int
        let anonymousKiB: Int
        let descriptors: Int
    }

    private(set) var samples: [Sample] = []

    mutating func add(_ sample: Sample) {
        self.samples.append(sample)
    }

    /// Those behind the first quarter.
    private var settled: ArraySlice<Sample> { self.samples.dropFirst((self.samples.count + 3) / 4) }

    /// Growth per million operations; nil for too few samples.
    func growth(of figure: (Sample) -> Int) -> Double? {
        Statistics.slope(self.settled.map { (Double($0.operations) / 1e6, Double(figure($0))) })
    }

    var lastLine: String {
        self.samples.last.map { "\($0.operations) operations, \($0.anonymousKiB) KiB, \($0.descriptors) fds" }
            ?? ""
    }

    var lines: [String] {
        var table = TextTable(["operations", "KiB", "descriptors"])
        for sample in self.samples {
            table.add(["\(sample.operations)", "\(sample.anonymousKiB)", "\(sample.descriptors)"])
        }
        let memory = self.settled.map(\.anonymousKiB)
        let descriptors = self.settled.map(\.descriptors)
        return table.lines + [
            "memory: \(memory.min() ?? 0) to \(memory.max() ?? 0) KiB, "
                + "\(Self.signed(self.growth(of: \.anonymousKiB))) KiB per million operations",
            "descriptors: \(descriptors.min() ?? 0) to \(descriptors.max() ?? 0), "
                + "\(Self.signed(self.growth(of: \.descriptors))) per million operations",
        ]
    }

    private static func signed(_ value: Double?) -> String {
        guard let value else { return "?" }
        return value < 0 ? "-\((-value).threeDigits)" : "+\(value.threeDigits)"
    }
}
