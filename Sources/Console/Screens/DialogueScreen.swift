import Model

/// Draws what has to be answered.
enum DialogueScreen {
    static func draw(_ dialogue: Dialogue, state: ConsoleState, into canvas: inout Canvas) {
        switch dialogue {
        case .mode(let dialogue): self.draw(dialogue, state, &canvas)
        case .leave(let dialogue): self.draw(dialogue, state, &canvas)
        }
    }

    // MARK: Mode

    private static func draw(_ dialogue: ModeDialogue, _ state: ConsoleState, _ canvas: inout Canvas) {
        let layout = state.layout
        let area = Rect(column: 0, row: 1, columns: canvas.size.columns, rows: canvas.size.rows - 2)
        let rect = area.centred(
            columns: min(canvas.size.columns, 90),
            rows: layout.hasLowerPane ? 18 : area.rows
        )
        canvas.fill(rect, role: .dialogue)
        canvas.frame(rect, title: "Change mTLS mode: \(dialogue.listenerName)", isFocused: true)
        let inner = Rect(
            column: rect.column + 2,
            row: rect.row + 1,
            columns: rect.columns - 4,
            rows: rect.rows - 2
        )
        // From the bottom up: buttons, what is wrong, the confirmation. The middle takes what is left.
        var bottom = inner.endRow - 1
        self.drawButtons(dialogue, row: bottom, inner, &canvas)
        let needed = 1 + (dialogue.mode == .verify ? 1 : 0) + (dialogue.isWeaker ? 1 : 0)
        let problem = self.problem(dialogue)
        var lines = TextShaping.wrap(problem.text, width: inner.columns, glyphs: canvas.glyphs)
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
        if dialogue.isWeaker {
            bottom -= 1
            self.drawName(dialogue, row: bottom, inner, &canvas)
        }
        var row = inner.row
        self.drawModes(dialogue, row: row, inner, &canvas)
        row += 1
        if dialogue.mode == .verify {
            self.drawStore(dialogue, row: row, inner, &canvas)
            row += 1
        }
        self.drawConsequence(
            dialogue,
            open: state.counters?.engine.listeners[dialogue.listenerID]?.open ?? 0,
            in: Rect(column: inner.column, row: row, columns: inner.columns, rows: bottom - row),
            &canvas
        )
    }

