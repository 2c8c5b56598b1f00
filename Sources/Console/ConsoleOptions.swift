import Glibc
public import Model

/// How a console is to look and what it stands beside.
public struct ConsoleOptions: Sendable {
    public enum Role: Hashable, Sendable {
        /// The gate is another process.
        case attached
        /// The gate is another process, and refuses whatever changes it.
        case viewing
        /// This process is also the gate: leaving asks what shall become of it.
        case serving
    }

    public let role: Role
    /// `auto`, the name of a theme, or the path of a theme file; nil for what the settings say.
    public let theme: String?
    /// nil for what the settings or the locale say.
    public let language: Language?
    /// nil for what the settings say.
    public var zone: ClockZone?
    /// nil for what the settings say.
    public var hasMouse: Bool?
    /// Lines instead of a screen: for screen readers, braille displays, dumb terminals and pipes.
    public var isLinear = false
    /// In whose name changes are made.
    public let author: Author
    /// The machine that the gate is on, if it is another one; it stands in the header.
    public let machine: String?
    /// Where standard error goes while the terminal belongs to the console; nil is ``ConsolePlaces/log``.
    public let logPath: String?

    /// Whether the end of the process is asked about when its terminal interrupts it: with the gate in it,
    /// and a terminal that keeps Ctrl-C for itself.
    var asksOnInterrupt: Bool { self.isLinear && self.role == .serving && isatty(STDIN_FILENO) == 1 }

    public init(
        role: Role,
        theme: String?,
        language: Language?,
        author: Author,
        machine: String? = nil,
        logPath: String?
    ) {
        self.role = role
        self.theme = theme
        self.language = language
        self.author = author
        self.machine = machine
        self.logPath = logPath
    }
}

/// Why a console ended.
public enum ConsoleEnd: Hashable, Sendable {
    /// Somebody left it; a gate in this process goes on.
    case left
    /// Somebody asked for the gate to stop.
    case stopServing
    /// The terminal is no longer there; a gate in this process goes on.
    case terminalLost
    /// The process was told to end.
    case terminated
}

/// What the executable's signal handling tells every console of the process.
public enum ConsoleSignal: Hashable, Sendable {
    /// SIGTERM.
    case terminate
    /// SIGINT from outside; Ctrl-C arrives as a key, but without a screen.
    case interrupt
    /// SIGHUP.
    case hangup
    /// SIGWINCH.
    case windowChanged
    /// SIGCONT.
    case continued
    /// SIGUSR1: the screen is written to the log as text, for a bug report.
    case dump
}
