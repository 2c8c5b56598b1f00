import Glibc
import Model

@testable import Console

/// A console without a screen and without a terminal: type lines, hand it news, let time pass, hear it.
struct LinearDriver {
    private(set) var console: LinearConsole
    private(set) var effects: [Effect] = []

    /// Widths are the C library's, in the locale of the process.
    private static let hasLocale: Bool = setlocale(LC_CTYPE, "C.UTF-8") != nil

    init(
        role: ConsoleOptions.Role = .attached,
        language: Language = .english,
        glyphs: Glyphs = .unicode,
        isInteractive: Bool = false
    ) {
        precondition(Self.hasLocale)
        var settings = ConsoleSettings()
        settings.language = language
        var state = ConsoleState(role: role, size: ConsoleState.linearSize, settings: settings)
        state.glyphs = glyphs
        self.console = LinearConsole(state, isInteractive: isInteractive)
    }

    /// With a gate, its counters and some records, after the greeting.
    static func live(
        role: ConsoleOptions.Role = .attached,
        language: Language = .english,
        glyphs: Glyphs = .unicode,
        isInteractive: Bool = false,
        view: GateView = Sample.view(),
        records: Int = 40
    ) -> LinearDriver {
        var driver = LinearDriver(
            role: role,
            language: language,
            glyphs: glyphs,
            isInteractive: isInteractive
        )
        driver.greet(view, records: records)
        _ = driver.said()
        return driver
    }

    mutating func greet(_ view: GateView, records: Int = 40) {
        self.send(.link(.live))
        self.send(.view(view))
        self.send(.counters(Sample.counters(view)))
        self.send(.records(RecordBatch(records: Sample.records(records), lost: 0)))
        self.advance(1_000)
    }

    var state: ConsoleState { self.console.state }

    mutating func send(_ event: ConsoleEvent) { self.effects += self.console.take(event) }

    mutating func advance(_ milliseconds: Int64) { self.send(.tick(self.state.now + milliseconds)) }

    /// Types lines, each when the one before has had its time, and hears the answer to all of them.
    @discardableResult
    mutating func type(_ lines: String...) -> [String] {
        for line in lines {
            self.effects += self.console.type(line)
            self.advance(ModeDialogue.guardMilliseconds)
        }
        return self.said()
    }

    /// Types lines at once, as a program does.
    mutating func pipe(_ lines: String...) { for line in lines { self.effects += self.console.type(line) } }

    /// The gate's answer to the newest question.
    mutating func answer(_ reply: Reply) {
        self.send(.reply(self.state.lastRequest, .success(reply)))
    }

    mutating func fail(_ message: String) {
        let error = OperatorError(.validationError, subject: "x", message: message, hint: nil)
        self.send(.reply(self.state.lastRequest, .failure(error)))
    }

    /// What has been said since it was heard last.
    mutating func said() -> [String] { self.console.takeOutput() }

    /// What was asked of the world, without questions that change nothing.
    mutating func takeDeeds() -> [Effect] {
        defer { self.effects = [] }
        return self.effects.filter { effect in
            guard case .request(_, let request) = effect else { return true }
            return !request.isReading
        }
    }

    /// The changes that were asked for.
    mutating func takeChanges() -> [Request] {
        self.takeDeeds().compactMap { if case .request(_, let request) = $0 { request } else { nil } }
    }
}
