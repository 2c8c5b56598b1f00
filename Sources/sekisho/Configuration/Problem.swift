import Model

/// One thing that is wrong in a configuration file, with its place.
struct Problem: Hashable, Sendable {
    /// Counted from 1; nil where the whole file is meant.
    let line: Int?

    /// The path of the field (`loadBalancers[0].listeners[1].port`); empty for the file itself.
    let field: String

    /// What is wrong, in one sentence.
    let message: String

    /// What to do about it.
    let hint: String?
}

/// A configuration file that is refused, with everything that is wrong in it.
struct ConfigurationFileError: Error, Hashable, Sendable {
    /// As the operator wrote it.
    let path: String

    /// In the order of the file; never empty.
    let problems: [Problem]

    /// `gate.yaml:7: loadBalancers[0].listeners[0].port: …`, one a problem.
    var lines: [String] {
        self.problems.map { problem in
            let place = problem.line.map { "\(self.path):\($0)" } ?? self.path
            let field = problem.field.isEmpty ? "" : "\(problem.field): "
            let hint = problem.hint.map { " \($0)" } ?? ""
            return "\(place): \(field)\(problem.message)\(hint)"
        }
    }
}
