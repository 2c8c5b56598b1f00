import Model

/// A console without a screen: lines in, lines out.
///
/// The state is that of the drawn console, and decides alone. Here is only what is told of it, and when: a
/// page when it is asked for, a row when it is chosen, a question when it opens, news as they come. What is
/// told is a function of the state before and after; there is no clock and no I/O.
struct LinearConsole: Sendable {
    /// How long is waited for what the gate says at the beginning: its records come after its figures.
    static let arrivalMilliseconds: Int64 = 200
    /// How long is waited for what a confirmed change has made of the gate.
    static let confirmedMilliseconds: Int64 = 5_000
    /// Lines that wait for an answer of the gate, or for a question to be open long enough.
    static let waitingLimit = 1_000
    /// Commands about what is on a screen.
    static let drawnOnly: Set<String> = [
        "theme", "screenshot", "repaint", "zoom", "columns-left", "columns-right",
    ]

    /// Commands after which the row is told, not the page.
    private static let rowCommands: Set<String> = [
        "down", "up", "first", "last", "mark", "unmark", "next-failure", "previous-failure",
    ]
    /// There is no page before this one, where nothing stays on a screen.
    private static let leavingWords: Set<String> = ["q", "quit", "exit"]

    private(set) var state: ConsoleState
    private var news = LinearNews()
    /// What was told last, for the numbers of its rows; not the state that it was told of, whose log is
    /// large.
    private var told: (page: Page, choices: [Int: LinearPage.Choice])?
    /// Lines that have not been taken yet.
    private var lines: [String] = []
    private var output: [String] = []
    /// The question that was asked last and is still open.
    private var asked: String?
    private var owed = Owed.nothing
    /// When the gate spoke first, until what it says at the beginning has been waited for.
    private var arrivedAt: Int64?
    private var isReady = false
    /// A change of which connections of the policy before are still open, and whether there have been any.
    private var draining: (toast: Toast, hasSome: Bool)?
    /// A change that the gate has confirmed, until what it runs by it has been told, or is not told in time.
    private var confirmed: (generation: UInt64, until: Int64)?
    private var hasEnded = false
    /// Somebody types; a program that pipes lines in cannot have meant another question.
    private let isInteractive: Bool

    /// What has yet to be told, once the gate has answered.
    private enum Owed {
        case nothing, row, page
    }

    init(_ state: ConsoleState, isInteractive: Bool) {
        self.state = state
        self.isInteractive = isInteractive
    }

    // MARK: In and out

    /// Takes a line that was typed.
    mutating func type(_ line: String) -> [Effect] {
        self.lines.append(line)
        return self.work()
    }

    /// Takes news, answers, time.
    mutating func take(_ event: ConsoleEvent) -> [Effect] {
        let link = self.state.link
        if case .reply(_, .success(.receipt(let receipt))) = event {
            self.confirmed = (receipt.generation, self.state.now + Self.confirmedMilliseconds)
        }
        let effects = self.feed(event)
        if case .gone(let reason) = self.state.link, self.state.link != link {
            if case .gone = link {
            } else {
                self.say(self.state.view == nil ? .unreachable(reason) : .stale(reason))
            }
        }
        switch event {
        case .view, .records, .counters:
            for phrase in self.news.take(self.state) { self.say(phrase) }
            self.tellDrained(event)
        default: break
        }
        return effects + self.work()
    }

    /// A line that cannot be taken.
    mutating func refuseLine(longerThan limit: Int) { self.say(.lineTooLong(limit)) }

    /// Leaves what is asked: nobody will answer it any more.
    mutating func endInput() {
        while self.state.isAsking, !self.hasEnded {
            _ = self.feed(.key(.escape))
            self.tellToast()
        }
    }

    /// What is to be written.
    mutating func takeOutput() -> [String] {
        defer { self.output = [] }
        return self.output
    }

    var isFull: Bool { self.lines.count >= Self.waitingLimit }

    /// Whether all that was typed has been done.
    var isIdle: Bool { self.lines.isEmpty && !self.isWaiting && self.owed == .nothing }

    /// When something has to be done without news; nil for never.
    var nextDeadline: Int64? {
        var deadlines: [Int64] = []
        if case .armed(let until) = self.state.lock { deadlines.append(until) }
        if self.state.log.isSearching { deadlines.append(self.state.now) }
        if !self.isReady, let arrivedAt { deadlines.append(arrivedAt + Self.arrivalMilliseconds) }
        if let opensAt = self.state.questionOpensAt, opensAt > self.state.now { deadlines.append(opensAt) }
        if self.isCatchingUp, let confirmed { deadlines.append(confirmed.until) }
        if let due = self.news.dueAt, !self.state.isAsking { deadlines.append(due) }
        return deadlines.min()
    }

