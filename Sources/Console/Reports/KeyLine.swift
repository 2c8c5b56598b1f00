public import Model

/// A command of the console with its keys, as `keys.yaml` has left them.
public struct KeyLine: Hashable, Sendable, Encodable {
    /// The word for it in `keys.yaml` and after `:`.
    public let command: String
    /// As `keys.yaml` writes them; none for a command that is only typed.
    public let keys: [String]
    /// Pages where it exists; empty for all.
    public let pages: [String]
    /// What it may be given when it is typed: `<listener>`.
    public let arguments: [String]
    public let meaning: String
    /// Its keys are not the program's own.
    public let isChanged: Bool

    /// Every command there is, in the order of the help.
    ///
    /// - Throws: ``OperatorError`` that names file and line of a `keys.yaml` with a mistake.
    public static func all(environment: [String: String]) throws(OperatorError) -> [KeyLine] {
        let map = try LoadedSettings.keys(ConsolePlaces(environment: environment))
        return Command.Group.allCases.flatMap { group in
            Command.registry.filter { $0.group == group }.map { KeyLine($0, map) }
        }
    }

    private init(_ command: Command, _ map: KeyMap) {
        let pages = (command.pages ?? []).sorted { $0.rawValue < $1.rawValue }
        let keys = map.keys(of: command, on: pages.first ?? .overview)
        self.command = command.name
        self.keys = keys.map(\.spelling)
        self.pages = pages.map(\.name)
        self.arguments = command.arguments.map(\.placeholder)
        self.meaning = command.help.english
        self.isChanged = map.changed.contains(command.name)
    }
}
