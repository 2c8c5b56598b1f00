import Model
import Yams

/// What a reader of a file has found: where each field stands, and what is wrong.
///
/// Used by one thread, for one file.
final class Findings {
    private(set) var lines: [String: Int] = [:]
    private(set) var problems: [Problem] = []

    func place(_ path: String, at node: Node) {
        self.lines[path] = node.mark?.line
    }

    func add(_ message: String, hint: String?, field: String, line: Int?) {
        self.problems.append(Problem(line: line, field: field, message: message, hint: hint))
    }
}

/// One place of a YAML document, with its name.
///
/// Every reading is strict: it returns what stands there, or notes a problem and returns nil, so that one
/// pass over a file finds everything that is wrong with it.
struct Field {
    let node: Node
    /// `loadBalancers[0].listeners`; empty for the document.
    let path: String
    let findings: Findings

    init(_ node: Node, path: String, findings: Findings) {
        self.node = node
        self.path = path
        self.findings = findings
        findings.place(path, at: node)
    }

    /// The last part of the path, which messages call the field by.
    var name: String {
        self.path.split(separator: ".").last.map(String.init) ?? "the file"
    }

    func refuse(_ message: String, hint: String? = nil) {
        self.findings.add(message, hint: hint, field: self.path, line: self.node.mark?.line)
    }

    /// A mapping with these keys and no others.
    func mapping(of what: String, keys: [String]) -> Mapping? {
        guard case .mapping(let mapping) = self.node else {
            self.refuse("\(self.name) is \(self.kind), not a mapping.", hint: "Give it the keys of \(what).")
            return nil
        }
        var fields: [String: Field] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, keys.contains(name) else {
                self.refuse(key, of: what, keys: keys)
                continue
            }
            let path = self.path.isEmpty ? name : "\(self.path).\(name)"
            fields[name] = Field(value, path: path, findings: self.findings)
        }
        return Mapping(field: self, what: what, fields: fields)
    }

    private func refuse(_ key: Node, of what: String, keys: [String]) {
        let name = key.scalar?.string ?? "this"
        let nearest = Nearest.word(to: name, among: keys).map { "; did you mean \($0)?" } ?? "."
        self.findings.add(
            "\(name) is not a key of \(what)\(nearest)",
            hint: "The keys are \(keys.joined(separator: ", ")).",
            field: self.path.isEmpty ? name : "\(self.path).\(name)",
            line: key.mark?.line
        )
    }

    func list() -> [Field]? {
        guard case .sequence(let sequence) = self.node else {
            self.refuse("\(self.name) is \(self.kind), not a list.", hint: "Write `- …` for each entry.")
            return nil
        }
        return sequence.enumerated().map { index, node in
            Field(node, path: "\(self.path)[\(index)]", findings: self.findings)
        }
    }

    /// Any scalar but an empty one, as it is written: `off` is a word here, not a truth value.
    func text() -> String? {
        guard case .scalar(let scalar) = self.node, !self.isNull else {
            self.refuse("\(self.name) is \(self.kind), not text.")
            return nil
        }
        return scalar.string
    }

    func integer(in range: ClosedRange<Int>) -> Int? {
        guard case .scalar(let scalar) = self.node, scalar.style == .plain, let value = Int(scalar.string)
        else {
            self.refuse("\(self.name) is \(self.kind), not a whole number.")
            return nil
        }
        guard range.contains(value) else {
            self.refuse(
                "\(self.name) is \(value), outside \(range.lowerBound)–\(range.upperBound).",
                hint: "Choose a value within \(range.lowerBound)–\(range.upperBound)."
            )
            return nil
        }
        return value
    }

    /// `true` or `false`; also `on` and `off`, as ELBv2 spells some of them.
    func boolean() -> Bool? {
        guard case .scalar(let scalar) = self.node, scalar.style == .plain,
            let value = ["true": true, "on": true, "false": false, "off": false][scalar.string]
        else {
            self.refuse("\(self.name) is \(self.kind), not a truth value.", hint: "Write true or false.")
            return nil
        }
        return value
    }

    /// One of the words of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(
        of type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        guard let word = self.text() else { return nil }
        guard let choice = Choice(rawValue: word) else {
            self.refuse("\(self.name) is \"\(word)\".", hint: "Write \(Self.list(words)).")
            return nil
        }
        return choice
    }

    func address() -> IPAddress? {
        guard let text = self.text() else { return nil }
        guard let address = IPAddress(text) else {
            self.refuse(
                "\(self.name) is \"\(text)\", which is not an IP address.",
                hint: "Write an IPv4 address such as 127.0.0.1, or an IPv6 address such as ::1."
            )
            return nil
        }
        return address
    }

    private static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) or \(last)"
    }

    private var isNull: Bool {
        guard case .scalar(let scalar) = self.node, scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    /// What stands here, for "is …, not …".
    private var kind: String {
        switch self.node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar where self.isNull: "empty"
        case .scalar(let scalar): "\"\(scalar.string.prefix(40))\""
        }
    }
}

/// The fields of a mapping that has been checked for strange keys.
struct Mapping {
    fileprivate let field: Field
    fileprivate let what: String
    fileprivate let fields: [String: Field]

    fileprivate init(field: Field, what: String, fields: [String: Field]) {
        self.field = field
        self.what = what
        self.fields = fields
    }

    func optional(_ key: String) -> Field? {
        self.fields[key]
    }

    func required(_ key: String) -> Field? {
        if let field = self.fields[key] { return field }
        self.field.findings.add(
            "\(self.what) has no \(key).",
            hint: "Add the key \(key).",
            field: self.field.path.isEmpty ? key : "\(self.field.path).\(key)",
            line: self.field.node.mark?.line
        )
        return nil
    }
}
