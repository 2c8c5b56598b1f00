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

    /// Where the text of a theme comes from: a path, or nil for a theme of the program.
    ///
    /// What has a slash or ends with `.yaml` is a path; a name is looked for among the operator's themes
    /// before those of the program.
    static func path(_ name: String, directories: [String]) -> String? {
        if name.contains("/") || name.hasSuffix(".yaml") { return name }
        return directories.reversed().map { "\($0)/\(name).yaml" }.first(where: TextFile.exists)
    }

    /// The theme of a name, or of a file.
    static func load(_ name: String, directories: [String] = []) throws(OperatorError) -> Theme {
        if let path = self.path(name, directories: directories) {
            return try self.parse(try TextFile.read(path, what: "theme"), file: path)
        }
        if let theme = self.embedded.first(where: { $0.name == name }) {
            return try self.parse(String(decoding: theme.bytes, as: UTF8.self), file: "\(name).yaml")
        }
        let names = self.names(directories)
        let guess = Nearest.word(to: name, among: names).map { "Did you mean \($0)? " } ?? ""
        throw OperatorError(
            .validationError,
            subject: "theme",
            message: "There is no theme \"\(name)\".",
            hint: "\(guess)Choose one of \(names.joined(separator: ", ")), or the path of a theme file."
        )
    }

    /// Names that can be chosen.
    static func names(_ directories: [String]) -> [String] {
        let own = directories.flatMap(self.files).sorted()
        return ["auto"] + self.embedded.map(\.name)
            + own.filter { name in
                !self.embedded.contains { $0.name == name }
            }
    }

    private static func files(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
        }
        return names
    }

    /// Reads a theme's text.
    ///
    /// - Throws: ``OperatorError`` whose subject is `file:line: field`.
    static func parse(_ text: String, file: String) throws(OperatorError) -> Theme {
        guard let mapping = try YAMLText.mapping(text, file: file, what: "theme") else {
            throw YAMLText.error("\(file):1", "The theme is empty.", hint: "Begin it with name: …")
        }
        var theme = Theme(name: file, paintsBackground: false, colours: [:], roles: [:])
        for (key, value) in mapping {
            let field = key.string ?? ""
            let place = YAMLText.place(file, key, field)
            switch field {
            case "name": theme.name = value.string ?? file
            case "background":
                guard ["dark", "light", "any"].contains(value.string ?? "") else {
                    throw YAMLText.error(
                        place,
                        "background is neither dark, light nor any.",
                        hint: "Use one of them."
                    )
                }
            case "paint_background":
                guard let paints = value.bool else {
                    throw YAMLText.error(
                        place,
                        "paint_background is not true or false.",
                        hint: "Use one of them."
                    )
                }
                theme.paintsBackground = paints
            case "colours": theme.colours = try self.colours(value, file: file)
            case "roles": theme.roles = try self.roles(value, file: file)
            default: throw YAMLText.unknown("key", field, place, among: self.keys)
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
            throw YAMLText.error(
                YAMLText.place(file, node, "colours"),
                "colours is not a mapping.",
                hint: self.colourHint
            )
        }
        var colours: [Theme.ColourName: Colour] = [:]
        for (key, value) in mapping {
            let field = key.string ?? ""
            let place = YAMLText.place(file, key, "colours.\(field)")
            guard let name = Theme.ColourName(rawValue: field) else {
                throw YAMLText.unknown(
                    "colour",
                    field,
                    place,
                    among: Theme.ColourName.allCases.map(\.rawValue)
                )
            }
            colours[name] = try self.colour(value, place)
        }
        return colours
    }

    private static let colourHint =
        "Write \"#6fc276\" or { hex: \"#6fc276\", c256: 107, ansi: green }."

    private static func colour(_ node: Node, _ place: String) throws(OperatorError) -> Colour {
        if let text = node.string { return Colour(hex: try self.hex(text, place)) }
        guard let mapping = node.mapping else {
            throw YAMLText.error(
                place,
                "The colour is neither text nor a mapping.",
                hint: self.colourHint
            )
        }
        var colour = Colour()
        for (key, value) in mapping {
            let field = key.string ?? ""
            switch field {
            case "hex": colour.hex = try self.hex(value.string ?? "", place)
            case "c256":
                guard let index = value.int, (16...255).contains(index) else {
                    throw YAMLText.error(place, "c256 is not a number from 16 to 255.", hint: self.colourHint)
                }
                colour.index = index
            case "ansi":
                let name = value.string ?? ""
                guard let ansi = Colour.ANSIName(name: name) else {
                    let names = Colour.ANSIName.allCases.map { "\($0)" }
                    throw YAMLText.unknown("ansi colour", name, place, among: names)
                }
                colour.ansi = ansi
            default: throw YAMLText.unknown("key", field, place, among: ["hex", "c256", "ansi"])
            }
        }
        return colour
    }

    private static func hex(_ text: String, _ place: String) throws(OperatorError) -> UInt32 {
        let digits = text.dropFirst()
        guard text.hasPrefix("#"), digits.utf8.count == 6, !digits.hasPrefix("+"),
            let value = UInt32(digits, radix: 16)
        else {
            throw YAMLText.error(place, "\"\(text)\" is not a colour.", hint: self.colourHint)
        }
        return value
    }

    private static func roles(_ node: Node, file: String) throws(OperatorError) -> [Role: Theme.Style] {
        guard let mapping = node.mapping else {
            throw YAMLText.error(
                YAMLText.place(file, node, "roles"),
                "roles is not a mapping.",
                hint: self.styleHint
            )
        }
        var roles: [Role: Theme.Style] = [:]
        for (key, value) in mapping {
            let field = key.string ?? ""
            let place = YAMLText.place(file, key, "roles.\(field)")
            guard let role = Role(rawValue: field) else {
                throw YAMLText.unknown("role", field, place, among: Role.allCases.map(\.rawValue))
            }
            guard let text = value.string else {
                throw YAMLText.error(place, "The style is not text.", hint: self.styleHint)
            }
            do {
                roles[role] = try Theme.Style(text)
            } catch {
                let words =
                    Theme.ColourName.allCases.map(\.rawValue) + ["on", "bold", "underline", "reverse"]
                throw YAMLText.unknown("colour or attribute", error.word, place, among: words)
            }
        }
        return roles
    }

    private static let styleHint = "Write for example: text on select bold."
}
