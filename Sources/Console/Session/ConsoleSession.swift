import Glibc
public import Model
import Synchronization

/// A console on the terminal of this process.
public enum ConsoleSession {
    /// Shows a gate until somebody leaves, the terminal goes away, or the process is told to end.
    ///
    /// Blocks the calling thread, which must not be one of the cooperative pool. Afterwards the terminal is
    /// as it was found. With ``ConsoleOptions/isLinear`` there need not be one.
    ///
    /// - Throws: ``OperatorError`` when there is no terminal to draw on, or settings, keys or theme cannot be
    ///   read.
    public static func run(
        _ controlPlane: any ControlPlane,
        options: ConsoleOptions,
        environment: [String: String]
    ) throws(OperatorError) -> ConsoleEnd {
        let loaded = try LoadedSettings(options, environment: environment)
        let mailbox = try Mailbox()
        let errands = Errands(
            controlPlane: controlPlane,
            author: options.author,
            mailbox: mailbox,
            places: loaded.places,
            isElsewhere: options.machine != nil
        )
        if options.isLinear {
            return self.watching(errands, asksOnInterrupt: options.asksOnInterrupt) {
                var loop = LinearLoop(
                    errands: errands,
                    options: options,
                    loaded: loaded,
                    environment: environment
                )
                return loop.run()
            }
        }
        let terminal = try CursesTerminal(
            theme: loaded.settings.theme,
            directories: loaded.places.themes,
            hasMouse: loaded.settings.hasMouse,
            logPath: options.logPath ?? loaded.places.log,
            environment: environment
        )
        let end = self.watching(errands) {
            var loop = ConsoleLoop(terminal: terminal, errands: errands, options: options, loaded: loaded)
            return loop.run()
        }
        terminal.close(isGone: end == .terminalLost)
        return end
    }

    /// Runs a console that is told what the gate says, and of signals.
    private static func watching(
        _ errands: Errands,
        asksOnInterrupt: Bool = false,
        _ loop: () -> ConsoleEnd
    ) -> ConsoleEnd {
        let (gate, mailbox) = (errands.controlPlane, errands.mailbox)
        let key = ObjectIdentifier(mailbox)
        self.open.withLock { $0[key] = Open(mailbox: mailbox, asksOnInterrupt: asksOnInterrupt) }
        let watcher = Task.detached { await GateWatcher.run(gate, into: mailbox) }
        defer {
            watcher.cancel()
            self.open.withLock { $0[key] = nil }
        }
        return loop()
    }

    /// Tells every console of this process about a signal; from any thread, not from a signal handler.
    ///
    /// - Returns: whether one of them asks what shall become of the process, which goes on meanwhile.
    @discardableResult
    public static func post(_ signal: ConsoleSignal) -> Bool {
        let consoles = self.open.withLock { Array($0.values) }
        for console in consoles { console.mailbox.post { $0.signals.append(signal) } }
        return signal == .interrupt && consoles.contains(where: \.asksOnInterrupt)
    }

    /// What ``ConsoleOptions/theme`` may be, besides the path of a file.
    public static func themeNames() -> [String] {
        ["auto"] + ThemeFile.embedded.map(\.name)
    }

    private struct Open {
        let mailbox: Mailbox
        let asksOnInterrupt: Bool
    }

    private static let open = Mutex<[ObjectIdentifier: Open]>([:])
}
