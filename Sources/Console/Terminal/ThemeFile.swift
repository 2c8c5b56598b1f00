import Glibc
import Model
import Yams

/// Reads theme files: the ones inside the program and those an operator names.
enum ThemeFile {
    /// The themes that are part of the program.
    ///
    /// In the order in which help shows them.
    static let embedded: [(name: String, bytes: [UInt8])] = [
        ("night", PackageResources.night_yaml),
        ("paper", PackageResources.paper_yaml),
        ("hc-dark", PackageResources.hc_dark_yaml),
        ("hc-light", PackageResources.hc_light_yaml),
        ("cb-dark", PackageResources.cb_dark_yaml),
        ("cb-light", PackageResources.cb_light_yaml),
        ("ansi", PackageResources.ansi_yaml),
        ("mono", PackageResources.mono_yaml),
    ]

    /// Bytes of a theme file, at most.
    private static let byteLimit = 65_536

    /// The theme of a name, or of a file: what has a slash or ends with `.yaml` is a path.
    static func load(_ name: String) throws(OperatorError) -> Theme {
        if let theme = self.embedded.first(where: { $0.name == name }) {
            return try self.parse(String(decoding: theme.bytes, as: UTF8.self), file: "\(name).yaml")
        }
        guard name.contains("/") || name.hasSuffix(".yaml") else {
            let names = ["auto"] + self.embedded.map(\.name)
            let guess = Nearest.word(to: name, among: names).map { "Did you mean \($0)? " } ?? ""
            throw OperatorError(
                .validationError,
                subject: "theme",
                message: "There is no theme \"\(name)\".",
                hint: "\(guess)Choose one of \(names.joined(separator: ", ")), or the path of a theme file."
            )
        }
        return try self.parse(try self.read(name), file: name)
    }

