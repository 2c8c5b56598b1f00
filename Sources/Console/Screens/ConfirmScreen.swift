import Model

/// Draws a question that one button answers.
enum ConfirmScreen {
    static func draw(_ dialogue: ConfirmDialogue, _ canvas: inout Canvas) {
        let say = canvas.language
        let area = Rect(column: 0, row: 1, columns: canvas.size.columns, rows: canvas.size.rows - 2)
        let width = min(canvas.size.columns, 84)
        let blank = ConfirmDialogue.Line(text: .empty)
        var texts = dialogue.lines
        if dialogue.request != nil {
            texts += [blank, ConfirmDialogue.Line(text: .modeApplying, role: .stateWarn)]
        } else if let problem = dialogue.problem {
            texts += [blank, ConfirmDialogue.Line(text: problem, role: .fieldError)]
        }
        let lines = texts.flatMap { line -> [(text: String, role: Role)] in
            let pieces = TextShaping.wrap(say(line.text), width: width - 4, glyphs: canvas.glyphs)
            return pieces.isEmpty ? [("", line.role)] : pieces.map { ($0, line.role) }
        }
        let below = dialogue.name == nil ? 1 : 2
        let rect = area.centred(columns: width, rows: min(area.rows, lines.count + 3 + below))
        canvas.fill(rect, role: .dialogue)
        canvas.frame(rect, title: say(.confirmTitle(dialogue.action)), isFocused: true)
        let inner = rect.padded
        let room = max(0, inner.rows - below)
        // Of what does not fit, the end goes: what is wrong comes last and is kept.
        let isCut = lines.count > room && (dialogue.problem != nil || dialogue.request != nil)
        for (offset, line) in (isCut ? lines.suffix(room) : lines.prefix(room)).enumerated() {
            canvas.write(
                line.text,
                column: inner.column,
                row: inner.row + offset,
                width: inner.columns,
                role: line.role
            )
        }
        if let name = dialogue.name {
            self.drawName(dialogue, name, row: inner.endRow - 2, inner, &canvas)
        }
        self.drawButtons(dialogue, row: inner.endRow - 1, inner, &canvas)
    }

    private static func drawName(
        _ dialogue: ConfirmDialogue,
        _ name: String,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        DialogueParts.drawField(
            canvas.language(.confirmTypeName(name)) + " ",
            dialogue.typedName,
            isFocused: dialogue.focus == .name,
            row: row,
            inner,
            &canvas
        )
    }

    private static func drawButtons(
        _ dialogue: ConfirmDialogue,
        row: Int,
        _ inner: Rect,
        _ canvas: inout Canvas
    ) {
        DialogueParts.drawButtons(
            [
                (.modeCancel, dialogue.focus == .cancel, true),
                (.confirmButton(dialogue.action), dialogue.focus == .go, dialogue.obstacle == nil),
            ],
            row: row,
            inner,
            &canvas
        )
    }
}
