import Glibc
public import Model
import Synchronization

/// A console on the terminal of this process.
public enum ConsoleSession {
    /// Shows a gate until somebody leaves, the terminal goes away, or the process is told to end.
    ///
    /// Blocks the calling thread, which must not be one of the cooperative pool. Afterwards the terminal is
    /// as it was found.
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
        let terminal = try CursesTerminal(
            theme: loaded.settings.theme,
            directories: loaded.places.themes,
            hasMouse: loaded.settings.hasMouse,
            logPath: options.logPath ?? loaded.places.log,
            environment: environment
        )
        let key = ObjectIdentifier(mailbox)
        self.open.withLock { $0[key] = mailbox }
        let watcher = Task.detached { await GateWatcher.run(controlPlane, into: mailbox) }
        let errands = Errands(
            controlPlane: controlPlane,
            author: options.author,
            mailbox: mailbox,
            places: loaded.places,
            isElsewhere: options.machine != nil
        )
        var loop = ConsoleLoop(terminal: terminal, errands: errands, options: options, loaded: loaded)
        let end = loop.run()
        watcher.cancel()
        self.open.withLock { $0[key] = nil }
        terminal.close(isGone: end == .terminalLost)
        return end
    }

    /// Tells every console of this process about a signal; from any thread, not from a signal handler.
    public static func post(_ signal: ConsoleSignal) {
        let boxes = self.open.withLock { Array($0.values) }
        for box in boxes { box.post { $0.signals.append(signal) } }
    }

    /// What ``ConsoleOptions/theme`` may be, besides the path of a file.
    public static func themeNames() -> [String] {
        ["auto"] + ThemeFile.embedded.map(\.name)
    }

    private static let open = Mutex<[ObjectIdentifier: Mailbox]>([:])
}
