import Glibc
import Model

/// The one thread of a console: waits, feeds the state, draws.
///
///     wait    poll(terminal, mailbox, next deadline or none)      nothing due: sleeps for ever
///     feed    keys, then the mailbox, each as an event; perform the effects
///     draw    when something may have changed, the pace allows it, and the terminal takes it
struct ConsoleLoop {
    private let terminal: CursesTerminal
    private let mailbox: Mailbox
    private let errands: Errands
    private var state: ConsoleState
    private var decoder = KeyDecoder()
    private var frames: FrameSchedule
    private let places: ConsolePlaces
    private let watcher: SettingsWatcher
    /// When a lone Esc is an Esc.
    private var escapeAt: Int64?
    private var end: ConsoleEnd?

    init(
        terminal: CursesTerminal,
        errands: Errands,
        options: ConsoleOptions,
        loaded: LoadedSettings
    ) {
        self.terminal = terminal
        self.mailbox = errands.mailbox
        self.errands = errands
        self.places = loaded.places
        self.frames = FrameSchedule(Pacing(hertz: loaded.settings.refreshHertz))
        let theme = ThemeFile.path(loaded.settings.theme, directories: loaded.places.themes)
        self.watcher = SettingsWatcher(loaded.places.keys + [theme].compactMap { $0 })
        self.state = ConsoleState(
            role: options.role,
            size: terminal.size,
            settings: loaded.settings,
            keys: loaded.keys
        )
        self.state.glyphs = terminal.glyphs
        self.state.machine = options.machine
        self.state.themes = ThemeFile.names(loaded.places.themes)
        self.state.recall(loaded.saved)
        self.feed(.tick(MonotonicClock.milliseconds()))
        self.take(terminal.typedAhead)
        if let notice = terminal.notice { self.state.say(.warn, Phrase(verbatim: notice)) }
    }

