import CNcurses
import Glibc
import Model

/// The one thread of a console without a screen: waits, feeds lines and news, writes.
///
/// Standard input and output are used as they are found: terminal or pipe, the terminal in the mode in which
/// it edits lines by itself. Nothing but lines of text is written.
struct LinearLoop {
    private let errands: Errands
    private let watcher: SettingsWatcher
    private let role: ConsoleOptions.Role
    private let isTerminal: Bool
    /// Whether Ctrl-C asks first, as where it is a key.
    private let asksOnInterrupt: Bool
    private var console: LinearConsole
    private var reader = LineReader()
    private var hasInput = true
    private var isHungUp = false
    private var output: [UInt8] = []
    private var end: ConsoleEnd?

    /// Bytes that wait to be written; while there are as many, no line is read, and news are not told.
    private static let outputLimit = 65_536
    /// Bytes of one write: as much as a terminal takes that says it takes something.
    private static let chunk = 256
    /// How long whoever reads may take at the end.
    private static let patienceMilliseconds: Int32 = 200

    init(errands: Errands, options: ConsoleOptions, loaded: LoadedSettings, environment: [String: String]) {
        self.errands = errands
        self.watcher = SettingsWatcher(loaded.places.keys)
        self.role = options.role
        self.isTerminal = isatty(STDIN_FILENO) == 1
        self.asksOnInterrupt = options.asksOnInterrupt
        setlocale(LC_CTYPE, "")
        let isASCIIWanted = environment["SEKISHO_ASCII"].map { !$0.isEmpty } ?? false
        var state = ConsoleState(
            role: options.role,
            size: ConsoleState.linearSize,
            settings: loaded.settings,
            keys: loaded.keys
        )
        state.glyphs = cncurses_locale_is_utf8() && !isASCIIWanted ? .unicode : .ascii
        state.machine = options.machine
        state.recall(loaded.saved)
        self.console = LinearConsole(state, isInteractive: self.isTerminal)
    }

    mutating func run() -> ConsoleEnd {
        // A gate must not stand still because its console's user pressed Ctrl-Z.
        let found = self.role == .serving ? signal(SIGTSTP, SIG_IGN) : nil
        defer { if self.role == .serving { signal(SIGTSTP, found) } }
        self.feed(.tick(MonotonicClock.milliseconds()))
        while true {
            self.takeOutput()
            if let end { return self.finish(end) }
            if !self.hasInput, self.console.isIdle { return self.finish(self.inputEnded()) }
            let isBehind = self.output.count >= Self.outputLimit
            let reads = self.hasInput && !isBehind && !self.console.isFull
            // A negative descriptor is not waited for (poll(2)).
            var descriptors = [
                pollfd(fd: reads ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0),
                pollfd(
                    fd: self.errands.mailbox.readDescriptor,
                    events: Int16(POLLIN),
                    revents: 0
                ),
                pollfd(fd: self.watcher.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: self.output.isEmpty ? -1 : STDOUT_FILENO, events: Int16(POLLOUT), revents: 0),
            ]
            let ready = poll(&descriptors, nfds_t(descriptors.count), self.timeout())
            if ready < 0, errno != EINTR, errno != EAGAIN { return .terminalLost }
            self.feed(.tick(MonotonicClock.milliseconds()))
            let news = ready > 0 ? descriptors.map { Int32($0.revents) } : [0, 0, 0, 0]
            if news[3] != 0, !self.write() { return .terminalLost }
            if news[0] != 0 { self.read() }
            if news[1] & POLLIN != 0 { self.takeMail() }
            if news[2] & POLLIN != 0 { self.takeSettings() }
        }
    }

    private func timeout() -> Int32 {
        guard let next = self.console.nextDeadline else { return -1 }
        return Int32(clamping: max(0, next - MonotonicClock.milliseconds()))
    }

    private mutating func takeOutput() {
        let lines = self.console.takeOutput()
        guard self.output.count < Self.outputLimit else { return }
        self.output += lines.flatMap { Array("\($0)\n".utf8) }
    }

    /// What becomes of a console to which nobody can say anything any more.
    private mutating func inputEnded() -> ConsoleEnd {
        self.console.endInput()
        self.errands.save(self.console.state.remembered)
        // A gate in this process cannot be asked what shall become of it: it goes on.
        return self.role == .serving ? .terminalLost : .left
    }

    /// Writes what is left, unless whoever reads it has stopped reading.
    private mutating func finish(_ end: ConsoleEnd) -> ConsoleEnd {
        self.takeOutput()
        while !self.isHungUp, !self.output.isEmpty {
            var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
            guard poll(&descriptor, 1, Self.patienceMilliseconds) == 1, self.write() else { break }
        }
        return end
    }

    /// Writes some of what waits; false when nobody takes it any more.
    private mutating func write() -> Bool {
        let count = Glibc.write(STDOUT_FILENO, self.output, min(self.output.count, Self.chunk))
        if count > 0 { self.output.removeFirst(count) }
        return count >= 0 || errno == EINTR || errno == EAGAIN
    }

    private mutating func read() {
        let capacity = LineReader.limit
        var bytes = [UInt8](repeating: 0, count: capacity)
        let count = Glibc.read(STDIN_FILENO, &bytes, capacity)
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        var events = self.reader.read(bytes.prefix(max(0, count)))
        if count <= 0 {
            self.hasInput = false
            if let last = self.reader.finish() { events.append(last) }
        }
        for event in events {
            switch event {
            case .line(let line): self.perform(self.console.type(line))
            case .tooLong: self.console.refuseLine(longerThan: LineReader.limit)
            }
        }
    }

    private mutating func takeMail() {
        let mail = self.errands.mailbox.take()
        for signal in mail.signals {
            switch signal {
            case .interrupt where self.asksOnInterrupt: self.feed(.key(.ctrl("c")))
            case .terminate, .interrupt: self.end = .terminated
            case .hangup: (self.end, self.isHungUp) = (.terminalLost, true)
            case .windowChanged, .continued, .dump: break
            }
        }
        for event in mail.events { self.feed(event) }
    }

    private mutating func takeSettings() {
        guard !self.watcher.take().isEmpty else { return }
        do throws(OperatorError) {
            self.feed(.settings(.keys(try LoadedSettings.keys(self.errands.places))))
        } catch {
            self.feed(.settings(.refused(error)))
        }
    }

    private mutating func feed(_ event: ConsoleEvent) { self.perform(self.console.take(event)) }

    private mutating func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .request(let number, let request): self.errands.ask(request, number)
            case .write(let path, let stem, let ending, let text):
                let time = self.console.state.counters?.time
                let path = path ?? self.errands.newName(stem, ending, at: time)
                self.feed(.written(self.errands.write(text, to: path)))
            case .save(let saved): self.errands.save(saved)
            case .suspend: raise(SIGSTOP)
            case .end(let end): self.end = end
            case .discardInput: if self.isTerminal { tcflush(STDIN_FILENO, TCIFLUSH) }
            // What is on a screen; the console refuses what asks for these.
            case .copy, .repaint, .screenshot, .theme: break
            }
        }
    }
}
