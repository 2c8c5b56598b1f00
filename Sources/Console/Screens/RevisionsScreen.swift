import Model

/// Draws the bundles of a trust store, and below them what the selected one changed.
enum RevisionsScreen {
    static func draw(_ view: RevisionsView, _ state: ConsoleState, into canvas: inout Canvas) {
        let body = state.layout.body
        let rect = body.centred(columns: 110, rows: body.rows)
        canvas.fill(rect, role: .text)
        canvas.frame(rect, title: canvas.language(.revisionsTitle(view.store)), isFocused: true)
        let inner = rect.padded
        let count = min(view.revisions.count, max(3, inner.rows / 3))
        let (list, lower) = inner.splitTop(count + 1)
        let top = max(0, min(view.index - count / 2, view.revisions.count - count))
        for (offset, revision) in view.revisions.dropFirst(top).prefix(count).enumerated() {
            self.drawRow(revision, top + offset, view, list.row + offset, list, state, &canvas)
        }
        Detail(title: "", lines: self.difference(view, canvas.language)).draw(into: &canvas, rect: lower)
    }

    private static func drawRow(
        _ revision: TrustStoreRevision,
        _ index: Int,
        _ view: RevisionsView,
        _ row: Int,
        _ list: Rect,
        _ state: ConsoleState,
        _ canvas: inout Canvas
    ) {
        let isSelected = index == view.index
        let pointer = isSelected ? String(canvas.glyphs.pointer) : " "
        let text = self.text(of: revision, isInForce: index == 0, state)
        canvas.write(
            "\(pointer) \(text)",
            column: list.column,
            row: row,
            width: list.columns,
            role: .text
        )
        guard isSelected else { return }
        canvas.paint(row: row, columns: list.column..<list.endColumn, role: .selection)
        canvas.cursor = (list.column, row)
    }

    static func text(of revision: TrustStoreRevision, isInForce: Bool, _ state: ConsoleState) -> String {
        let change = revision.change.map { "  #\($0)" } ?? ""
        return "r\(revision.revision)  "
            + Figures.moment(revision.time, now: state.counters?.time, in: state.settings.zone) + "  "
            + state.language(.authorityCount(revision.certificates.count))
            + "  \(revision.author?.name ?? "")\(change)"
            + (isInForce ? "  " + state.language(.revisionInForce) : "")
    }

    /// What the selected revision brought and took.
    static func difference(_ view: RevisionsView, _ say: Language) -> [Detail.Line] {
        guard let selected = view.selected else { return [] }
        guard let difference = view.difference else {
            let head = Detail.Line(label: "", text: say(.revisionOldest), role: .textMuted)
            return [head] + selected.certificates.map { self.line("  ", $0, .text) }
        }
        let head = Detail.Line(
            label: "",
            text: say(.revisionAgainst(selected.revision, view.revisions[view.index + 1].revision)),
            role: .textMuted
        )
        let lines =
            difference.added.map { self.line("+ ", $0, .diffAdd) }
            + difference.removed.map { self.line("- ", $0, .diffRemove) }
        return [head]
            + (lines.isEmpty ? [Detail.Line(label: "", text: say(.revisionSame), role: .text)] : lines)
    }

    private static func line(_ sign: String, _ facts: CertificateFacts, _ role: Role) -> Detail.Line {
        Detail.Line(label: "", text: sign + AuthorityText.line(facts), role: role)
    }
}
