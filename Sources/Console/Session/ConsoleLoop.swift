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
    private let controlPlane: any ControlPlane
    private let author: Author
    private var state: ConsoleState
    private var decoder = KeyDecoder()
    private var pacing = Pacing()
    /// When a lone Esc is an Esc.
    private var escapeAt: Int64?
    /// Something may look different since the last frame; and whether a key is waiting for its answer.
    private var isDirty = true
    private var isKeyWaiting = true
    private var end: ConsoleEnd?

    init(
        terminal: CursesTerminal,
        mailbox: Mailbox,
        controlPlane: any ControlPlane,
        options: ConsoleOptions
    ) {
        self.terminal = terminal
        self.mailbox = mailbox
        self.controlPlane = controlPlane
        self.author = options.author
        self.state = ConsoleState(role: options.role, size: terminal.size)
        self.feed(.tick(MonotonicClock.milliseconds()))
        self.take(terminal.typedAhead)
        if let notice = terminal.notice { self.state.say(.warn, notice) }
    }

    mutating func run() -> ConsoleEnd {
        while true {
            if let end { return end }
            self.draw()
            var descriptors = [
                pollfd(fd: self.terminal.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: self.mailbox.readDescriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&descriptors, 2, self.timeout())
            // A signal handler ran on this thread; the next round finds what it posted.
            if ready < 0, errno != EINTR, errno != EAGAIN { return .terminalLost }
            self.feed(.tick(MonotonicClock.milliseconds()))
            self.isDirty = true
            let news = ready > 0 ? descriptors.map { Int32($0.revents) } : [0, 0]
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
        }
    }

    /// Milliseconds to sleep; −1 for as long as nothing happens.
    private func timeout() -> Int32 {
        var deadlines = [self.state.nextDeadline, self.escapeAt].compactMap { $0 }
        if self.isDirty { deadlines.append(self.pacing.due(isKey: self.isKeyWaiting)) }
        guard let next = deadlines.min() else { return -1 }
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
            self.isKeyWaiting = true
            let effects =
                switch event {
                case .key(let key): self.feed(.key(key))
                case .paste(let text): self.feed(.paste(text))
                }
            // Keys typed ahead were not meant for the dialogue that has just been opened.
            if effects.contains(.discardInput) { return }
        }
    }

    private mutating func takeMail() {
        let mail = self.mailbox.take()
        for signal in mail.signals { self.take(signal) }
        for link in mail.links { self.feed(.link(link)) }
        if let view = mail.view { self.feed(.view(view)) }
        if let counters = mail.counters { self.feed(.counters(counters)) }
        if let lost = mail.lost { self.feed(.records(RecordBatch(records: mail.records, lost: lost))) }
        for (request, result) in mail.replies {
            self.isKeyWaiting = true
            self.feed(.reply(request, result))
        }
    }

    private mutating func take(_ signal: ConsoleSignal) {
        switch signal {
        case .terminate, .interrupt: self.end = .terminated
        case .hangup: self.end = .terminalLost
        case .windowChanged: self.isKeyWaiting = true
        case .continued: self.terminal.resume()
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
        case .change(let request, let change):
            let (controlPlane, author, mailbox) = (self.controlPlane, self.author, self.mailbox)
            Task.detached {
                let result: Result<ChangeReceipt, OperatorError>
                do throws(OperatorError) {
                    result = .success(try await controlPlane.setMutualAuthentication(change, by: author))
                } catch {
                    result = .failure(error)
                }
                mailbox.post { $0.replies.append((request, result)) }
            }
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

    // MARK: Drawing

    private mutating func draw() {
        guard self.isDirty else { return }
        let now = MonotonicClock.milliseconds()
        guard now >= self.pacing.due(isKey: self.isKeyWaiting) else { return }
        guard self.isWritable() else {
            self.pacing.refused(at: now)
            self.feed(.slow(true))
            return
        }
        var canvas = Canvas(size: self.state.size, glyphs: self.terminal.glyphs)
        ConsoleScreen.draw(self.state, into: &canvas)
        self.terminal.show(canvas)
        self.isDirty = false
        self.isKeyWaiting = false
        self.pacing.drew(at: now, took: MonotonicClock.milliseconds() - now)
        if self.state.isSlow != self.pacing.isSlow {
            self.feed(.slow(self.pacing.isSlow))
            self.isDirty = true
        }
    }

    /// Whether the terminal can take a frame; its queue's length does not tell (`TIOCOUTQ` is always 0).
    private func isWritable() -> Bool {
        var descriptor = pollfd(fd: self.terminal.descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&descriptor, 1, 0) == 1 && Int32(descriptor.revents) & POLLOUT != 0
    }
}
