import Model

/// Draws what has to be answered.
enum DialogueScreen {
    static func draw(_ dialogue: Dialogue, state: ConsoleState, into canvas: inout Canvas) {
        switch dialogue {
        case .mode(let dialogue): self.draw(dialogue, state, &canvas)
        case .confirm(let dialogue): ConfirmScreen.draw(dialogue, &canvas)
        case .leave(let dialogue): self.draw(dialogue, state, &canvas)
        }
    }

    // MARK: Mode

    private static func draw(_ dialogue: ModeDialogue, _ state: ConsoleState, _ canvas: inout Canvas) {
        let layout = state.layout
        let area = Rect(column: 0, row: 1, columns: canvas.size.columns, rows: canvas.size.rows - 2)
        let rect = area.centred(
            columns: min(canvas.size.columns, 90),
            rows: layout.hasLowerPane ? min(area.rows, area.rows > 30 ? 28 : 20) : area.rows
        )
        canvas.fill(rect, role: .dialogue)
        canvas.frame(rect, title: canvas.language(.modeTitle(dialogue.object)), isFocused: true)
        let inner = Rect(
            column: rect.column + 2,
            row: rect.row + 1,
            columns: rect.columns - 4,
            rows: rect.rows - 2
        )
        // From the bottom up: buttons, what is wrong, the confirmation. The middle takes what is left.
        var bottom = inner.endRow - 1
        self.drawButtons(dialogue, row: bottom, inner, &canvas)
        // Where there is no room for all, what is asked of clients is shown while it is worked on.
        let asked = self.asked(dialogue, rows: inner.rows)
        let needed =
            1 + (dialogue.mode == .verify ? 1 : 0) + asked.count + (dialogue.needsName ? 1 : 0)
            + (dialogue.isChange ? 1 : 0)
        let problem = self.problem(dialogue)
        var lines = TextShaping.wrap(
            canvas.language(problem.text),
            width: inner.columns,
            glyphs: canvas.glyphs
        )
        let room = max(1, bottom - inner.row - needed)
        if lines.count > room {
            // Joined, the last line is too long and ends with the mark of what was cut.
            lines = Array(lines[..<(room - 1)]) + [lines[(room - 1)...].joined(separator: " ")]
        }
        bottom -= lines.count
        for (offset, line) in lines.enumerated() {
            canvas.write(
                line,
                column: inner.column,
                row: bottom + offset,
                width: inner.columns,
                role: problem.role
            )
        }
        if dialogue.needsName {
            bottom -= 1
            self.drawName(dialogue, row: bottom, inner, &canvas)
        }
        var row = inner.row
        self.drawModes(dialogue, row: row, inner, &canvas)
        row += 1
        if dialogue.mode == .verify {
            self.drawStore(dialogue, row: row, inner, &canvas)
            row += 1
            for field in asked {
                switch field {
                case .clients: self.drawEnforcement(dialogue, row: row, inner, &canvas)
                case .identity: self.drawIdentity(dialogue, row: row, inner, &canvas)
                default: self.drawOptions(dialogue, row: row, inner, &canvas)
                }
                row += 1
            }
        }
        if dialogue.isChange {
            self.drawTerms(dialogue, row: row, inner, &canvas)
            row += 1
        }
        self.drawConsequence(
            dialogue,
            open: state.counters?.engine.listeners[dialogue.listenerID]?.open ?? 0,
            in: Rect(column: inner.column, row: row, columns: inner.columns, rows: bottom - row),
            &canvas
        )
    }

    /// What is asked of clients, by the first field of each row that there is room for.
    private static func asked(_ dialogue: ModeDialogue, rows: Int) -> [ModeDialogue.Field] {
        guard dialogue.mode == .verify else { return [] }
        if rows >= 16 { return [.clients, .identity, .expiry] }
        switch dialogue.focus {
        case .clients, .identity: return rows >= 14 ? [.clients, .identity] : [dialogue.focus]
        case .expiry, .caNames: return rows >= 14 ? [.clients, .expiry] : [.expiry]
        default: return rows >= 14 ? [.clients, .identity] : []
        }
    }