    /// Reads a theme's text.
    ///
    /// - Throws: ``OperatorError`` whose subject is `file:line: field`.
    static func parse(_ text: String, file: String) throws(OperatorError) -> Theme {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw self.unreadable(error, file: file)
        } catch {
            throw self.error(
                "\(file)",
                "The theme is not YAML.",
                hint: "Compare it with a theme of the program."
            )
        }
        guard let mapping = root?.mapping else {
            throw self.error(
                "\(file):1",
                "The theme is empty or not a mapping.",
                hint: "Begin it with name: …"
            )
        }
        var theme = Theme(name: file, paintsBackground: false, colours: [:], roles: [:])
        for (key, value) in mapping {
            let field = key.string ?? ""
            let place = self.place(file, key, field)
            switch field {
            case "name": theme.name = value.string ?? file
            case "background":
                guard ["dark", "light", "any"].contains(value.string ?? "") else {
                    throw self.error(
                        place,
                        "background is neither dark, light nor any.",
                        hint: "Use one of them."
                    )
                }
            case "paint_background":
                guard let paints = value.bool else {
                    throw self.error(
                        place,
                        "paint_background is not true or false.",
                        hint: "Use one of them."
                    )
                }
                theme.paintsBackground = paints
            case "colours": theme.colours = try self.colours(value, file: file)
            case "roles": theme.roles = try self.roles(value, file: file)
            default:
                throw self.unknown("key", field, place, among: Self.keys)
            }
        }
        return theme
    }

    private static let keys = ["name", "background", "paint_background", "colours", "roles"]

    private static func colours(
        _ node: Node,
        file: String
    ) throws(OperatorError) -> [Theme.ColourName: Colour] {
        guard let mapping = node.mapping else {
            throw self.error(
                self.place(file, node, "colours"),
                "colours is not a mapping.",
                hint: self.colourHint
            )
        }
        var colours: [Theme.ColourName: Colour] = [:]
        for (key, value) in mapping {
            let field = key.string ?? ""
            let place = self.place(file, key, "colours.\(field)")
            guard let name = Theme.ColourName(rawValue: field) else {
                throw self.unknown("colour", field, place, among: Theme.ColourName.allCases.map(\.rawValue))
            }
            colours[name] = try self.colour(value, place)
        }
        return colours
    }

    private static let colourHint = "Write \"#6fc276\" or { hex: \"#6fc276\", c256: 107, ansi: green }."

    private static func colour(_ node: Node, _ place: String) throws(OperatorError) -> Colour {
        if let text = node.string { return Colour(hex: try self.hex(text, place)) }
        guard let mapping = node.mapping else {
            throw self.error(place, "The colour is neither text nor a mapping.", hint: self.colourHint)
        }
        var colour = Colour()
        for (key, value) in mapping {
            let field = key.string ?? ""
            switch field {
            case "hex": colour.hex = try self.hex(value.string ?? "", place)
            case "c256":
                guard let index = value.int, (16...255).contains(index) else {
                    throw self.error(place, "c256 is not a number from 16 to 255.", hint: self.colourHint)
                }
                colour.index = index
            case "ansi":
                let name = value.string ?? ""
                guard let ansi = Colour.ANSIName(name: name) else {
                    let names = Colour.ANSIName.allCases.map { "\($0)" }
                    throw self.unknown("ansi colour", name, place, among: names)
                }
                colour.ansi = ansi
            default: throw self.unknown("key", field, place, among: ["hex", "c256", "ansi"])
            }
        }
        return colour
    }

    private static func hex(_ text: String, _ place: String) throws(OperatorError) -> UInt32 {
        let digits = text.dropFirst()
        guard text.hasPrefix("#"), digits.utf8.count == 6, !digits.hasPrefix("+"),
            let value = UInt32(digits, radix: 16)
        else {
            throw self.error(place, "\"\(text)\" is not a colour.", hint: self.colourHint)
        }
        return value
    }

    private static func roles(_ node: Node, file: String) throws(OperatorError) -> [Role: Theme.Style] {
        guard let mapping = node.mapping else {
            throw self.error(self.place(file, node, "roles"), "roles is not a mapping.", hint: self.styleHint)
        }
        var roles: [Role: Theme.Style] = [:]
        for (key, value) in mapping {
            let field = key.string ?? ""
            let place = self.place(file, key, "roles.\(field)")
            guard let role = Role(rawValue: field) else {
                throw self.unknown("role", field, place, among: Role.allCases.map(\.rawValue))
            }
            guard let text = value.string else {
                throw self.error(place, "The style is not text.", hint: self.styleHint)
            }
            do {
                roles[role] = try Theme.Style(text)
            } catch {
                let words =
                    Theme.ColourName.allCases.map(\.rawValue) + ["on", "bold", "underline", "reverse"]
                throw self.unknown("colour or attribute", error.word, place, among: words)
            }
        }
        return roles
    }

    private static let styleHint = "Write for example: text on select bold."

    private static func read(_ path: String) throws(OperatorError) -> String {
        guard let file = fopen(path, "re") else {
            throw OperatorError(
                .fileUnreadable,
                subject: path,
                message: "The theme \(path) cannot be read: \(String(cString: strerror(errno))).",
                hint: "Check the path and its permissions."
            )
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: self.byteLimit + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0, count <= self.byteLimit else {
            throw OperatorError(
                .fileUnreadable,
                subject: path,
                message: "The theme \(path) is not a readable file of at most 64 KiB.",
                hint: "Name a theme file."
            )
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private static func place(_ file: String, _ node: Node, _ field: String) -> String {
        "\(file):\(node.mark?.line ?? 1): \(field)"
    }

    private static func unknown(
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

    private static func error(_ place: String, _ message: String, hint: String) -> OperatorError {
        OperatorError(.configurationUnreadable, subject: place, message: message, hint: hint)
    }

    private static func unreadable(_ error: YamlError, file: String) -> OperatorError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.error(
                "\(file):\(mark.line)",
                "The theme is not YAML: \(problem) (column \(mark.column)).",
                hint: "Mend the line, or compare it with a theme of the program."
            )
        default:
            self.error(file, "The theme is not YAML.", hint: "Compare it with a theme of the program.")
        }
    }
}
