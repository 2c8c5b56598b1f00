import CNcurses
import Glibc
import Model

/// Sole owner of the terminal while a console runs: curses, its modes, and how it was found.
///
/// Used from one thread. Whatever ends the process in between, the guard in `CNcurses` gives the terminal
/// back as it was; ``close(isGone:)`` does the same in order.
final class CursesTerminal {
    /// The terminal itself, whatever standard input and output are.
    let descriptor: Int32
    /// What the terminal can be given; a theme may want less.
    private let terminalTier: ColourTier
    private(set) var theme: Theme
    /// The theme that `auto` stands for on this terminal.
    private(set) var automaticTheme = "night"
    private let hasDefaults: Bool
    private(set) var glyphs: Glyphs
    /// What the operator should know about how the terminal was opened; nil for nothing.
    private(set) var notice: String?
    /// What came in while the terminal was asked about itself.
    private(set) var typedAhead: [UInt8] = []

    private let stream: UnsafeMutablePointer<FILE>
    private let screen: OpaquePointer
    private let found: termios
    private let savedStandardError: Int32
    /// What turns on and off the modes that terminfo does not know.
    private let modesOn: [UInt8]
    private let modesOff: [UInt8]
    /// Attributes and pair of each role, by its position among all.
    private var looks: [Role: (attributes: attr_t, pair: Int16)] = [:]
    private var shown: Canvas?
    private var isClosed = false

    /// No terminal is drawn larger than this, whatever it says of itself.
    private static let largest = Size(columns: 1_024, rows: 512)

    /// Opens the terminal of the process and takes it over.
    ///
    /// - Throws: ``OperatorError`` when there is none, or the theme cannot be read; then nothing was touched.
    init(
        theme name: String,
        directories: [String] = [],
        hasMouse: Bool = false,
        logPath: String?,
        environment: [String: String]
    ) throws(OperatorError) {
        let wanted = environment["TERM"] ?? ""
        guard isatty(STDOUT_FILENO) == 1, wanted != "dumb" else { throw Self.noTerminal }
        // A theme that cannot be read is told before the screen is taken.
        let theme = name == "auto" ? nil : try ThemeFile.load(name, directories: directories)

        setlocale(LC_CTYPE, "")
        let isASCIIWanted = environment["SEKISHO_ASCII"].map { !$0.isEmpty } ?? false
        self.glyphs = cncurses_locale_is_utf8() && !isASCIIWanted ? .unicode : .ascii

        let descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.noTerminal }
        var found = termios()
        guard tcgetattr(descriptor, &found) == 0, let stream = fdopen(descriptor, "r+") else {
            Glibc.close(descriptor)
            throw Self.noTerminal
        }
        let opened = Self.openScreen(wanted, stream)
        guard let opened else {
            fclose(stream)
            throw OperatorError(
                .validationError,
                subject: "TERM",
                message: "The terminal type \"\(wanted)\" is not known here, and neither is any other.",
                hint: "Install the ncurses-base package, or use sekisho logs and sekisho mtls instead."
            )
        }
        self.descriptor = descriptor
        self.stream = stream
        self.screen = opened.screen
        self.found = found
        if opened.name != wanted {
            self.notice = "terminal type \"\(wanted)\" is not known here; drawing as for \(opened.name)"
        }
        raw()
        noecho()
        nonl()
        // Keys are read by ourselves, so that an unknown sequence can be dropped whole.
        set_escdelay(Int32(KeyDecoder.escapeDelayMilliseconds))
        // The counts of colours and pairs are zero until curses has been asked to begin.
        let hasColours = start_color() == OK
        self.hasDefaults = hasColours && use_default_colors() == OK
        let tier = ColourTier(
            colours: Int(cncurses_colour_count()),
            pairs: Int(cncurses_pair_count()),
            environment: environment
        )
        self.terminalTier = tier
        let isAutomatic = theme == nil || tier == .mono
        self.theme = theme ?? Theme(name: "none", paintsBackground: false, colours: [:], roles: [:])

        // Only terminals that are known to have bracketed paste are asked for it; a VT100 would print it.
        let families = [
            "xterm", "screen", "tmux", "rxvt", "alacritty", "foot", "kitty", "linux", "vte",
        ]
        let hasPaste = families.contains { wanted.hasPrefix($0) }
        // Clicks and the wheel, in the form that has no bounds (xterm's modes 1000 and 1006).
        let mouseOn = hasMouse ? "\u{1B}[?1000h\u{1B}[?1006h" : ""
        let mouseOff = hasMouse ? "\u{1B}[?1006l\u{1B}[?1000l" : ""
        self.modesOn = hasPaste ? Array("\u{1B}[?2004h\(mouseOn)".utf8) : []
        self.modesOff = hasPaste ? Array("\(mouseOff)\u{1B}[?2004l".utf8) : []