    /// What the change means: the longest wording that fits as a whole, because half a sentence misleads.
    private static func drawConsequence(
        _ dialogue: ModeDialogue,
        open: Int,
        in rect: Rect,
        _ canvas: inout Canvas
    ) {
        let glyphs = canvas.glyphs
        let language = canvas.language
        func wrapped(_ text: Phrase, _ role: Role) -> [(text: String, role: Role)] {
            TextShaping.wrap(language(text), width: rect.columns, glyphs: glyphs).map {
                (text: $0, role: role)
            }
        }
        let role: Role = dialogue.isWeaker ? .stateWarn : .dialogue
        let full = wrapped(dialogue.consequence, role)
        let short = wrapped(dialogue.shortConsequence, role)
        let count = Figures.count(open)
        var choices = [full, short]
        if dialogue.isChange {
            let isOfName = dialogue.serverName != nil
            let fate = wrapped(self.fate(dialogue, open: count), .dialogue)
            let shortFate = wrapped(
                isOfName
                    ? .modeShortFateOfName
                    : dialogue.judgesAgain ? .modeShortJudgedAgain(count) : .modeShortFate(count),
                .dialogue
            )
            let blank = [(text: "", role: Role.dialogue)]
            let command = wrapped(.modeSameAs(dialogue.command), .textMuted)
            let preview = self.preview(dialogue, language, in: canvas.zone)
            let whole = blank + full + fate + blank + command
            choices = [whole, full + fate, full + shortFate, short + shortFate, short]
            // As many clients as there is room for, below the counts of all. Where it is narrow, first the
            // blank rows go for them, then the command.
            let crowded = full + fate
            for (told, least) in [(crowded, 2), (crowded + command, 2), (whole + blank, 4)] {
                let room = rect.rows - told.count
                guard !preview.isEmpty, room >= min(least, preview.count) else { continue }
                choices.insert(told + preview.prefix(room), at: 0)
            }
        }
        let lines = choices.first { $0.count <= rect.rows } ?? []
        for (offset, line) in lines.enumerated() {
            canvas.write(
                line.text,
                column: rect.column,
                row: rect.row + offset,
                width: rect.columns,
                role: line.role
            )
        }
    }

    /// What becomes of connections that are open.
    static func fate(_ dialogue: ModeDialogue, open count: String) -> Phrase {
        if dialogue.serverName != nil { return .modeFateOfName }
        return dialogue.judgesAgain ? .modeJudgedAgain(count) : .modeFate(count)
    }

    /// What the gate says would become of its clients; whom it hurts most in front.
    static func preview(
        _ dialogue: ModeDialogue,
        _ say: Language,
        in zone: ClockZone
    ) -> [(text: String, role: Role)] {
        func line(_ phrase: Phrase, _ role: Role) -> (text: String, role: Role) { (say(phrase), role) }
        let report: RehearsalReport
        switch dialogue.preview {
        case .none: return []
        case .asked: return [line(.previewAsked, .textMuted)]
        case .failed(let why): return [(why, .textMuted)]
        case .known(let known): report = known
        }
        if report.isBlind { return [line(.previewBlind, .stateWarn)] }
        let counts = Phrase.previewCounts(
            since: Figures.clock(report.since, in: zone),
            accepted: Figures.count(report.accepted),
            refused: Figures.count(report.refused.count),
            connections: Figures.count(report.refused.connections)
        )
        var lines = [line(counts, report.refused.count > 0 ? .stateFail : .stateOk)]
        if report.withoutCertificate > 0 {
            lines.append(line(.previewWithout(Figures.count(report.withoutCertificate)), .stateFail))
        }
        // Where nobody has to have a certificate, those without one are not counted.
        if dialogue.mode == .verify, dialogue.enforcement == .required, let coverage = report.coverage {
            let share = Figures.share(coverage, of: 1)
            lines.append(
                line(
                    .previewConfidence(coverage: share, report.doubts),
                    report.confidence == .high ? .stateOk : .stateWarn
                )
            )
        }
        if report.admitted.count > 0 {
            lines.append(line(.previewAdmitted(Figures.count(report.admitted.count)), .stateWarn))
        }
        if report.unseen.matching > 0 {
            lines.append(line(.previewUnseen(Figures.count(report.unseen.matching)), .stateWarn))
        }
        return lines
            + report.refused.first.map { client in
                let count = Figures.count(client.connections)
                let padding = String(repeating: " ", count: max(0, 7 - count.count))
                let reason = client.reason?.shortWord ?? ""
                return (
                    "REJECT\(padding)\(count)  \(NameText.identity(client.facts))  \(reason)", .logReason
                )
            }
    }

