import Model
import Yams

/// Reads the function of a target group of type `lambda`.
struct FunctionReader {
    /// Relative paths of the document begin here.
    let directory: String

    /// What a group of functions has no use for; the service refuses what is not a word of its own.
    private static let strange = ["protocol", "targets"]

    /// nil where the group is one of targets, or wrong; what is wrong has been noted.
    func function(of group: Mapping) -> DesiredFunction? {
        let type = group.optional("targetType").map { $0.choice(of: TargetGroup.TargetType.self) } ?? .ip
        guard type == .lambda else {
            if type == .ip, let field = group.optional("function") {
                field.refuse(
                    "function is for target groups of type lambda.",
                    hint: "Add targetType: lambda, or remove function."
                )
            }
            return nil
        }
        for key in Self.strange {
            group.optional(key)?.refuse(
                "A target group of type lambda has one target, its function.",
                hint: "Remove \(key)."
            )
        }
        return group.required("function").flatMap(self.function)
    }

    private func function(_ field: Field) -> DesiredFunction? {
        let keys = ["baseURL", "credentials", "name", "qualifier", "region"]
        if case .sequence = field.node {
            field.refuse(
                "function is a list, and a target group has one function.",
                hint: "Make a target group for each, and forward to them by rules or weights."
            )
            return nil
        }
        guard let mapping = field.mapping(of: "a function", keys: keys) else { return nil }
        let name = mapping.required("name")?.text()
        let url = mapping.required("baseURL")?.text()
        let credentials = mapping.optional("credentials").map(self.credentials)
        guard let name, let url else { return nil }
        return DesiredFunction(
            name: name,
            baseURL: url,
            qualifier: mapping.optional("qualifier")?.text(),
            region: mapping.optional("region")?.text(),
            credentials: credentials ?? nil
        )
    }

    /// The word `environment`, or a file and perhaps a profile.
    private func credentials(_ field: Field) -> DesiredFunction.Credentials? {
        if case .scalar = field.node {
            guard field.text() == "environment" else {
                field.refuse(
                    "credentials are neither environment nor a file.",
                    hint: "Write environment, or {file: credentials, profile: default}."
                )
                return nil
            }
            return .environment
        }
        guard let mapping = field.mapping(of: "credentials", keys: ["file", "profile"]) else { return nil }
        let profile = mapping.optional("profile").map { $0.text() } ?? SigningKey.storedProfile
        let file = FileLoader.contents(
            of: mapping.required("file"),
            in: self.directory,
            hint: "Name a file in the format of AWS's shared credentials."
        )
        guard let file, let profile else { return nil }
        return .file(SecretFileContents(path: file.path, text: SecretText(file.text)), profile: profile)
    }
}