    mutating func run() -> ConsoleEnd {
        while true {
            if let end { return end }
            self.draw()
            var descriptors = [
                pollfd(fd: self.terminal.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: self.mailbox.readDescriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: self.watcher.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&descriptors, nfds_t(descriptors.count), self.timeout())
            // A signal handler ran on this thread; the next round finds what it posted.
            if ready < 0, errno != EINTR, errno != EAGAIN { return .terminalLost }
            self.feed(.tick(MonotonicClock.milliseconds()))
            self.frames.noteNews()
            let news = ready > 0 ? descriptors.map { Int32($0.revents) } : [0, 0, 0]
            if news[0] & POLLIN != 0 {
                guard let bytes = self.terminal.read() else { return .terminalLost }
                self.take(bytes)
            } else if news[0] & (POLLHUP | POLLERR | POLLNVAL) != 0 {
                return .terminalLost
            } else if let escapeAt, self.state.now >= escapeAt {
                self.escapeAt = nil
                self.takeKeys(self.decoder.flush())
            }
            if news[1] & POLLIN != 0 { self.takeMail() }
            if news[2] & POLLIN != 0 { self.takeSettings() }
        }
    }

    /// Milliseconds to sleep; −1 for as long as nothing happens.
    private func timeout() -> Int32 {
        let deadlines = [self.state.nextDeadline, self.escapeAt, self.frames.due]
        guard let next = deadlines.compactMap({ $0 }).min() else { return -1 }
        return Int32(clamping: max(0, next - MonotonicClock.milliseconds()))
    }

    // MARK: Feeding

    private mutating func take(_ bytes: [UInt8]) {
        self.takeKeys(self.decoder.decode(bytes))
        self.escapeAt =
            self.decoder.isWaiting ? self.state.now + KeyDecoder.escapeDelayMilliseconds : nil
    }

    private mutating func takeKeys(_ events: [KeyDecoder.Event]) {
        for event in events {
            self.frames.noteKey()
            let effects =
                switch event {
                case .key(let key): self.feed(.key(key))
                case .paste(let text): self.feed(.paste(text))
                case .mouse(let mouse): self.take(mouse)
                }
            // Keys typed ahead were not meant for the dialogue that has just been opened.
            if effects.contains(.discardInput) { return }
        }
    }

    private mutating func take(_ mouse: Mouse) -> [Effect] {
        switch mouse.action {
        case .wheelUp: self.feed(.wheel(-ConsoleState.wheelRows))
        case .wheelDown: self.feed(.wheel(ConsoleState.wheelRows))
        case .press:
            // What is there is what was drawn there.
            self.canvas().target(column: mouse.column, row: mouse.row).map { self.feed(.click($0)) } ?? []
        }
    }

    private mutating func takeMail() {
        let mail = self.mailbox.take()
        for signal in mail.signals { self.take(signal) }
        if !mail.replies.isEmpty { self.frames.noteKey() }
        for event in mail.events { self.feed(event) }
    }

    private mutating func take(_ signal: ConsoleSignal) {
        switch signal {
        case .terminate, .interrupt: self.end = .terminated
        case .hangup: self.end = .terminalLost
        case .windowChanged: self.frames.noteKey()
        case .continued: self.terminal.resume()
        case .dump: self.logScreen()
        }
        self.feed(.resize(self.terminal.size))
    }

    @discardableResult
    private mutating func feed(_ event: ConsoleEvent) -> [Effect] {
        let effects = self.state.handle(event)
        for effect in effects { self.perform(effect) }
        return effects
    }

    private mutating func perform(_ effect: Effect) {
        switch effect {
        case .request(let number, let request): self.errands.ask(request, number)
        case .copy(let text): self.terminal.copy(text)
        case .write(let path, let stem, let ending, let text):
            let path = path ?? self.errands.newName(stem, ending, at: self.state.counters?.time)
            self.feed(.written(self.errands.write(text, to: path)))
        case .screenshot(let path): self.feed(.written(self.writeScreen(path)))
        case .theme(let name): self.setTheme(name)
        case .save(let saved): self.errands.save(saved)
        case .repaint: self.terminal.repaint()
        case .suspend:
            self.terminal.suspend()
            self.feed(.tick(MonotonicClock.milliseconds()))
            self.feed(.resize(self.terminal.size))
        case .end(let end): self.end = end
        case .discardInput:
            self.decoder = KeyDecoder()
            self.terminal.discardInput()
        }
    }

    // MARK: Files

    /// The screen as text and as a picture, beside each other.
    private func writeScreen(_ path: String?) -> Result<String, OperatorError> {
        let time = self.state.counters?.time
        let text = path.map { "\($0).txt" } ?? self.errands.newName("sekisho-screen", "txt", at: time)
        let canvas = self.canvas()
        if case .failure(let error) = self.errands.write(canvas.text, to: text) { return .failure(error) }
        let picture = "\(text.dropLast(4)).svg"
        let drawn = SVGPicture.text(canvas, theme: self.terminal.theme)
        if case .failure(let error) = self.errands.write(drawn, to: picture) { return .failure(error) }
        return .success("\(text), \(picture)")
    }

    /// Standard error is the log's while the terminal is ours.
    private func logScreen() {
        let size = self.state.size
        let time = self.state.counters?.time.iso8601 ?? "-"
        let bytes = Array("screen \(size.columns)x\(size.rows) \(time)\n\(self.canvas().text)".utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    private mutating func setTheme(_ name: String) {
        do throws(OperatorError) {
            let theme = try ThemeFile.load(
                name == "auto" ? self.terminal.automaticTheme : name,
                directories: self.places.themes
            )
            self.terminal.setTheme(theme)
            self.state.settings.theme = name
            if let path = ThemeFile.path(name, directories: self.places.themes) {
                self.watcher.watch(path)
            }
            self.feed(.settings(.theme(name)))
        } catch {
            self.feed(.settings(.refused(error)))
        }
    }

    /// Reads again what was saved; what cannot be read changes nothing.
    private mutating func takeSettings() {
        let saved = self.watcher.take()
        let theme = ThemeFile.path(self.state.settings.theme, directories: self.places.themes)
        if let theme, saved.contains(theme) { self.setTheme(self.state.settings.theme) }
        guard !saved.isDisjoint(with: self.places.keys) else { return }
        do throws(OperatorError) {
            self.feed(.settings(.keys(try LoadedSettings.keys(self.places))))
        } catch {
            self.feed(.settings(.refused(error)))
        }
    }

    // MARK: Drawing

    private func canvas() -> Canvas {
        var canvas = Canvas(
            size: self.state.size,
            glyphs: self.terminal.glyphs,
            language: self.state.language
        )
        ConsoleScreen.draw(self.state, into: &canvas)
        return canvas
    }

    private mutating func draw() {
        let now = MonotonicClock.milliseconds()
        guard let due = self.frames.due, now >= due else { return }
        guard self.isWritable() else {
            self.frames.refused(at: now)
            self.feed(.slow(true))
            return
        }
        self.terminal.show(self.canvas())
        self.frames.drew(at: now, took: MonotonicClock.milliseconds() - now)
        let isSlow = self.frames.pacing.isSlow
        if self.state.isSlow != isSlow {
            self.feed(.slow(isSlow))
            self.frames.noteNews()
        }
    }

    /// Whether the terminal can take a frame; its queue's length does not tell (`TIOCOUTQ` is always 0).
    private func isWritable() -> Bool {
        var descriptor = pollfd(fd: self.terminal.descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&descriptor, 1, 0) == 1 && Int32(descriptor.revents) & POLLOUT != 0
    }
}