    /// What stands in the way or has gone wrong; empty for nothing.
    private static func problem(_ dialogue: ModeDialogue) -> (text: Phrase, role: Role) {
        if dialogue.request != nil { return (.modeApplying, .stateWarn) }
        return (dialogue.problem ?? .empty, .fieldError)
    }

    private static func drawModes(
        _ dialogue: ModeDialogue,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        let isRoomy = inner.columns >= 60
        var line = DialogueRow(row, in: inner)
        if isRoomy {
            line.write(canvas.language(.modeNow(dialogue.now.mode.rawValue)) + "  ", .textMuted, &canvas)
        }
        for mode in MutualAuthentication.Mode.allCases {
            let isChosen = mode == dialogue.mode
            let mark = isChosen ? canvas.glyphs.chosen : canvas.glyphs.unchosen
            line.field(
                "\(mark) \(mode.rawValue)",
                isFocused: isChosen && dialogue.focus == .mode,
                role: isChosen ? .field : .dialogue,
                &canvas
            )
            line.skip(isRoomy ? 3 : 1)
        }
    }

    private static func drawStore(
        _ dialogue: ModeDialogue,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        let say = canvas.language
        let store = dialogue.store.map { "\($0.name) r\($0.revision)" } ?? say(.modeNoStore)
        var line = DialogueRow(row, in: inner)
        line.write(say(.modeStore) + "  ", .textMuted, &canvas)
        line.field("[\(store)]", isFocused: dialogue.focus == .store, &canvas)
        guard dialogue.stores.count > 1 else { return }
        line.write("  " + say(.modeStoreChoices(dialogue.stores.count)), .textMuted, &canvas)
    }

    /// Whether the change undoes itself, and when.
    private static func drawTerms(
        _ dialogue: ModeDialogue,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        let say = canvas.language
        let terms: Phrase = dialogue.trialSeconds.map { .modeTrial(minutes: $0 / 60) } ?? .modeStays
        var line = DialogueRow(row, in: inner)
        if inner.columns >= 60 { line.write(say(.modeTerms) + "  ", .textMuted, &canvas) }
        line.field("[\(say(terms))]", isFocused: dialogue.focus == .terms, &canvas)
        guard dialogue.trialSeconds != nil else { return }
        let limit = dialogue.limitPercent.map { "\($0)" } ?? say(.modeLimitNever)
        line.write("  " + say(.modeLimit) + " ", .textMuted, &canvas)
        line.field("[\(limit)]", isFocused: dialogue.focus == .limit, &canvas)
        line.write(" " + say(.modeLimitUnit), .textMuted, &canvas)
    }

    /// What becomes of clients that do not pass.
    private static func drawEnforcement(
        _ dialogue: ModeDialogue,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        let say = canvas.language
        let enforcement = dialogue.enforcement
        var line = DialogueRow(row, in: inner)
        line.write(say(.modeClients) + "  ", .textMuted, &canvas)
        line.field("[\(enforcement.rawValue)]", isFocused: dialogue.focus == .clients, &canvas)
        line.write(
            "  " + say(.modeEnforcement(enforcement)),
            enforcement == .required ? .textMuted : .stateWarn,
            &canvas
        )
    }

