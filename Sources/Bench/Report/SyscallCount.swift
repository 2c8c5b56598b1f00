/// What `strace -c -U calls,name` counted.
struct SyscallCount {
    private let calls: [(name: String, count: Int)]

    init(straceSummary text: String) {
        self.calls = text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count == 2, let count = Int(fields[0]), fields[1] != "total" else { return nil }
            return (String(fields[1]), count)
        }
    }

    /// All of them for each of so many operations, and those that are more than a hundredth of one.
    func line(per operations: Int) -> String {
        let shares = self.calls.map { (name: $0.name, share: Double($0.count) / Double(max(1, operations))) }
        let parts = shares.filter { $0.share >= 0.01 }.sorted { $0.share > $1.share }
        let total = shares.reduce(0) { $0 + $1.share }
        return "\(total.threeDigits) a request"
            + (parts.isEmpty
                ? "" : ": " + parts.map { "\($0.share.threeDigits) \($0.name)" }.joined(separator: ", "))
    }
}
