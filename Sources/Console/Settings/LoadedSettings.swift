import Model

/// Everything that files and environment say about a console, read before the screen is taken.
struct LoadedSettings: Sendable {
    var settings = ConsoleSettings()
    var keys = KeyMap.standard
    var saved = SavedState()
    let places: ConsolePlaces

    /// - Throws: ``OperatorError`` that names file, line and field.
    init(_ options: ConsoleOptions, environment: [String: String]) throws(OperatorError) {
        let places = ConsolePlaces(environment: environment)
        self.places = places
        self.settings.language = Language(environment: environment)
        for path in places.settings where TextFile.exists(path) {
            let text = try TextFile.read(path, what: "settings")
            try SettingsFile.read(text, file: path, into: &self.settings)
        }
        // Whoever reaches into another machine sees which one, whatever this machine's settings say.
        if let machine = options.machine {
            self.settings.instance = String(machine.suffix(ConsoleSettings.wordLimit))
        }
        self.keys = try Self.keys(places)
        if let theme = environment["SEKISHO_THEME"], !theme.isEmpty { self.settings.theme = theme }
        if let theme = options.theme { self.settings.theme = theme }
        if let language = options.language { self.settings.language = language }
        if let zone = options.zone { self.settings.zone = zone }
        if let hasMouse = options.hasMouse { self.settings.hasMouse = hasMouse }
        if let path = places.state, let text = try? TextFile.read(path, what: "memory") {
            self.saved = SavedFile.parse(text)
        }
    }

    static func keys(_ places: ConsolePlaces) throws(OperatorError) -> KeyMap {
        var keys = KeyMap.standard
        for path in places.keys where TextFile.exists(path) {
            try KeysFile.read(try TextFile.read(path, what: "key map"), file: path, into: &keys)
        }
        return keys
    }
}