    private mutating func say(_ phrase: Phrase) { self.say(self.state.language(phrase)) }

    private mutating func say(_ text: String) {
        self.output.append(LinearText.line(text, glyphs: self.state.glyphs))
    }

    private mutating func feed(_ event: ConsoleEvent) -> [Effect] {
        let effects = self.state.handle(event)
        return effects.filter { effect in
            switch effect {
            case .end:
                self.hasEnded = true
                return true
            case .copy(let text):
                // There is no clipboard without a screen: what would be in it is told.
                self.state.toast = nil
                for line in text.split(whereSeparator: \.isNewline) { self.say(String(line)) }
                return false
            case .discardInput:
                if self.isInteractive { self.lines = [] }
                return self.isInteractive
            default: return true
            }
        }
    }

    // MARK: Taking lines

    /// Tells what there is to tell and takes lines, for as long as nothing has to be waited for.
    private mutating func work() -> [Effect] {
        var effects = self.tell()
        while !self.hasEnded, let line = self.lines.first, !self.isWaiting || self.leaves(line) {
            self.lines.removeFirst()
            effects += self.answer(line)
            effects += self.tell()
        }
        return effects
    }

    /// Whether lines have to wait: for the gate, or for a question to be open long enough to be meant.
    private var isWaiting: Bool {
        guard self.isReady else { return self.state.link == .connecting || self.state.link == .live }
        if let opensAt = self.state.questionOpensAt, self.state.now < opensAt { return true }
        if self.state.isAsking { return LinearQuestion.open(in: self.state) == nil }
        return self.state.isAwaitingReply || self.isCatchingUp
    }

    /// Whether pages would still be told as they were before a change that has been confirmed.
    private var isCatchingUp: Bool {
        guard let confirmed, let view = self.state.view, self.state.link == .live else { return false }
        return view.generation < confirmed.generation && self.state.now < confirmed.until
    }

    /// A question whose answer the gate does not give can still be left.
    private func leaves(_ line: String) -> Bool {
        self.isReady && self.state.isAsking && self.state.now >= self.state.questionOpensAt ?? .min
            && ConsoleState.leavingWords.contains(line.trimmingBlanks.lowercased())
    }

    private mutating func answer(_ typed: String) -> [Effect] {
        let line = typed.trimmingBlanks
        guard !self.state.isAsking else {
            // Whatever the answer was, what is open afterwards is asked.
            self.asked = nil
            let before = LinearPlace(self.state)
            let effects = self.feed(.line(line))
            if LinearPlace(self.state) != before { self.owed = .page }
            return effects
        }
        guard !line.isEmpty else {
            self.owed = .row
            return []
        }
        if let number = Self.rowNumber(line) {
            self.choose(number)
            return []
        }
        switch line {
        case "news on", "news off":
            self.news.tellsCauses = line == "news on"
            self.say(self.news.tellsCauses ? .newsOn : .newsOff)
            return []
        default: return self.run(line)
        }
    }

    private mutating func run(_ line: String) -> [Effect] {
        let line = Self.leavingWords.contains(line) ? "leave" : line
        let command = self.state.command(typed: line)?.name ?? line
        guard !Self.drawnOnly.contains(command) else {
            self.say(.needsScreen(command))
            return []
        }
        let (before, spoken) = (LinearPlace(self.state), self.output.count)
        let effects = self.feed(.line(line))
        if command == "open", before.page == .refusals {
            // All that the page explains beside its rows, which the record alone does not have.
            self.state.overlay = nil
            self.tellRefusal()
            return effects
        }
        let isPage = Page.allCases.contains { $0.name == command && $0 == self.state.page }
        let now = LinearPlace(self.state)
        if Self.rowCommands.contains(command) {
            if now.marks != before.marks { self.say(.marked(now.marks)) }
            self.owed = .row
        } else if isPage || self.state.overlay == nil && now != before {
            self.owed = .page
        } else if ["next-event", "previous-event"].contains(command) {
            self.tellRefusal()
        } else if self.state.toast == nil, self.state.overlay == nil, effects.isEmpty,
            self.output.count == spoken
        {
            self.owed = .row
        }
        return effects
    }

    /// `.3` and `row 3`.
    private static func rowNumber(_ line: String) -> String? {
        if line.first == "." { return String(line.dropFirst()).trimmingBlanks }
        return line.hasPrefix("row ") ? String(line.dropFirst(4)).trimmingBlanks : nil
    }

    private mutating func choose(_ number: String) {
        guard let told, told.page == self.state.page, let choice = Int(number).flatMap({ told.choices[$0] }),
            choice(&self.state)
        else {
            self.say(.noRowNumber(number))
            return
        }
        self.owed = .row
    }

