import Model

/// What has to be answered next, as lines; the last one is the question and begins with `?`.
struct LinearQuestion: Sendable {
    /// Tells it from the question before: figures in its lines may change without its being asked again.
    let key: String
    let lines: [String]

    /// Files that are offered by number.
    private static let files = 30

    /// The question that is open; nil for none, or while the gate is asked for what it needs.
    static func open(in state: ConsoleState) -> LinearQuestion? {
        switch state.dialogue {
        case .mode(let dialogue): return self.of(dialogue, state)
        case .confirm(let dialogue): return self.of(dialogue, state)
        case .leave: return self.leave(state)
        case nil: break
        }
        if let prompt = state.prompt { return self.of(prompt, state) }
        return switch state.overlay {
        case .menu(let menu): self.of(menu, state)
        case .files(let picker): self.of(picker, state)
        case .revisions(let view): self.of(view, state)
        case .help, .detail, .palette, nil: nil
        }
    }

    private init(_ key: String, _ texts: [Phrase], _ say: Language) {
        self.key = key
        self.lines = texts.map { say($0) }.filter { !$0.isEmpty }
    }

    // MARK: Mode

    private static func of(_ dialogue: ModeDialogue, _ state: ConsoleState) -> LinearQuestion? {
        guard dialogue.request == nil else { return nil }
        var texts: [Phrase] = []
        switch dialogue.focus {
        case .mode:
            texts = [
                [.modeTitle(dialogue.object), .isNow(dialogue.now.modeText), .leavingNote].sentences()
            ]
        case .terms:
            guard let meaning = self.meaning(dialogue, state) else { return nil }
            texts = meaning
        case .apply:
            if !dialogue.isChange { texts = [dialogue.consequence] }
            texts.append(.modeSameAs(dialogue.command))
        case .store, .clients, .identity, .expiry, .caNames, .limit, .name, .cancel: break
        }
        // The gate has the last word before the last question.
        if dialogue.focus == .limit || dialogue.focus == .apply, case .asked = dialogue.preview { return nil }
        if let problem = dialogue.problem { texts.append(problem) }
        return LinearQuestion(
            "mode \(dialogue.focus) \(dialogue.problem?.english ?? "") \(dialogue.generation)",
            texts + [self.question(dialogue)],
            state.language
        )
    }

    /// What the change would mean, and what the gate says that it would do to its clients; nil until it has.
    private static func meaning(_ dialogue: ModeDialogue, _ state: ConsoleState) -> [Phrase]? {
        if case .asked = dialogue.preview { return nil }
        let open = state.counters?.engine.listeners[dialogue.listenerID]?.open ?? 0
        let count = Figures.whole(Double(open))
        let preview = DialogueScreen.preview(dialogue, state.language, in: state.settings.zone)
        return [
            dialogue.consequence,
            DialogueScreen.fate(dialogue, open: count),
        ] + preview.map { Phrase(verbatim: $0.text) }
    }

    private static func question(_ dialogue: ModeDialogue) -> Phrase {
        let modes = MutualAuthentication.Mode.allCases.map(\.rawValue)
        let demands = ClientRequirements.Enforcement.allCases
        let trial: Phrase = dialogue.trialSeconds.map { .modeTrial(minutes: $0 / 60) } ?? .modeStays
        switch dialogue.focus {
        case .mode:
            let all = Phrase(verbatim: modes.joined(separator: ", "))
            return .question(.labelMode, all, Phrase(verbatim: dialogue.mode.rawValue))
        case .store:
            let names = dialogue.stores.map { "\($0.name) r\($0.revision)" }.joined(separator: ", ")
            let store = dialogue.store.map { Phrase(verbatim: $0.name) }
            return .question(.modeStore, Phrase(verbatim: names), store ?? .modeNoStore)
        case .clients:
            let choices = demands.map { Phrase(verbatim: "\($0.rawValue) (") + .modeEnforcement($0) + ")" }
            let now = Phrase(verbatim: dialogue.enforcement.rawValue)
            return .question(.modeClients, choices.joined(), now)
        case .identity:
            return .question(
                .onlyLabel,
                .onlyChoices,
                dialogue.identity.isEmpty ? .answerNone : Phrase(verbatim: dialogue.identity)
            )
        case .expiry:
            return .question(.modeIgnoreExpiry, .switchChoices, .switchAnswer(dialogue.ignoresExpiry))
        case .caNames:
            return .question(.modeAdvertise, .switchChoices, .switchAnswer(dialogue.advertisesCANames))
        case .terms:
            let minutes = ModeDialogue.trials.compactMap { $0.map { "\($0 / 60)" } }.joined(separator: ", ")
            return .question(.modeTerms, .termsChoices(minutes), trial)
        case .limit:
            let limit = dialogue.limitPercent.map { Phrase(verbatim: "\($0)") }
            return .question(.limitLabel, .limitChoices, limit ?? .answerNone)
        case .name: return .question(dialogue.serverName == nil ? .modeTypeName : .modeTypeHost)
        case .cancel, .apply:
            let change = Phrase.changeOf(
                dialogue.object,
                from: dialogue.now.mode.rawValue,
                to: dialogue.mode.rawValue
            )
            return .confirmation(change + ", " + trial, .modeApply)
        }
    }