        self.savedStandardError = Self.redirectStandardError(to: logPath)
        // From here on the terminal is given back whatever happens; the question below takes its time.
        self.arm()
        self.write(self.modesOn)
        // The Linux console has no light background, and draws every line in one column.
        let isAsked = hasPaste && !wanted.hasPrefix("linux")
        let answers = TerminalQuestions.ask(
            descriptor,
            background: isAsked && isAutomatic && tier == .palette,
            width: isAsked && self.glyphs.isUnicode
        )
        self.typedAhead = answers.bytes
        if answers.isWide == true { self.glyphs = .narrow }
        // Embedded themes are read by a test; without one everything is plain text.
        let automatic = Self.automatic(tier, isLight: answers.isLight, environment)
        self.automaticTheme = automatic
        if isAutomatic, let automatic = try? ThemeFile.load(automatic) { self.theme = automatic }
        self.prepareLooks()
    }

    /// Draws everything in other colours from the next canvas on.
    func setTheme(_ theme: Theme) {
        self.theme = theme
        self.prepareLooks()
        self.repaint()
    }

    private var tier: ColourTier { self.theme.name == "mono" ? .mono : self.terminalTier }

    /// Puts a text into the clipboard of a terminal that has one for programs.
    func copy(_ text: String) {
        // A terminal that does not know the sequence would print it; those that know pastes know it too.
        guard !self.modesOn.isEmpty else { return }
        self.write(Clipboard.sequence(text))
    }

    private static let noTerminal = OperatorError(
        .validationError,
        subject: "terminal",
        message: "The console needs a terminal, and there is none that can be drawn on.",
        hint: "Use --linear for a console in lines, without a screen; sekisho logs --follow reads the "
            + "connection log as text, and sekisho mtls changes a mode."
    )

    /// The theme of `auto`.
    private static func automatic(
        _ tier: ColourTier,
        isLight: Bool?,
        _ environment: [String: String]
    ) -> String {
        switch tier {
        case .mono: return "mono"
        case .named: return "ansi"
        case .palette:
            if let isLight { return isLight ? "paper" : "night" }
            // Some terminals say `foreground;background`; 7 and 15 are the light ones.
            let background = environment["COLORFGBG"]?.split(separator: ";").last
            return background == "7" || background == "15" ? "paper" : "night"
        }
    }

    /// Opens curses for the terminal, or for the next best type that is installed.
    ///
    /// `newterm` takes over SIGINT, SIGTERM, SIGTSTP and SIGWINCH where nobody has them, with handlers that
    /// end the process in the middle of anything. They are given back at once: signals are the executable's.
    private static func openScreen(
        _ wanted: String,
        _ stream: UnsafeMutablePointer<FILE>
    ) -> (screen: OpaquePointer, name: String)? {
        let signals = [SIGINT, SIGTERM, SIGTSTP, SIGWINCH]
        var before = Array(repeating: sigaction(), count: signals.count)
        for index in signals.indices { sigaction(signals[index], nil, &before[index]) }
        defer { for index in signals.indices { sigaction(signals[index], &before[index], nil) } }
        for name in [wanted, "xterm-256color", "vt100"] where !name.isEmpty {
            if let screen = newterm(name, stream, stream) { return (screen, name) }
        }
        return nil
    }

    /// Points file descriptor 2 away from the screen.
    ///
    /// - Returns: what it was, to be put back.
    private static func redirectStandardError(to path: String?) -> Int32 {
        let saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        var target = path.flatMap { TextFile.openLog($0) } ?? -1
        if target < 0 { target = open("/dev/null", O_WRONLY | O_CLOEXEC) }
        if target >= 0 {
            dup2(target, STDERR_FILENO)
            Glibc.close(target)
        }
        return saved
    }

    private func prepareLooks() {
        let mostPairs = Int(cncurses_pair_count())
        var pairs: [SIMD2<Int>: Int16] = [:]
        for role in Role.allCases {
            let look = self.theme.look(of: role, in: self.tier)
            var attributes = cncurses_normal()
            if look.isBold { attributes |= cncurses_bold() }
            if look.isUnderlined { attributes |= cncurses_underline() }
            if look.isReversed { attributes |= cncurses_reverse() }
            var colours = SIMD2(look.foreground, look.background)
            if !self.hasDefaults {
                // White on black stands in for the terminal's own colours.
                if colours.x < 0 { colours.x = 7 }
                if colours.y < 0 { colours.y = 0 }
            }
            var pair: Int16 = 0
            if self.tier != .mono, colours != SIMD2(-1, -1) {
                // Roles that look the same share a pair; beyond the last pair there is the terminal's own.
                if let known = pairs[colours] {
                    pair = known
                } else if pairs.count + 1 < mostPairs {
                    pair = Int16(pairs.count + 1)
                    pairs[colours] = pair
                    init_pair(pair, Int16(colours.x), Int16(colours.y))
                }
            }
            self.looks[role] = (attributes, pair)
        }
    }

    // MARK: Drawing

    /// Columns and rows as the kernel knows them.
    var size: Size {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard cncurses_window_size(self.descriptor, &columns, &rows) else {
            return Size(columns: 80, rows: 24)
        }
        return Size(
            columns: min(Int(columns), Self.largest.columns),
            rows: min(Int(rows), Self.largest.rows)
        )
    }

    /// Draws what differs from the canvas shown before; curses finds the cheapest way.
    func show(_ canvas: Canvas) {
        if self.shown?.size != canvas.size {
            resizeterm(Int32(canvas.size.rows), Int32(canvas.size.columns))
            cncurses_repaint()
            self.shown = nil
        }
        let window = cncurses_standard_window()
        for row in 0..<canvas.size.rows {
            let cells = canvas.row(row)
            if let shown, shown.row(row) == cells { continue }
            var line = cells.filter { $0.width > 0 }.map { self.character($0) }
            mvwadd_wchnstr(window, Int32(row), 0, &line, Int32(line.count))
        }
        curs_set(canvas.isCaretVisible ? 1 : 0)
        let cursor = canvas.cursor ?? (column: 0, row: 0)
        wmove(window, Int32(cursor.row), Int32(cursor.column))
        wnoutrefresh(window)
        doupdate()
        self.shown = canvas
    }

    /// Forgets what is on the screen: the next canvas is painted whole.
    func repaint() {
        cncurses_repaint()
        self.shown = nil
    }

    private func character(_ cell: Cell) -> cchar_t {
        let look = self.looks[cell.role] ?? (cncurses_normal(), 0)
        var text: [wchar_t] = []
        for index in 0..<4 where cell.scalars[index] != 0 { text.append(wchar_t(cell.scalars[index])) }
        text.append(0)
        var character = cchar_t()
        setcchar(&character, text, look.attributes, look.pair, nil)
        return character
    }

    // MARK: Input

    /// What was typed, to be called when `poll` says that there is something.
    ///
    /// - Returns: nil when the terminal has gone.
    func read() -> [UInt8]? {
        let capacity = 1_024
        var bytes = [UInt8](repeating: 0, count: capacity)
        let count = Glibc.read(self.descriptor, &bytes, capacity)
        if count > 0 { return Array(bytes[..<count]) }
        return count < 0 && (errno == EINTR || errno == EAGAIN) ? [] : nil
    }

    /// Throws away what was typed and not read.
    func discardInput() {
        tcflush(self.descriptor, TCIFLUSH)
    }

    // MARK: Coming and going

    /// Gives the terminal to the shell, stops this process, and takes the terminal again when it goes on.
    func suspend() {
        self.write(self.modesOff)
        endwin()
        self.setFound()
        cncurses_guard_disarm()
        // Only this process: the gate is another one. Sent to this thread, which stops right here; `kill`
        // could pick another one, and this one would take the terminal again before it stands still.
        raise(SIGSTOP)
        self.resume()
    }

    /// Takes the terminal again, after somebody else had it.
    func resume() {
        self.arm()
        self.write(self.modesOn)
        self.repaint()
    }

    /// Gives the terminal back as it was found.
    ///
    /// - Parameter isGone: nothing is written to a terminal that is no longer there.
    func close(isGone: Bool) {
        guard !self.isClosed else { return }
        self.isClosed = true
        if !isGone {
            self.write(self.modesOff)
            endwin()
            self.setFound()
        }
        cncurses_guard_disarm()
        delscreen(self.screen)
        fclose(self.stream)
        if self.savedStandardError >= 0 {
            dup2(self.savedStandardError, STDERR_FILENO)
            Glibc.close(self.savedStandardError)
        }
    }

    private func setFound() {
        var settings = self.found
        tcsetattr(self.descriptor, TCSADRAIN, &settings)
    }

    /// Prepares the crash path: modes off, plain attributes, own colours, cursor, keypad, first screen.
    private func arm() {
        var bytes = self.modesOff
        for name in ["sgr0", "op", "cnorm", "rmkx", "rmcup"] {
            guard let text = cncurses_capability(name) else { continue }
            bytes += Self.withoutPadding(Array(String(cString: text).utf8))
        }
        var settings = self.found
        bytes.withUnsafeBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                guard let base = $0.baseAddress else { return }
                cncurses_guard_arm(self.descriptor, &settings, base, $0.count)
            }
        }
    }

    /// A capability without `$<5>`, which asks for time that terminals no longer need.
    static func withoutPadding(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x24, index + 1 < bytes.count, bytes[index + 1] == 0x3C,
                let end = bytes[index...].firstIndex(of: 0x3E)
            {
                index = end + 1
                continue
            }
            result.append(bytes[index])
            index += 1
        }
        return result
    }

    private func write(_ bytes: [UInt8]) {
        // Curses' own output goes through another buffer, which is empty after `doupdate` and `endwin`.
        _ = Glibc.write(self.descriptor, bytes, bytes.count)
    }
}
