import Model

/// Writes metric families in the text format of Prometheus, version 0.0.4.
struct MetricsText {
    /// The content type of what is written.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter, gauge
    }

    /// One value of a family, with the labels that tell it from the others.
    struct Sample {
        let labels: [(name: String, value: String)]
        let value: String

        init(_ labels: [(name: String, value: String)], _ value: some BinaryInteger) {
            self.labels = labels
            self.value = "\(value)"
        }

        init(_ labels: [(name: String, value: String)], _ value: Double) {
            self.labels = labels
            self.value = "\(value)"
        }
    }

    private(set) var text = ""

    /// Writes a family, nothing without samples; the name of a counter gets its `_total`.
    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        let name = kind == .counter ? "\(name)_total" : name
        self.head(name, kind.rawValue, help)
        for sample in samples { self.line(name, sample.labels, sample.value) }
    }

    /// A family of histograms in seconds; those that have counted nothing are left out.
    mutating func histograms(
        _ name: String,
        _ help: String,
        _ histograms: [(labels: [(name: String, value: String)], histogram: DurationHistogram)]
    ) {
        let counted = histograms.filter { !$0.histogram.counts.isEmpty }
        guard !counted.isEmpty else { return }
        self.head(name, "histogram", help)
        for (labels, histogram) in counted {
            var sum: UInt64 = 0
            for (index, count) in histogram.counts.enumerated() {
                sum += count
                let edges = DurationHistogram.edges
                let edge = index < edges.count ? Self.seconds(UInt64(edges[index])) : "+Inf"
                self.line("\(name)_bucket", labels + [("le", edge)], "\(sum)")
            }
            self.line("\(name)_sum", labels, Self.seconds(histogram.microseconds))
            self.line("\(name)_count", labels, "\(sum)")
        }
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        let help = help.replacing("\\", with: #"\\"#).replacing("\n", with: #"\n"#)
        self.text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func line(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
        let written = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        self.text += written.isEmpty ? "\(name) \(value)\n" : "\(name){\(written)} \(value)\n"
    }

    /// A label's value, which may hold what a stranger has put into a certificate.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#).replacing("\n", with: #"\n"#)
    }

    /// Microseconds as seconds, without needless zeros.
    private static func seconds(_ microseconds: UInt64) -> String {
        var fraction = String(String(microseconds % 1_000_000 + 1_000_000).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = "\(microseconds / 1_000_000)"
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }
}
