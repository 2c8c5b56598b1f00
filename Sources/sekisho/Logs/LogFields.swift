import Foundation

/// The fields of a line as ALB writes its logs: words divided by single spaces, some between quotes.
enum LogFields {
    /// The fields without the quotes around them; a quote inside one has a backslash before it.
    static func split(_ line: String) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var isEscaped = false
        for character in line {
            if isEscaped {
                isEscaped = false
            } else if character == "\"" {
                isQuoted.toggle()
                continue
            } else if character == " ", !isQuoted {
                fields.append(field)
                field = ""
                continue
            } else {
                isEscaped = character == "\\"
            }
            field.append(character)
        }
        return fields + [field]
    }

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
