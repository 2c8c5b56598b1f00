import Model

/// A page as lines: what it says of itself, then its rows, each with a number to choose it by.
struct LinearPage: Sendable {
    typealias Choice = @Sendable (inout ConsoleState) -> Bool

    private(set) var lines: [String] = []
    /// What puts the cursor on a row, by its number; false when it has gone.
    ///
    /// The numbers stay those of the rows that were told, whatever comes and goes meanwhile.
    private(set) var choices: [Int: Choice] = [:]
    private let state: ConsoleState

    /// Changes that the overview tells.
    private static let recentChanges = 5

    init(_ state: ConsoleState) {
        self.state = state
        // What the overview says there is about the console's memory.
        let status = state.page == .overview ? .empty : FooterScreen.status(state).text
        self.add(.pageOf(state.page.title, status, HeaderScreen.lockText(state).text))
        guard state.view != nil else {
            self.add(ConsoleScreen.waiting(state))
            return
        }
        if case .gone(let reason) = state.link { self.add(.stale(reason)) }
        switch state.page {
        case .log: self.addLog()
        case .clients: self.addCalendar()
        case .overview: self.addFigures()
        default: break
        }
        if state.page != .log { self.addLists() }
    }

    /// The row under the cursor as one sentence; nil where there is none.
    static func sentence(_ state: ConsoleState) -> String? {
        let page = Self(of: state)
        guard state.page == .log else {
            return state.focusedList?.selectedIndex.flatMap { index in
                state.focusedList?.told(index..<(index + 1), page.context).first?.sentence
            }
        }
        if let groups = state.log.groups { return groups.selected.map(page.sentence) }
        return state.selectedEntry.map(page.sentence)
    }

    private init(of state: ConsoleState) { self.state = state }

    private mutating func add(_ phrase: Phrase) {
        let text = self.state.language(phrase)
        if !text.isEmpty { self.lines.append(text) }
    }

    private mutating func add(_ number: Int, _ sentence: String, _ choice: @escaping Choice) {
        self.lines.append("\(number). \(sentence)")
        self.choices[number] = choice
    }

    // MARK: Lists

    /// What cells depend on; signs that stand for words are left to those who see them.
    private var context: DrawContext {
        DrawContext(
            language: self.state.language,
            glyphs: .ascii,
            zone: self.state.settings.zone,
            now: self.state.counters?.time
        )
    }

    private mutating func addLists() {
        var before = 0
        for pane in 0..<self.state.paneCount {
            var looked = self.state
            looked.pane = pane
            guard let list = looked.focusedList else { continue }
            self.add(Self.title(looked))
            if list.count == 0 {
                for phrase in ConsoleScreen.emptiness(looked) { self.add(phrase) }
            }
            self.add(list, pane, after: before, rows: self.rows(of: list, pane))
            if self.state.page == .trustStores, pane == 0, let store = self.state.stores.selected {
                self.lines += LinearText.lines(
                    TrustStoresScreen.summary(store, self.state),
                    self.state.language
                )
            }
            before += list.count
        }
    }

    /// As many rows as a screen would have, the one under the cursor among them.
    private func rows(of list: any ListControl, _ pane: Int) -> Range<Int> {
        let isShort = self.state.page == .overview && pane == 2
        let most = isShort ? Self.recentChanges : self.state.linearRows
        let start = (list.selectedIndex ?? 0) / most * most
        return start..<min(start + most, list.count)
    }

    private mutating func add(_ list: any ListControl, _ pane: Int, after: Int, rows: Range<Int>) {
        for (index, row) in zip(rows, list.told(rows, self.context)) {
            self.add(after + index + 1, row.sentence) { state in
                let before = state.pane
                state.pane = pane
                guard var list = state.focusedList, row.select(&list) else {
                    state.pane = before
                    return false
                }
                state.focusedList = list
                state.refusalNumber = nil
                state.arrange(isForced: false)
                return true
            }
        }
        if rows.count < list.count {
            self.add(.rowsOf(after + rows.lowerBound + 1, after + rows.upperBound, of: list.count))
        }
    }

    /// Of a pane among several.
    private static func title(_ state: ConsoleState) -> Phrase {
        switch (state.page, state.pane) {
        case (.overview, 0) where state.attention.count == 0: .empty
        case (.overview, 0): .attentionTitle(state.attention.count) + ", " + .mostUrgentFirst
        case (.overview, 1): .listenersTitle(state.listeners.count)
        case (.overview, _): .recentChangesTitle
        case (.listeners, 1): .namesTitle(state.listeners.selected?.name ?? "", state.names.count)
        case (.trustStores, 0): .storesTitle(state.stores.count)
        case (.trustStores, 1):
            state.selectedStore.map { .authoritiesTitle($0.name, $0.certificates.count) } ?? .empty
        case (.trustStores, _): .listsTitle(state.revocations.count)
        default: .empty
        }
    }

    // MARK: Overview

