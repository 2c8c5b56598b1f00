import Model
import Yams

/// Reads `console.yaml`.
enum SettingsFile {
    private static let keys = [
        "theme", "language", "refresh_hz", "arm_minutes", "log_events", "environment",
        "environment_kind",
        "instance", "time", "mouse",
    ]

    /// Puts what the text says over what is set already.
    ///
    /// - Throws: ``OperatorError`` whose subject is `file:line: field`; then nothing has been set.
    static func read(
        _ text: String,
        file: String,
        into settings: inout ConsoleSettings
    )
        throws(OperatorError)
    {
        guard let mapping = try YAMLText.mapping(text, file: file, what: "settings") else { return }
        var result = settings
        for (key, value) in mapping {
            let field = key.string ?? ""
            let place = YAMLText.place(file, key, field)
            switch field {
            case "theme": result.theme = try self.word(value, place, limit: 4_096)
            case "language":
                let name = try self.word(value, place, limit: 16)
                guard let language = Language(rawValue: name) else {
                    let names = Language.allCases.map(\.rawValue)
                    throw YAMLText.unknown("language", name, place, among: names)
                }
                result.language = language
            case "refresh_hz":
                result.refreshHertz = try self.number(value, place, ConsoleSettings.refreshRange)
            case "arm_minutes":
                result.armMinutes = try self.number(value, place, ConsoleSettings.armRange)
            case "log_events": result.logEvents = try self.number(value, place, ConsoleSettings.logRange)
            case "environment": result.environment = try self.word(value, place)
            case "environment_kind":
                let name = try self.word(value, place)
                guard let kind = ConsoleSettings.EnvironmentKind(rawValue: name) else {
                    let names = ConsoleSettings.EnvironmentKind.allCases.map(\.rawValue)
                    throw YAMLText.unknown("kind of environment", name, place, among: names)
                }
                result.environmentKind = kind
            case "time":
                let name = try self.word(value, place)
                guard let zone = ClockZone(name) else {
                    throw YAMLText.unknown("zone", name, place, among: ["utc", "local", "+09:00"])
                }
                result.zone = zone
            case "mouse":
                guard let isOn = value.bool else {
                    throw YAMLText.error(
                        place,
                        "The value is neither true nor false.",
                        hint: "Use one of them."
                    )
                }
                result.hasMouse = isOn
            case "instance": result.instance = try self.word(value, place)
            default: throw YAMLText.unknown("setting", field, place, among: self.keys)
            }
        }
        settings = result
    }

    private static func word(
        _ node: Node,
        _ place: String,
        limit: Int = ConsoleSettings.wordLimit
    ) throws(OperatorError) -> String {
        guard let text = node.string, !text.isEmpty, text.count <= limit else {
            throw YAMLText.error(place, "The value is not 1 to \(limit) characters.", hint: "Shorten it.")
        }
        return text
    }

    private static func number(
        _ node: Node,
        _ place: String,
        _ range: ClosedRange<Int>
    ) throws(OperatorError) -> Int {
        guard let number = node.int, range.contains(number) else {
            let allowed = "\(range.lowerBound) to \(range.upperBound)"
            throw YAMLText.error(
                place,
                "The value is not a number from \(allowed).",
                hint: "Use one of them."
            )
        }
        return number
    }
}
