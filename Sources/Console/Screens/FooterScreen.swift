import Model

/// The last two rows: messages and prompts, and the keys that work here and now.
enum FooterScreen {
    static func drawMessage(_ state: ConsoleState, _ canvas: inout Canvas) {
        let row = state.layout.messageRow
        let width = canvas.size.columns
        if let prompt = state.prompt {
            self.drawPrompt(prompt, state, &canvas)
            return
        }
        if let toast = state.toast {
            let role: Role =
                switch toast.kind {
                case .info: .toastInfo
                case .warn: .toastWarn
                case .error: .toastError
                }
            canvas.write(" " + self.text(of: toast, state), column: 0, row: row, width: width, role: role)
            return
        }
        if case .gone(let reason) = state.link, state.view != nil {
            let text = " " + canvas.language(.stale(reason))
            canvas.write(text, column: 0, row: row, width: width, role: .toastError)
            return
        }
        let status = self.status(state)
        canvas.write(
            " " + canvas.language(status.text),
            column: 0,
            row: row,
            width: width,
            role: status.role
        )
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        switch state.page {
        case .overview: OverviewScreen.status(state)
        case .listeners: ListenersScreen.status(state)
        case .trustStores: TrustStoresScreen.status(state)
        case .log: LogScreen.status(state)
        case .requests: RequestsScreen.status(state)
        case .refusals: RefusalsScreen.status(state)
        case .clients: ClientsScreen.status(state)
        case .targets: TargetsScreen.status(state)
        case .changes: ChangesScreen.status(state)
        }
    }

    /// What a list says of itself: how many, in which order, and what hides others.
    static func status(of list: any ListControl, _ count: Phrase) -> Phrase {
        var parts = [count]
        if list.markCount > 0 { parts.append(.marked(list.markCount)) }
        parts.append(list.sortNote)
        if !list.filterText.isEmpty { parts.append(.filterNote(list.filterText)) }
        return parts.filter { $0 != .empty }.joined()
    }

    static func text(of toast: Toast, _ state: ConsoleState) -> String {
        guard let id = toast.drainingListener, let counters = state.counters?.engine.listeners[id]
        else {
            return toast.text
        }
        // The number first: it is what is watched, and must not be cut off behind a long name.
        return state.language(
            counters.draining == 0
                ? .allDrained(toast.text) : .stillDrain(Figures.count(counters.draining), toast.text)
        )
    }

    // MARK: Prompts

    private static func drawPrompt(_ prompt: Prompt, _ state: ConsoleState, _ canvas: inout Canvas) {
        let row = state.layout.messageRow
        let width = canvas.size.columns
        let sign =
            switch prompt.kind {
            case .filter: "/"
            case .moment: "t"
            case .filterName: "@"
            case .serial: "s"
            }
        var column = canvas.write(" \(sign) ", column: 0, row: row, width: width, role: .hintKey)
        let room = max(8, width - column - 1)
        let note = prompt.mistake.map { Phrase.at($0.column, $0.text) } ?? self.note(prompt, state)
        let text = canvas.language(note)
        // The whole of what is wrong is worth more than the beginning of a long text.
        let noteWidth = min(canvas.width(text), prompt.mistake == nil ? room / 2 : room * 2 / 3)
        let fieldWidth = room - noteWidth - 2
        let start = column
        // The end of the text is where it is being typed.
        column += canvas.write(
            prompt.text,
            column: column,
            row: row,
            width: fieldWidth - 1,
            role: .field,
            keep: .end
        )
        if let mistake = prompt.mistake, canvas.width(prompt.text) < fieldWidth {
            let end = canvas.width(String(prompt.text.prefix(mistake.column)))
            canvas.paint(
                row: row,
                columns: (start + end)..<max(start + end + 1, column),
                role: .fieldError
            )
        }
        canvas.cursor = (min(column, width - 1), row)
        canvas.isCaretVisible = true
        canvas.write(
            text,
            column: width - noteWidth - 1,
            row: row,
            width: noteWidth,
            role: prompt.mistake == nil ? .textMuted : .fieldError
        )
    }

    static func note(_ prompt: Prompt, _ state: ConsoleState) -> Phrase {
        switch prompt.kind {
        case .moment: return .helpTime
        case .filterName: return .helpSaveFilter
        case .serial: return .serialPrompt
        case .filter: break
        }
        if state.page == .log {
            return .matching(Figures.count(state.log.matches.count), isPartial: state.log.isSearching)
        }
        return .shown("\(state.focusedList?.count ?? 0)")
    }

    // MARK: Hints

    private struct Hint {
        let key: String
        let word: Phrase
        var isEnabled = true
    }

    static func drawHints(_ state: ConsoleState, _ canvas: inout Canvas) {
        let row = state.layout.hintRow
        let width = canvas.size.columns
        var column = 1
        for hint in self.hints(state) {
            let word = canvas.language(hint.word)
            guard column + canvas.width(hint.key + word) + 1 <= width else { continue }
            column += canvas.write(
                hint.key,
                column: column,
                row: row,
                width: width - column,
                role: hint.isEnabled ? .hintKey : .hintDisabled
            )
            column += 1
            column += canvas.write(
                word,
                column: column,
                row: row,
                width: width - column,
                role: hint.isEnabled ? .hintText : .hintDisabled
            )
            column += 2
        }
    }