    /// What the change means: the longest wording that fits as a whole, because half a sentence misleads.
    private static func drawConsequence(
        _ dialogue: ModeDialogue,
        open: Int,
        in rect: Rect,
        _ canvas: inout Canvas
    ) {
        let glyphs = canvas.glyphs
        func wrapped(_ text: String, _ role: Role) -> [(text: String, role: Role)] {
            TextShaping.wrap(text, width: rect.columns, glyphs: glyphs).map { (text: $0, role: role) }
        }
        let role: Role = dialogue.isWeaker ? .stateWarn : .dialogue
        let full = wrapped(dialogue.consequence, role)
        let short = wrapped(dialogue.shortConsequence, role)
        let count = Figures.count(open)
        var choices = [full, short]
        if dialogue.isChange {
            let fate = wrapped(
                "Open connections \(count): idle ones are closed, busy ones finish the request in hand and "
                    + "close.",
                .dialogue
            )
            let shortFate = wrapped("\(count) open: idle close, busy finish", .dialogue)
            let blank = [(text: "", role: Role.dialogue)]
            let command = wrapped("same as  \(dialogue.command)", .textMuted)
            choices = [
                blank + full + fate + blank + command, full + fate, full + shortFate, short + shortFate,
                short,
            ]
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

    /// What stands in the way or has gone wrong; empty for nothing.
    private static func problem(_ dialogue: ModeDialogue) -> (text: String, role: Role) {
        if dialogue.request != nil { return ("applying: waiting until every worker enforces it", .stateWarn) }
        return (dialogue.problem ?? "", .fieldError)
    }

    private static func drawModes(_ dialogue: ModeDialogue, row: Int, _ inner: Rect, _ canvas: inout Canvas) {
        var column = inner.column
        let end = inner.endColumn
        let now = "now \(dialogue.now.mode.rawValue)   new  "
        if inner.columns >= 60 {
            column += canvas.write(now, column: column, row: row, width: end - column, role: .textMuted)
        }
        for mode in MutualAuthentication.Mode.allCases {
            let isChosen = mode == dialogue.mode
            let mark = isChosen ? canvas.glyphs.chosen : canvas.glyphs.unchosen
            let role: Role = isChosen ? (dialogue.focus == .mode ? .fieldFocus : .field) : .dialogue
            if isChosen, dialogue.focus == .mode { canvas.cursor = (column + 1, row) }
            column += canvas.write(
                "\(mark) \(mode.rawValue)",
                column: column,
                row: row,
                width: end - column,
                role: role
            )
            column += inner.columns >= 60 ? 3 : 1
        }
    }

    private static func drawStore(_ dialogue: ModeDialogue, row: Int, _ inner: Rect, _ canvas: inout Canvas) {
        let label = "trust store  "
        var column = inner.column
        column += canvas.write(label, column: column, row: row, width: inner.columns, role: .textMuted)
        let isFocused = dialogue.focus == .store
        let text = dialogue.store.map { "[\($0.name) r\($0.revision)]" } ?? "[there is none]"
        if isFocused { canvas.cursor = (column + 1, row) }
        column += canvas.write(
            text,
            column: column,
            row: row,
            width: inner.endColumn - column,
            role: isFocused ? .fieldFocus : .field
        )
        guard dialogue.stores.count > 1 else { return }
        let note = "  \(dialogue.stores.count) to choose from"
        canvas.write(note, column: column, row: row, width: inner.endColumn - column, role: .textMuted)
    }

    private static func drawName(_ dialogue: ModeDialogue, row: Int, _ inner: Rect, _ canvas: inout Canvas) {
        let label = inner.columns >= 60 ? "Type the listener's name to enable Apply:  " : "Type its name: "
        var column = inner.column
        column += canvas.write(label, column: column, row: row, width: inner.columns, role: .dialogue)
        let width = min(40, inner.endColumn - column)
        let role: Role = dialogue.focus == .name ? .fieldFocus : .field
        canvas.write(
            "[\(String(repeating: "_", count: max(0, width - 2)))]",
            column: column,
            row: row,
            width: width,
            role: role
        )
        let used = canvas.write(
            dialogue.typedName,
            column: column + 1,
            row: row,
            width: width - 2,
            role: role,
            keep: .end
        )
        guard dialogue.focus == .name else { return }
        canvas.cursor = (column + 1 + min(used, width - 2), row)
        canvas.isCaretVisible = true
    }

    private static func drawButtons(_ dialogue: ModeDialogue, row: Int, _ inner: Rect, _ canvas: inout Canvas)
    {
        let buttons: [(ModeDialogue.Field, String)] = [(.cancel, "[ Cancel ]"), (.apply, "[ Apply ]")]
        var column = inner.column + max(0, (inner.columns - 30) / 2)
        for (field, text) in buttons {
            let isEnabled = field == .cancel || dialogue.obstacle == nil
            let isFocused = dialogue.focus == field
            let role: Role = isFocused ? .buttonFocus : isEnabled ? .button : .hintDisabled
            if isFocused { canvas.cursor = (column + 2, row) }
            column +=
                canvas.write(text, column: column, row: row, width: inner.endColumn - column, role: role) + 8
        }
    }

    // MARK: Leave

    private static func draw(_ dialogue: LeaveDialogue, _ state: ConsoleState, _ canvas: inout Canvas) {
        let connections = Figures.count(state.openConnections)
        let choices: [(LeaveDialogue.Choice, String)] = [
            (.stay, "Stay"), (.leave, "Leave console, keep serving"),
            (.stop, "Stop serving: \(connections) connections"),
        ]
        let area = Rect(column: 0, row: 1, columns: canvas.size.columns, rows: canvas.size.rows - 2)
        let rect = area.centred(columns: 60, rows: choices.count + 4)
        canvas.fill(rect, role: .dialogue)
        canvas.frame(rect, title: "Leave", isFocused: true)
        let inner = Rect(
            column: rect.column + 2,
            row: rect.row + 1,
            columns: rect.columns - 4,
            rows: rect.rows - 2
        )
        canvas.write(
            "This process is also the gate.",
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
                "[ \(text) ]",
                column: inner.column,
                row: row,
                width: inner.columns,
                role: isFocused ? .buttonFocus : .button
            )
        }
    }
}
