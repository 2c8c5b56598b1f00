/// A line as ALB writes its logs: words divided by single spaces, some between quotes.
public enum LogWords {
    /// The fields without the quotes around them; a quote inside one has a backslash before it.
    public static func split(_ line: String) -> [String] {
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
}