    private static func hints(_ state: ConsoleState) -> [Hint] {
        func fixed(_ pairs: KeyValuePairs<String, Phrase>) -> [Hint] {
            pairs.map { Hint(key: $0.key, word: $0.value) }
        }
        switch state.dialogue {
        case .mode(let dialogue) where dialogue.focus == .name:
            return fixed(["Enter": .hintNext, "Shift-Tab": .hintMode, "Esc": .hintCancelUnchanged])
        case .mode(let dialogue) where dialogue.focus == .mode && dialogue.isWeaker:
            return fixed(["Left Right": .hintMode, "Enter": .hintNext, "Esc": .hintCancel])
        case .mode(let dialogue) where dialogue.focus == .mode:
            return fixed(["o p v": .hintMode, "Enter": .hintNext, "Tab": .hintField, "Esc": .hintCancel])
        case .mode(let dialogue) where dialogue.focus == .identity:
            return fixed(["Enter": .hintNext, "Tab": .hintField, "Esc": .hintCancel])
        case .mode(let dialogue)
        where [.store, .clients, .expiry, .caNames, .terms, .limit].contains(dialogue.focus):
            return fixed([
                "Left Right": .hintChoose, "Enter": .hintNext, "Tab": .hintField, "Esc": .hintCancel,
            ])
        case .mode:
            return fixed([
                "Enter": .hintPressButton, "Left Right": .hintChoose, "Tab": .hintField, "Esc": .hintCancel,
            ])
        case .confirm(let dialogue) where dialogue.focus == .name:
            return fixed(["Enter": .hintNext, "Tab": .hintField, "Esc": .hintCancelUnchanged])
        case .confirm:
            return fixed(["Left Right": .hintChoose, "Enter": .hintPressButton, "Esc": .hintCancel])
        case .leave:
            return fixed(["Left Right": .hintChoose, "Enter": .hintPressButton, "Esc": .hintStay])
        case nil: break
        }
        if state.prompt != nil {
            return fixed(["Enter": .hintKeep, "Esc": .hintAsBefore, "Ctrl-U": .hintClear])
        }
        switch state.overlay {
        case .help:
            return fixed([
                "Tab": .hintSection, "Up Down": .hintScroll, "a-z": .hintSearch, "Esc": .hintClose,
            ])
        case .menu(let menu) where menu.command != nil && !state.lock.isArmed:
            return fixed(["Enter": .hintChoose, "j k": .hintScroll, "!": .hintArm, "Esc": .hintClose])
        case .menu: return fixed(["Enter": .hintChoose, "j k": .hintScroll, "Esc": .hintClose])
        case .palette:
            return fixed([
                "Enter": .hintRun, "Tab": .hintComplete, "Up Down": .hintChoose, "Esc": .hintClose,
            ])
        case .files:
            return fixed([
                "Enter": .hintChoose, "Left": .hintUp, "Up Down": .hintScroll, "a-z": .hintSearch,
                "Esc": .hintClose,
            ])
        case .revisions:
            return fixed(["j k": .hintScroll, "R": .hintReapply, "Esc": .hintClose])
        case .detail where state.page == .log:
            return fixed(["[ ]": .hintNeighbours, "j k": .hintScroll, "y": .hintCopy, "Esc": .hintClose])
        case .detail: return fixed(["j k": .hintScroll, "y": .hintCopy, "Esc": .hintClose])
        case nil: return self.pageHints(state)
        }
    }

    /// What is left out on narrow screens comes last.
    private static let order = [
        "mode", "keep", "undo", "drain", "open", "follow", "failed-only", "filter", "next-failure",
        "pane",
        "next-event", "expiring", "requests-or-connections", "join", "help",
        "arm", "restore", "add-ca", "add-revocations", "remove", "revisions", "fix",
        "command", "sort", "like", "copy", "group", "time", "columns", "export", "actions",
    ]

    private static func pageHints(_ state: ConsoleState) -> [Hint] {
        let related = self.relatedHints(state)
        let own = Command.registry
            .filter { $0.hint != nil && $0.exists(on: state.page) }
            .map { (command: $0, place: self.order.firstIndex(of: $0.name) ?? self.order.count) }
            .sorted { $0.place < $1.place }
            .compactMap { command, _ -> [Hint]? in
                guard let key = state.keys.keys(of: command, on: state.page).first,
                    var word = command.hint
                else { return nil }
                // Nobody is told to keep what is not on trial.
                let isAboutTrials =
                    command.name == "keep" || command.name == "undo" && state.page != .changes
                if isAboutTrials, state.view?.trials?.isEmpty ?? true { return nil }
                if command.name == "arm", state.lock.isArmed { word = .hintDisarm }
                if command.name == "back", !state.trail.isEmpty { word = .hintReturn }
                let hint = Hint(
                    key: key.spelling,
                    word: word,
                    isEnabled: command.availability(state) == .yes
                )
                // What leads on from the row comes before what is the same on every page.
                return command.name == "command" ? related + [hint] : [hint]
            }
        return Array(own.joined())
    }

    /// Pages where something belongs to the row under the cursor.
    private static func relatedHints(_ state: ConsoleState) -> [Hint] {
        guard [.refusals, .clients, .targets].contains(state.page) else { return [] }
        return [Page.log, .clients, .requests].compactMap { page in
            guard state.related(on: page) != nil, let command = Command.named(page.name),
                let key = state.keys.keys(of: command, on: state.page).first
            else { return nil }
            return Hint(key: key.spelling, word: .hintRelated(page))
        }
    }
}
