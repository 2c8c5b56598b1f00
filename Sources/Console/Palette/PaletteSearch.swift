import Model

/// What a line that is being typed could become.
enum PaletteSearch {
    struct Candidate: Hashable, Sendable {
        /// What is run.
        let line: String
        /// What it would do, or why it cannot.
        let note: Phrase
        var isEnabled = true
        /// Whether it can be run as it stands; otherwise something has to be typed after it.
        var isComplete = true

        /// The text that Tab makes of what was typed.
        var completed: String { self.isComplete ? self.line : self.line + " " }
    }

    /// Candidates that are worth showing.
    static let limit = 200

    static func candidates(_ text: String, _ state: ConsoleState) -> [Candidate] {
        let typed = text.drop { $0 == " " }
        guard !typed.isEmpty else {
            let recent = state.saved.history.map { Candidate(line: $0, note: .recentCommand) }
            return Array((recent + self.commands(state)).prefix(self.limit))
        }
        if let space = typed.firstIndex(of: " "), let command = Command.named(String(typed[..<space])) {
            let rest = String(typed[typed.index(after: space)...].drop { $0 == " " })
            return self.arguments(of: command, rest, state)
        }
        let all = self.commands(state) + self.objects(state)
        return self.fitting(String(typed), all) { $0.line }
    }

    /// Candidates whose text has the typed letters in their order, the best first.
    private static func fitting(
        _ typed: String,
        _ all: [Candidate],
        _ text: (Candidate) -> String
    ) -> [Candidate] {
        let scored = all.enumerated().compactMap { index, candidate in
            FuzzyMatch.score(typed, text(candidate)).map {
                (score: $0, index: index, candidate: candidate)
            }
        }
        return scored.sorted { ($0.score, $1.index) > ($1.score, $0.index) }.prefix(self.limit).map(
            \.candidate
        )
    }

    // MARK: Commands and objects

    private static func commands(_ state: ConsoleState) -> [Candidate] {
        Command.registry.filter {
            $0.group != .move && ($0.exists(on: state.page) || $0.leadsToItsPage)
        }
        .map { command in
            var note = command.help
            var isEnabled = true
            if case .no(let reason) = command.availability(state) { (note, isEnabled) = (reason, false) }
            let needsMore = ["theme", "language", "clock", "listener", "store", "explain"].contains(
                command.name
            )
            return Candidate(
                line: command.name,
                note: note,
                isEnabled: isEnabled,
                isComplete: !needsMore
            )
        }
    }

    private static func objects(_ state: ConsoleState) -> [Candidate] {
        guard let view = state.view else { return [] }
        let listeners = view.configuration.listeners.map { _, listener in
            Candidate(line: "listener \(listener.name)", note: .helpListener)
        }
        let stores = view.configuration.trustStores.map {
            Candidate(line: "store \($0.name)", note: .helpStore)
        }
        let filters = state.saved.filters.sorted { $0.key < $1.key }.map {
            Candidate(line: "filter @\($0.key)", note: Phrase(verbatim: $0.value))
        }
        let reasons = Reasons.all.map { Candidate(line: "explain \($0.word)", note: .helpExplain) }
        let topics = HelpView.Section.allCases.map {
            Candidate(line: "help \($0.name)", note: .helpHelp)
        }
        return listeners + stores + filters + reasons + topics
    }

    // MARK: Arguments

    private static func arguments(
        of command: Command,
        _ rest: String,
        _ state: ConsoleState
    )
        -> [Candidate]
    {
        let words = rest.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let index = max(0, words.count - 1)
        guard index < command.arguments.count else { return [] }
        if command.name == "mode" { return self.modes(words, state) }
        let typed = words.last ?? ""
        let head = ([command.name] + words.dropLast()).joined(separator: " ")
        let values = self.values(of: command.arguments[index], state).map { value, note in
            Candidate(line: "\(head) \(value)", note: note)
        }
        return typed.isEmpty
            ? values : self.fitting(typed, values) { String($0.line.dropFirst(head.count + 1)) }
    }

    private static func values(
        of argument: Command.Argument,
        _ state: ConsoleState
    ) -> [(value: String, note: Phrase)] {
        let configuration = state.view?.configuration
        func plain(_ words: [String]) -> [(value: String, note: Phrase)] { words.map { ($0, .empty) } }
        switch argument {
        case .mode: return plain(MutualAuthentication.Mode.allCases.map(\.rawValue))
        case .listener: return plain(configuration?.listeners.map(\.listener.name) ?? [])
        case .store: return plain(configuration?.trustStores.map(\.name) ?? [])
        case .group: return plain(configuration?.targetGroups.map(\.name) ?? [])
        case .filter:
            return state.saved.filters.sorted { $0.key < $1.key }
                .map { ("@\($0.key)", Phrase(verbatim: $0.value)) }
        case .column:
            let choices =
                state.page == .log ? state.logColumns.choices : state.focusedList?.columnChoices ?? []
            return choices.map { ($0.name, $0.title) }
        case .theme: return plain(state.themes)
        case .language: return plain(Language.allCases.map(\.rawValue))
        case .zone: return plain(["utc", "local", "+09:00"])
        case .format: return [("text", .exportText), ("json", .exportJSON), ("chain", .exportChain)]
        case .moment:
            return [("10m", .empty), ("1h", .empty)]
                + state.changes.prefix(20).map {
                    ("#\($0.number)", Phrase(verbatim: $0.lines.first?.description ?? ""))
                }
        case .reason: return Reasons.all.map { ($0.word, $0.code) }
        case .key: return plain(LogGroups.Key.allCases.map(\.rawValue))
        case .what: return CopyText.choices(of: state).map { ($0.name, $0.label) }
        case .section: return HelpView.Section.allCases.map { ($0.name, $0.title) }
        case .change:
            return state.changes.prefix(50).map {
                ("#\($0.number)", Phrase(verbatim: $0.lines.first?.description ?? ""))
            }
        case .path, .name, .serial, .host: return []
        }
    }

    /// A mode, a listener and a name, in either order of thought: each with what it would mean.
    private static func modes(_ words: [String], _ state: ConsoleState) -> [Candidate] {
        guard let view = state.view else { return [] }
        let pairs = MutualAuthentication.Mode.allCases.flatMap { mode in
            view.configuration.listeners.filter { $0.listener.protocol.terminatesTLS }.flatMap {
                (_, listener) -> [(MutualAuthentication.Mode, Listener, String?)] in
                [(mode, listener, nil)] + listener.namePolicies.flatMap(\.names).map { (mode, listener, $0) }
            }
        }
        let all = pairs.map { mode, listener, name -> Candidate in
            let now = listener.authentication(for: name).mode
            let isSame = now == mode && mode != .verify
            var note: Phrase =
                isSame
                ? .modeAlready(mode.rawValue)
                : Phrase(verbatim: "\(now.rawValue) → \(mode.rawValue): ") + .opensDialogue
            var isEnabled = !isSame
            if let reason = state.lock.refusal { (note, isEnabled) = (reason, false) }
            return Candidate(
                line: "mode \(mode.rawValue) \(listener.name)" + (name.map { " \($0)" } ?? ""),
                note: note,
                isEnabled: isEnabled
            )
        }
        let typed = words.filter { !$0.isEmpty }
        return all.filter { candidate in
            typed.allSatisfy { word in FuzzyMatch.score(word, String(candidate.line.dropFirst(5))) != nil
            }
        }
    }
}