    /// How the gate is doing, and what handshakes failed for.
    private mutating func addFigures() {
        guard let counters = self.state.counters, let view = self.state.view else { return }
        let rates = HeaderScreen.rates(self.state)
        let all = rates.handshakes + rates.failures
        self.add(
            [
                .toldRate(Figures.whole(rates.handshakes)),
                .toldShare(Figures.decimal(all > 0 ? rates.failures / all * 100 : 0, 1)),
                .toldOpen(Figures.whole(Double(self.state.openConnections))),
                .uptime(.duration(seconds: counters.time.seconds - view.startedAt.seconds)),
                Phrase(verbatim: Figures.clock(counters.time, in: self.state.settings.zone)),
            ].joined()
        )
        let words = self.state.history.recent(now: counters).words
            .sorted { ($0.value, $1.key) > ($1.value, $0.key) }
            .map { Phrase(verbatim: "\($0.key) \(Figures.whole($0.value))") }
        self.add(.failuresTitle + ": " + (words.isEmpty ? .noFailures : words.joined()))
    }

    // MARK: Clients

    /// How many of the certificates end when, and which is next without another that has followed.
    private mutating func addCalendar() {
        let rows = self.state.clients.rows
        guard let now = self.state.counters?.time, !rows.isEmpty else { return }
        for line in ExpiryCalendar(rows, now: now).lines {
            let name = line.listener.map { Phrase(verbatim: $0) } ?? .expiryAll
            let next = line.next.map { row in
                let left = row.client.facts.notAfter.seconds - now.seconds
                return Phrase(verbatim: ", ") + Phrase.expiryNext(row.name, .toldDuration(seconds: left))
            }
            self.add(.expiryTitle + ", " + name + ": " + .toldCalendar(line.counts) + (next ?? .empty))
        }
    }

    // MARK: Log

    private mutating func addLog() {
        let state = self.state
        let log = state.log
        if !log.query.isEmpty {
            var parts: [Phrase] = log.filterText.isEmpty ? [] : [.filterNote(log.filterText)]
            if log.query.failedOnly { parts.append(.logFailedOnly) }
            parts.append(.matching(Figures.count(log.matches.count), isPartial: log.isSearching))
            self.add(parts.joined())
        }
        self.add(Phrase(verbatim: LogScreen.mode(state, state.language).forms[0]))
        if log.matches.isEmpty {
            for phrase in ConsoleScreen.emptiness(state) { self.add(phrase) }
        } else if let groups = log.groups {
            self.add(groups)
        } else {
            let visible = log.visible(rows: state.layout.logRows)
            let entries = visible.compactMap { state.events.entry(log.matches[$0].number) }
            for (index, entry) in entries.enumerated() {
                self.add(index + 1, self.sentence(of: entry)) { state in
                    state.log.move(to: entry.number, rows: state.layout.logRows)
                    return state.selectedEntry?.number == entry.number
                }
            }
        }
    }

    private func sentence(of entry: PackedRecord) -> String {
        var canvas = Canvas(size: self.state.size, glyphs: .ascii, language: self.state.language)
        canvas.zone = self.state.settings.zone
        let columns = LogTable.columns(self.state, width: self.state.size.columns)
        let words = columns.compactMap { $0.words(entry, $0.field(entry, canvas).text) }
        return self.state.language(words.joined())
    }

    private mutating func add(_ groups: LogGroups) {
        for (index, group) in groups.sorted.prefix(self.state.linearRows).enumerated() {
            self.add(index + 1, self.sentence(of: group)) { state in
                guard let groups = state.log.groups,
                    let wanted = groups.sorted.firstIndex(where: { $0.id == group.id })
                else { return false }
                let now = groups.sorted.firstIndex { $0.id == groups.selected?.id } ?? 0
                state.log.moveGroup(by: wanted - now)
                return true
            }
        }
        let all = groups.sorted.count
        if all > self.state.linearRows { self.add(.rowsOf(1, self.state.linearRows, of: all)) }
    }

    private func sentence(of group: LogGroups.Group) -> String {
        let zone = self.state.settings.zone
        func clock(_ time: Timestamp) -> String { String(zone.shown(time).clockMilliseconds.prefix(8)) }
        let say = self.state.language
        return say(
            [
                group.id.map { Phrase(verbatim: $0) } ?? .withoutValue,
                .toldRecords(Figures.whole(Double(group.count))),
                .toldFailures(Figures.whole(Double(group.failures))),
                .range(from: clock(group.first), to: clock(group.last)),
            ].joined()
        )
    }
}

extension ConsoleState {
    /// How large a console without a screen takes its screen to be: it decides how many rows are told at
    /// once, and that no column gives way.
    static let linearSize = Size(columns: 160, rows: 40)

    /// Rows of a list that are told at once, and that `page-down` goes on by.
    var linearRows: Int { max(1, self.layout.listAndPane().list.rows - 2) }
}