    /// What is made of dates, and told to clients.
    private static func drawOptions(
        _ dialogue: ModeDialogue,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        let say = canvas.language
        func mark(_ isOn: Bool) -> String { isOn ? "[x] " : "[ ] " }
        var line = DialogueRow(row, in: inner)
        line.write(say(.modeOptions) + "  ", .textMuted, &canvas)
        line.field(
            mark(dialogue.ignoresExpiry) + say(.modeIgnoreExpiry),
            isFocused: dialogue.focus == .expiry,
            role: dialogue.ignoresExpiry ? .stateWarn : .field,
            &canvas
        )
        line.write("  ", .textMuted, &canvas)
        line.field(
            mark(dialogue.advertisesCANames) + say(.modeAdvertise),
            isFocused: dialogue.focus == .caNames,
            &canvas
        )
    }

    /// Which clients alone are let in.
    private static func drawIdentity(
        _ dialogue: ModeDialogue,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        let note = "  " + canvas.language(.modeOnlyNote)
        var line = DialogueRow(row, in: inner)
        line.write(canvas.language(.modeOnly) + "  ", .textMuted, &canvas)
        let isRoomy = inner.columns >= 60
        let width = line.room - (isRoomy ? canvas.width(note) : 0)
        TextField(text: dialogue.identity, isFocused: dialogue.focus == .identity).draw(
            into: &canvas,
            column: line.column,
            row: row,
            width: width
        )
        guard isRoomy else { return }
        line.skip(width)
        line.write(note, .textMuted, &canvas)
    }

    private static func drawName(
        _ dialogue: ModeDialogue,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        let label =
            inner.columns >= 60
            ? canvas.language(dialogue.serverName == nil ? .modeTypeName : .modeTypeHost) + "  "
            : canvas.language(.modeTypeNameShort) + " "
        DialogueParts.drawField(
            label,
            dialogue.typedName,
            isFocused: dialogue.focus == .name,
            row: row,
            inner,
            &canvas
        )
    }

    private static func drawButtons(
        _ dialogue: ModeDialogue,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        DialogueParts.drawButtons(
            [
                (.modeCancel, dialogue.focus == .cancel, true),
                (.modeApply, dialogue.focus == .apply, dialogue.obstacle == nil),
            ],
            row: row,
            inner,
            &canvas
        )
    }

    // MARK: Leave

    private static func draw(_ dialogue: LeaveDialogue, _ state: ConsoleState, _ canvas: inout Canvas) {
        let connections = Figures.count(state.openConnections)
        let choices: [(LeaveDialogue.Choice, Phrase)] = [
            (.stay, .leaveStay), (.leave, .leaveKeepServing), (.stop, .leaveStop(connections)),
        ]
        let area = Rect(column: 0, row: 1, columns: canvas.size.columns, rows: canvas.size.rows - 2)
        let rect = area.centred(columns: 60, rows: choices.count + 4)
        canvas.fill(rect, role: .dialogue)
        canvas.frame(rect, title: canvas.language(.leaveTitle), isFocused: true)
        let inner = Rect(
            column: rect.column + 2,
            row: rect.row + 1,
            columns: rect.columns - 4,
            rows: rect.rows - 2
        )
        canvas.write(
            .leaveSentence,
            column: inner.column,
            row: inner.row,
            width: inner.columns,
            role: .dialogue
        )
        for (offset, (choice, text)) in choices.enumerated() {
            let row = inner.row + 1 + offset
            let isFocused = dialogue.choice == choice
            if isFocused { canvas.cursor = (inner.column + 1, row) }
            canvas.write(
                "[ \(canvas.language(text)) ]",
                column: inner.column,
                row: row,
                width: inner.columns,
                role: isFocused ? .buttonFocus : .button
            )
        }
    }
}
