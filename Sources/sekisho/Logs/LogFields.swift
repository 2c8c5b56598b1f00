import Foundation

/// The fields of a line of a log as JSON.
enum LogFields {
    /// Those fields that have a value, as members of a JSON object.
    static func members(_ fields: [String], names: [String]) -> [String] {
        zip(names, fields).filter { $0.1 != "-" }.map { name, value in "\"\(name)\":\(Self.quoted(value))" }
    }

    /// A text as JSON has it.
    static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let data = try? encoder.encode(text) else { return "\"\"" }
        return String(decoding: data, as: UTF8.self)
    }
}
