/// What an operator may set of a console: `console.yaml`, then the environment, then the command line.
public struct ConsoleSettings: Hashable, Sendable {
    /// What colour the environment's word has in the header.
    public enum EnvironmentKind: String, CaseIterable, Hashable, Sendable {
        case production = "prod"
        case stage
        case development = "dev"
    }

    /// `auto`, the name of a theme, or the path of a theme file.
    public var theme = "auto"
    public var language: Language = .english
    /// Frames of data a second, 1–20; keys are answered at once.
    public var refreshHertz = 10
    /// How long arming lasts, 1–60 minutes.
    public var armMinutes = 10
    /// Records kept for reading, 1,000–5,000,000: about 100 bytes each.
    public var logEvents = 2_000_000
    /// In which times of day are written; exports and details keep UTC.
    public var zone: ClockZone = .utc
    /// Whether clicks and the wheel are taken; a terminal then no longer selects text by itself.
    public var hasMouse = false
    /// The word in the header for what this gate is: `PROD`.
    public var environment: String?
    public var environmentKind: EnvironmentKind?
    /// What this gate is called in the header.
    public var instance: String?

    public init() {}

    static let refreshRange = 1...20
    static let armRange = 1...60
    static let logRange = 1_000...5_000_000
    /// Characters of the words in the header.
    static let wordLimit = 24

    var armMilliseconds: Int64 { Int64(self.armMinutes) * 60_000 }
}
