import Model
import Yams

/// A configuration file that has been read: what it declares, and where each field of it stands.
struct ConfigurationFile: Sendable {
    /// As the operator wrote it.
    let path: String

    let desired: DesiredConfiguration

    /// Lines by the path of the field, counted from 1.
    private let lines: [String: Int]

    /// Reads a file and everything it names.
    ///
    /// - Throws: ``ConfigurationFileError`` with every problem of form; nothing is half-read.
    static func read(_ path: String) throws(ConfigurationFileError) -> ConfigurationFile {
        let text: String
        do throws(FileLoader.Failure) {
            text = try FileLoader.read(path, limit: FileLoader.configurationBytes)
        } catch {
            let problem = Problem(
                line: nil,
                field: "",
                message: "The configuration \(error.reason).",
                hint: "Name a YAML file that this user can read."
            )
            throw ConfigurationFileError(path: path, problems: [problem])
        }
        return try self.parse(text, path: path)
    }

    /// The same for text at hand; `path` names it and says where relative paths begin.
    static func parse(_ text: String, path: String) throws(ConfigurationFileError) -> ConfigurationFile {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationFileError(path: path, problems: [Self.problem(error)])
        }
        let findings = Findings()
        guard let root else {
            let problem = Problem(
                line: nil,
                field: "",
                message: "The file holds no configuration.",
                hint:
                    "Declare loadBalancers, trustStores and targetGroups; `{}` declares that there are none."
            )
            throw ConfigurationFileError(path: path, problems: [problem])
        }
        let reader = ConfigurationReader(directory: FileLoader.directory(of: path))
        let desired = reader.configuration(Field(root, path: "", findings: findings))
        let problems = findings.problems
        guard let desired, problems.isEmpty else {
            throw ConfigurationFileError(
                path: path,
                problems: problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
            )
        }
        return ConfigurationFile(path: path, desired: desired, lines: findings.lines)
    }

    /// Tells an error of the service at its place in this file; nil where it is not about the file.
    ///
    /// A field that is not written down (a certificate that is missing) is told at the nearest one around it.
    func locate(_ error: OperatorError) -> ConfigurationFileError? {
        var path = Substring(error.subject)
        while !path.isEmpty, self.lines[String(path)] == nil {
            path = path.lastIndex { $0 == "." || $0 == "[" }.map { path[..<$0] } ?? ""
        }
        guard let line = self.lines[String(path)], !path.isEmpty else { return nil }
        let problem = Problem(
            line: line,
            field: error.subject,
            message: error.message,
            hint: error.hint
        )
        return ConfigurationFileError(path: self.path, problems: [problem])
    }

    private static func problem(_ error: any Error) -> Problem {
        let (line, message): (Int?, String) =
            switch error {
            case YamlError.scanner(_, let problem, let mark, _),
                YamlError.parser(_, let problem, let mark, _),
                YamlError.composer(_, let problem, let mark, _):
                (mark.line, "This is not YAML: \(problem).")
            case YamlError.duplicatedKeysInMapping(let duplicates, let context):
                (context.mark.line, "\(duplicates.joined(separator: ", ")) is there twice in one mapping.")
            default: (nil, "This is not YAML: it has characters that YAML does not allow.")
            }
        return Problem(
            line: line,
            field: "",
            message: message,
            hint: "Look at the indentation, keys, colons and brackets there."
        )
    }
}
