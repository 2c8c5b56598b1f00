/// Reads the text format of Prometheus and refuses what is not of it (exposition formats, 0.0.4).
struct Exposition {
    struct Family {
        let type: String
        let help: String
        /// By the name and the labels as they are written.
        var samples: [String: Double] = [:]
    }

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var families: [String: Family] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Mistake(description: "no line end at the end") }
        var help: (name: String, text: String)?
        var current = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("# HELP ") {
                let words = line.split(separator: " ", maxSplits: 3)
                guard words.count == 4 else { throw Mistake(description: "no help: \(line)") }
                help = (String(words[2]), String(words[3]))
            } else if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                guard words.count == 4, let help, help.name == words[2], self.families[help.name] == nil
                else {
                    throw Mistake(description: "a type without its help, or twice: \(line)")
                }
                current = help.name
                self.families[current] = Family(type: String(words[3]), help: help.text)
            } else {
                let (name, labels, value) = try Self.sample(line)
                try self.add(name, labels, value, to: current)
            }
        }
        for (name, family) in self.families { try Self.check(name, family) }
    }

    private mutating func add(_ name: String, _ labels: String, _ value: Double, to family: String) throws {
        let suffixes = self.families[family]?.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { family + $0 == name }),
            self.families[family]?.samples.updateValue(value, forKey: name + labels) == nil
        else { throw Mistake(description: "\(name)\(labels) is not of \(family), or there twice") }
    }

    /// A line's name, its labels as they are written, and its value.
    private static func sample(_ line: Substring) throws -> (String, String, Double) {
        let name = line.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
        var rest = line[name.endIndex...]
        guard let first = name.first, !first.isNumber else { throw Mistake(description: "no name: \(line)") }
        var labels = ""
        if rest.hasPrefix("{") {
            let start = rest.startIndex
            rest = rest.dropFirst()
            while !rest.hasPrefix("}") {
                let label = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                rest = rest[label.endIndex...]
                guard !label.isEmpty, rest.hasPrefix("=\"") else {
                    throw Mistake(description: "label: \(line)")
                }
                rest = rest.dropFirst(2)
                while let character = rest.first, character != "\"" {
                    if character == "\\" {
                        guard let next = rest.dropFirst().first, "\\\"n".contains(next) else {
                            throw Mistake(description: "escape: \(line)")
                        }
                        rest = rest.dropFirst()
                    }
                    rest = rest.dropFirst()
                }
                guard rest.hasPrefix("\"") else { throw Mistake(description: "quote: \(line)") }
                rest = rest.dropFirst()
                if rest.hasPrefix(",") { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
            labels = String(line[start..<rest.startIndex])
        }
        guard rest.hasPrefix(" "), let value = Double(rest.dropFirst()) else {
            throw Mistake(description: "value: \(line)")
        }
        return (String(name), labels, value)
    }

    private static func check(_ name: String, _ family: Family) throws {
        guard ["counter", "gauge", "histogram"].contains(family.type), !family.samples.isEmpty,
            (family.type == "counter") == name.hasSuffix("_total"), name == name.lowercased()
        else { throw Mistake(description: "\(name) is no \(family.type)") }
        guard family.type == "histogram" else { return }
        for (key, count) in family.samples where key.hasPrefix("\(name)_count") {
            let labels = key.dropFirst("\(name)_count".count).dropFirst().dropLast()
            let prefix = "\(name)_bucket{\(labels),le="
            let buckets = family.samples.filter { $0.key.hasPrefix(prefix) }
                .map { (edge: $0.key.dropFirst(prefix.count + 1).dropLast(2), value: $0.value) }
                .sorted { (Double($0.edge) ?? .infinity) < (Double($1.edge) ?? .infinity) }
            guard buckets.last?.edge == "+Inf", buckets.last?.value == count,
                zip(buckets, buckets.dropFirst()).allSatisfy({ $0.value <= $1.value })
            else { throw Mistake(description: "the buckets of \(key) are not cumulative") }
        }
    }

    /// The value of a sample, named with its labels as they are written; nil where there is none.
    subscript(_ sample: String) -> Double? {
        for family in self.families.values { if let value = family.samples[sample] { return value } }
        return nil
    }
}
