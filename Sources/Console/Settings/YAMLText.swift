import Model
import Yams

/// Reads YAML for the files of a console, with errors that name file, line and field.
enum YAMLText {
    /// The mapping that a text is; nil for a text without anything.
    static func mapping(
        _ text: String,
        file: String,
        what: String
    ) throws(OperatorError) -> Node
        .Mapping?
    {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw self.unreadable(error, file: file, what: what)
        } catch {
            throw self.error(file, "The \(what) is not YAML.", hint: "Mend it, or remove it.")
        }
        guard let root else { return nil }
        // A file of comments alone is composed as null.
        if root.null != nil { return nil }
        guard let mapping = root.mapping else {
            throw self.error(
                "\(file):1",
                "The \(what) is not a mapping.",
                hint: "Write it as name: value."
            )
        }
        return mapping
    }

    static func place(_ file: String, _ node: Node, _ field: String) -> String {
        "\(file):\(node.mark?.line ?? 1): \(field)"
    }

    static func unknown(
        _ kind: String,
        _ name: String,
        _ place: String,
        among names: [String]
    ) -> OperatorError {
        let guess = Nearest.word(to: name, among: names).map { "Did you mean \($0)?" }
        return self.error(
            place,
            "There is no \(kind) \"\(name)\".",
            hint: guess ?? "Known are \(names.joined(separator: ", "))."
        )
    }

    static func error(_ place: String, _ message: String, hint: String) -> OperatorError {
        OperatorError(
            .configurationUnreadable,
            subject: place,
            message: "\(place): \(message)",
            hint: hint
        )
    }

    private static func unreadable(_ error: YamlError, file: String, what: String) -> OperatorError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.error(
                "\(file):\(mark.line)",
                "The \(what) is not YAML: \(problem) (column \(mark.column)).",
                hint: "Mend the line."
            )
        default: self.error(file, "The \(what) is not YAML.", hint: "Mend it, or remove it.")
        }
    }
}