    // MARK: Telling

    private mutating func tell() -> [Effect] {
        if !self.isReady, self.state.view != nil, self.state.counters != nil {
            let arrivedAt = self.arrivedAt ?? self.state.now
            self.arrivedAt = arrivedAt
            if self.state.now - arrivedAt >= Self.arrivalMilliseconds { self.greet() }
        }
        self.tellToast()
        self.tellOverlay()
        let effects = self.leaveImpossible()
        guard !self.state.isAsking else {
            self.owed = .nothing
            self.ask()
            return effects
        }
        self.asked = nil
        self.tellOwed()
        self.tellCause()
        return effects
    }

    /// Leaves what the gate says cannot be done: there is nothing to be asked.
    private mutating func leaveImpossible() -> [Effect] {
        guard let dialogue = self.state.impossible, self.state.now >= dialogue.opensAt else { return [] }
        for line in dialogue.lines { self.say(line.text) }
        if let problem = dialogue.problem { self.say(problem) }
        defer { self.tellToast() }
        return self.feed(.key(.escape))
    }

    private mutating func ask() {
        let question = LinearQuestion.open(in: self.state)
        var waiting: Phrase = self.state.isChanging ? .modeApplying : .previewAsked
        if case .files = self.state.overlay { waiting = .filesReading }
        let key = question?.key ?? waiting.english
        guard key != self.asked else { return }
        self.asked = key
        guard let question else { return self.say(waiting) }
        for line in question.lines { self.say(line) }
    }

    private mutating func greet() {
        guard let view = self.state.view else { return }
        self.isReady = true
        self.news.begin(self.state)
        self.say(
            .greeting(
                .generation(view.generation, workers: view.workers),
                .listeners(view.configuration.listeners.count),
                .alarms(self.state.attention.count),
                HeaderScreen.lockText(self.state).text
            )
        )
        self.say(.greetingHelp)
    }

    private mutating func tellToast() {
        guard let toast = self.state.toast else { return }
        self.state.toast = nil
        let text = Phrase(verbatim: toast.text)
        self.say(toast.kind == .error ? .told(error: text) : text)
        if toast.drainingListener != nil { self.draining = (toast, false) }
    }

    /// Tells when the last connection of an older policy has gone, by counters that came after the change.
    private mutating func tellDrained(_ event: ConsoleEvent) {
        guard case .counters = event, let draining, let id = draining.toast.drainingListener,
            let count = self.state.counters?.engine.listeners[id]?.draining
        else { return }
        guard count == 0 else {
            self.draining?.hasSome = true
            return
        }
        self.draining = nil
        if draining.hasSome { self.say(FooterScreen.text(of: draining.toast, self.state)) }
    }

    /// Tells what would lie over a page to be read, and takes it away again.
    private mutating func tellOverlay() {
        switch self.state.overlay {
        case .help(let help):
            for line in LinearHelp.lines(help, self.state) { self.say(line) }
        case .detail(let detail, _):
            for line in LinearText.lines(detail, self.state.language) { self.say(line) }
        case .palette(let palette):
            let candidates = PaletteSearch.candidates(palette.text, self.state)
            if palette.text.isEmpty || candidates.isEmpty { self.say(.typeCommand) }
            if !palette.text.isEmpty { for candidate in candidates { self.say(candidate.line) } }
        case .menu, .files, .revisions, nil: return
        }
        self.state.overlay = nil
    }

    /// How a failure came about, as the page of refusals explains it.
    private mutating func tellRefusal() {
        guard let row = self.state.refusals.selected, let entry = self.state.selectedRefusal else { return }
        let place = row.numbers.firstIndex(of: entry.number) ?? row.numbers.count - 1
        self.say(.failurePlace(place + 1, of: row.numbers.count))
        let detail = Inspection.detail(entry, row.group, self.state)
        for line in LinearText.lines(detail, self.state.language) { self.say(line) }
    }

    private mutating func tellOwed() {
        guard self.owed != .nothing, !self.state.isAwaitingReply else { return }
        if self.owed == .row, let sentence = LinearPage.sentence(self.state) {
            self.say(sentence)
        } else {
            let page = LinearPage(self.state)
            for line in page.lines { self.say(line) }
            self.told = (self.state.page, page.choices)
        }
        self.owed = .nothing
    }

    private mutating func tellCause() {
        guard self.isReady, let (group, others) = self.news.nextCause(self.state) else { return }
        let context = DrawContext(
            language: self.state.language,
            glyphs: .ascii,
            zone: self.state.settings.zone,
            now: self.state.counters?.time
        )
        let sentence = self.state.refusals.sentence(of: RefusalRow(group: group), context)
        self.say(.newCause(sentence, others: others))
    }
}
