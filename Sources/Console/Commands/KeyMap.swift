/// Which key means which command, page by page.
struct KeyMap: Sendable {
    private var bindings: [Page: [Key: String]] = [:]
    /// Keys of each command on each page, in the order in which help and hints name them.
    private var keys: [Page: [String: [Key]]] = [:]
    /// Commands whose keys are not the program's own.
    private(set) var changed: Set<String> = []

    /// The keys the program comes with.
    static let standard = KeyMap()

    private init() {
        for page in Page.allCases {
            for command in Command.registry where command.exists(on: page) {
                self.keys[page, default: [:]][command.name] = command.keys
                for key in command.keys { self.bindings[page, default: [:]][key] = command.name }
            }
        }
    }

    func command(for key: Key, on page: Page) -> Command? {
        self.bindings[page]?[key].flatMap(Command.named)
    }

    func keys(of command: Command, on page: Page) -> [Key] {
        self.keys[page]?[command.name] ?? []
    }

    /// Gives a command other keys on a page.
    ///
    /// - Returns: the command that has one of them already; then nothing has changed.
    mutating func bind(
        _ command: Command,
        on page: Page,
        to keys: [Key]
    ) -> (
        key: Key, command: String
    )? {
        let old = self.keys[page]?[command.name] ?? []
        for key in keys {
            if let other = self.bindings[page]?[key], other != command.name { return (key, other) }
        }
        for key in old { self.bindings[page]?[key] = nil }
        for key in keys { self.bindings[page, default: [:]][key] = command.name }
        self.keys[page, default: [:]][command.name] = keys
        self.changed.insert(command.name)
        return nil
    }

    /// Takes a command's keys away on a page, so that others may have them.
    mutating func unbind(_ command: Command, on page: Page) {
        for key in self.keys[page]?[command.name] ?? [] { self.bindings[page]?[key] = nil }
        self.keys[page]?[command.name] = []
    }
}
