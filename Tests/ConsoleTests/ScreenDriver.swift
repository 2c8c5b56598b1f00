import Glibc
import Model

@testable import Console

/// A console without a terminal: press keys, hand it news, let time pass, read the screen.
struct ScreenDriver {
    private(set) var state: ConsoleState
    private(set) var effects: [Effect] = []
    let glyphs: Glyphs
    let language: Language

    /// Widths are the C library's, in the locale of the process.
    private static let hasLocale: Bool = setlocale(LC_CTYPE, "C.UTF-8") != nil

    init(
        _ size: Size = Size(columns: 80, rows: 24),
        glyphs: Glyphs = .ascii,
        role: ConsoleOptions.Role = .attached,
        language: Language = .english,
        page: Page = .listeners
    ) {
        precondition(Self.hasLocale)
        var settings = ConsoleSettings()
        settings.language = language
        self.state = ConsoleState(role: role, size: size, settings: settings)
        self.state.page = page
        self.state.glyphs = glyphs
        self.state.themes = ThemeFile.names([])
        self.glyphs = glyphs
        self.language = language
    }

    /// With a gate, its counters and some records.
    static func live(
        _ size: Size = Size(columns: 80, rows: 24),
        glyphs: Glyphs = .ascii,
        role: ConsoleOptions.Role = .attached,
        language: Language = .english,
        page: Page = .listeners,
        view: GateView = Sample.view(),
        records: Int = 40
    ) -> ScreenDriver {
        var driver = ScreenDriver(size, glyphs: glyphs, role: role, language: language, page: page)
        driver.send(.link(.live))
        driver.send(.view(view))
        driver.send(.counters(Sample.counters(view)))
        driver.send(.records(RecordBatch(records: Sample.records(records), lost: 0)))
        driver.advance(5_000)
        return driver
    }

    /// Has the gate be on another machine.
    mutating func stand(besides machine: String) { self.state.machine = machine }

    mutating func send(_ event: ConsoleEvent) { self.effects += self.state.handle(event) }

    mutating func advance(_ milliseconds: Int64) { self.send(.tick(self.state.now + milliseconds)) }

    mutating func press(_ keys: Key...) {
        for key in keys { self.send(.key(key)) }
    }

    mutating func type(_ text: String) {
        for character in text { self.send(.key(.character(character))) }
    }

    mutating func takeEffects() -> [Effect] {
        defer { self.effects = [] }
        return self.effects
    }

    /// What was asked of the world, without questions that change nothing.
    mutating func takeDeeds() -> [Effect] {
        self.takeEffects().filter { effect in
            guard case .request(_, let request) = effect else { return true }
            return !request.isReading
        }
    }

    var canvas: Canvas {
        var canvas = Canvas(size: self.state.size, glyphs: self.glyphs, language: self.state.language)
        ConsoleScreen.draw(self.state, into: &canvas)
        return canvas
    }

    var lines: [String] {
        let canvas = self.canvas
        return (0..<canvas.size.rows).map { canvas.text(row: $0) }
    }

    var screen: String { self.lines.joined(separator: "\n") }

    /// The row above the hints.
    var message: String { self.lines[self.lines.count - 2] }

    func contains(_ text: String) -> Bool { self.screen.contains(text) }
}