    // MARK: Other dialogues

    private static func of(_ dialogue: ConfirmDialogue, _ state: ConsoleState) -> LinearQuestion? {
        guard dialogue.request == nil else { return nil }
        switch dialogue.preview {
        case .asked, .failed: return nil
        case .none, .known: break
        }
        let say = state.language
        let title = Phrase.confirmTitle(dialogue.action)
        var texts: [Phrase] = []
        // What it means is told once; what is wrong with an answer after each.
        if dialogue.problem == nil, dialogue.focus == dialogue.fields.first || dialogue.name == nil {
            texts = [[title, .leavingNote].sentences()]
            texts += dialogue.lines.map {
                Phrase(verbatim: LinearText.words(say($0.text), $0.role, say).trimmingBlanks)
            }
        }
        if let problem = dialogue.problem { texts.append(problem) }
        texts.append(
            dialogue.focus == .name
                ? .question(.confirmTypeName(dialogue.name ?? ""))
                : .confirmation(title, .confirmButton(dialogue.action))
        )
        return LinearQuestion("confirm \(dialogue.focus) \(dialogue.problem?.english ?? "")", texts, say)
    }

    private static func leave(_ state: ConsoleState) -> LinearQuestion {
        let connections = Figures.whole(Double(state.openConnections))
        let choices: [Phrase] = [.leaveStay, .leaveKeepServing, .leaveStop(connections)]
        return LinearQuestion(
            "leave",
            [.leaveSentence] + self.numbered(choices) + [.question(.answerNumber(of: 3), .empty, .leaveStay)],
            state.language
        )
    }

    // MARK: Prompts and what lies over a page

    private static func of(_ prompt: Prompt, _ state: ConsoleState) -> LinearQuestion {
        let isFilter = prompt.kind == .filter
        let label: Phrase = isFilter ? .logFilter : FooterScreen.note(prompt, state)
        let mistake = prompt.mistake.map { Phrase.at($0.column, $0.text) }
        return LinearQuestion(
            "prompt \(prompt.kind) \(prompt.text)",
            [mistake ?? .empty, isFilter ? .helpFilter : .empty]
                + [.question([label, .emptyLeaves].sentences())],
            state.language
        )
    }

    private static func of(_ menu: Menu, _ state: ConsoleState) -> LinearQuestion {
        let choices = menu.items.map { item in
            item.note == .empty ? item.label : item.label + ": " + item.note
        }
        return LinearQuestion(
            "menu \(menu.title.english) \(choices.map(\.english))",
            [menu.title] + self.numbered(choices)
                + [.question([.answerNumber(of: choices.count), .emptyLeaves].sentences())],
            state.language
        )
    }

    private static func of(_ picker: FilePicker, _ state: ConsoleState) -> LinearQuestion? {
        guard let listing = picker.listing, !state.isAwaitingReply else { return nil }
        let directory = Phrase(verbatim: listing.directory)
        let place = state.machine.map { .filesSent(directory, to: $0) } ?? directory
        var all = picker
        all.typed = ""
        let names = all.entries.prefix(self.files).map { entry in
            Phrase(
                verbatim: entry.isDirectory
                    ? "\(entry.name)/" : "\(entry.name), \(Figures.bytes(entry.size))"
            )
        }
        let rest = all.entries.count - names.count
        return LinearQuestion(
            "files \(listing.directory) \(picker.problem?.english ?? "")",
            [.filesTitle(picker.purpose, picker.store) + ": " + place]
                + self.numbered(names)
                + [rest > 0 ? .andMore(rest) : .empty, picker.problem ?? .empty]
                + [.question([.answerFile, .emptyLeaves].sentences())],
            state.language
        )
    }

    private static func of(_ view: RevisionsView, _ state: ConsoleState) -> LinearQuestion {
        let say = state.language
        let revisions = view.revisions.enumerated().map { index, revision in
            Phrase(verbatim: RevisionsScreen.text(of: revision, isInForce: index == 0, state))
        }
        let difference = LinearText.lines(
            Detail(title: "", lines: RevisionsScreen.difference(view, say)),
            say
        )
        return LinearQuestion(
            "revisions \(view.store) \(view.index)",
            [.revisionsTitle(view.store)] + self.numbered(revisions)
                + difference.map { Phrase(verbatim: $0) }
                + [.question([.answerRevision, .emptyLeaves].sentences())],
            say
        )
    }

    private static func numbered(_ texts: [Phrase]) -> [Phrase] {
        texts.enumerated().map { Phrase(verbatim: "\($0 + 1). ") + $1 }
    }
}
