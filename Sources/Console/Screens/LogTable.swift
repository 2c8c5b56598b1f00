import Model

/// The columns of the log: what each shows of a record.
enum LogTable {
    struct LogColumn: Sendable {
        let title: Phrase
        let minimum: Int
        let ideal: Int
        var grows = false
        let priority: Int
        var alignment: Canvas.Alignment = .left
        let field: @Sendable (PackedRecord, Canvas) -> Table.Field
        /// What is told of its cell, as ``Column/words``.
        var words: @Sendable (PackedRecord, _ cell: String) -> Phrase? = { _, _ in nil }

        func column(_ language: Language) -> Table.Column {
            Table.Column(
                title: language(self.title),
                minimum: self.minimum,
                ideal: self.ideal,
                grows: self.grows,
                priority: self.priority,
                alignment: self.alignment
            )
        }
    }

    static func columns(_ state: ConsoleState, width: Int) -> [LogColumn] {
        let isNarrow = state.layout.isNarrow
        var columns = [self.time(width: width), self.result(isNarrow: isNarrow)]
        if state.logColumns.shows("listener") { columns.append(self.listener(isNarrow: isNarrow)) }
        if state.logColumns.shows("client") { columns.append(self.client(isNarrow: isNarrow)) }
        if state.logColumns.shows("tls") { columns.append(self.version) }
        if isNarrow { return columns + [self.identityOrReason] }
        if state.logColumns.shows("ms") { columns.append(self.latency) }
        columns.append(self.identity)
        if state.logColumns.shows("sni") { columns.append(self.serverName) }
        if state.logColumns.shows("issuer") { columns.append(self.issuer) }
        return columns + [self.reason]
    }

    private static func time(width: Int) -> LogColumn {
        // Milliseconds are the first thing that nobody needs.
        let count = width < 72 ? 8 : 12
        return LogColumn(title: .columnTime, minimum: count, ideal: count, priority: 6) {
            entry,
            canvas in
            let time = canvas.zone.shown(entry.time).clockMilliseconds
            return Table.Field(text: String(time.prefix(count)), role: .logTime)
        } words: { _, cell in
            Phrase(verbatim: cell)
        }
    }

    private static func result(isNarrow: Bool) -> LogColumn {
        let width = isNarrow ? 4 : 6
        return LogColumn(title: .columnResult, minimum: width, ideal: width, priority: 9) {
            entry,
            canvas in
            if entry.observed != nil {
                return Table.Field(text: isNarrow ? "obs" : "  obs", role: .stateWarn)
            }
            guard entry.isFailure else {
                return Table.Field(text: isNarrow ? "ok" : "  ok", role: .logOk)
            }
            return Table.Field(text: isNarrow ? "FAIL" : "\(canvas.glyphs.fail) FAIL", role: .logFail)
        } words: { entry, _ in
            entry.observed != nil ? .toldObserved : Phrase(verbatim: entry.isFailure ? "FAIL" : "ok")
        }
    }

    private static func listener(isNarrow: Bool) -> LogColumn {
        LogColumn(
            title: .columnListener,
            minimum: isNarrow ? 8 : 10,
            ideal: isNarrow ? 12 : 14,
            priority: isNarrow ? 3 : 4
        ) { entry, _ in
            Table.Field(text: entry.kind.listenerName)
        } words: { _, cell in
            .toldListener(cell)
        }
    }

    private static func client(isNarrow: Bool) -> LogColumn {
        LogColumn(
            title: .columnClient,
            minimum: isNarrow ? 12 : 15,
            ideal: 21,
            priority: isNarrow ? 2 : 3
        ) { entry, _ in
            Table.Field(text: entry.client.description)
        } words: { _, cell in
            .toldFrom(cell)
        }
    }

    private static let version = LogColumn(title: .columnTLS, minimum: 3, ideal: 3, priority: 1) {
        entry,
        canvas in
        let text = entry.kind.version.map { String($0.dropFirst(4)) } ?? String(canvas.glyphs.none)
        return Table.Field(text: text, role: .textMuted)
    }

    private static let latency = LogColumn(
        title: .columnMilliseconds,
        minimum: 5,
        ideal: 6,
        priority: 1,
        alignment: .right
    ) { entry, canvas in
        let latency = entry.latencyMicroseconds.map(Figures.milliseconds)
        return Table.Field(text: latency ?? String(canvas.glyphs.none), role: .textMuted)
    }

    private static let identity = LogColumn(
        title: .columnIdentity,
        minimum: 16,
        ideal: 26,
        grows: true,
        priority: 7
    ) { entry, canvas in
        Table.Field(text: Self.marked(entry.certificate?.identity, canvas), role: .logIdentity)
    } words: { entry, cell in
        entry.certificate == nil ? nil : .name(cell)
    }

    private static let serverName = LogColumn(
        title: .columnServerName,
        minimum: 10,
        ideal: 20,
        priority: 2
    ) { entry, canvas in
        Table.Field(text: entry.kind.serverName ?? String(canvas.glyphs.none), role: .textMuted)
    }

    private static let issuer = LogColumn(title: .columnIssuer, minimum: 10, ideal: 20, priority: 2) {
        entry,
        canvas in
        let name = entry.certificate.map { NameText.short($0.facts.issuer) }
        return Table.Field(text: Self.marked(name, canvas), role: .textMuted)
    }

    private static let reason = LogColumn(title: .columnReason, minimum: 14, ideal: 24, priority: 8) {
        entry,
        canvas in
        if let reason = entry.observed {
            return Table.Field(text: RefusalRow.code(.refused(reason)), role: .stateWarn)
        }
        guard let outcome = entry.outcome, entry.isFailure else {
            return Table.Field(text: Self.note(entry, canvas) ?? "", role: .textMuted)
        }
        return Table.Field(text: RefusalRow.code(outcome) + Self.times(entry), role: .logReason)
    } words: { _, cell in
        cell.isEmpty ? nil : Phrase(verbatim: cell)
    }

    /// ` ×12` of a record that stands for 12 attempts.
    private static func times(_ entry: PackedRecord) -> String {
        entry.attempts > 1 ? " ×\(entry.attempts)" : ""
    }

    private static let identityOrReason = LogColumn(
        title: .columnIdentityOrReason,
        minimum: 10,
        ideal: 22,
        grows: true,
        priority: 8
    ) { entry, canvas in
        let identity = Self.marked(entry.certificate?.identity, canvas)
        let observed = entry.observed.map { HandshakeOutcome.refused($0) }
        guard let word = (observed ?? entry.outcome)?.shortWord else {
            let text = [identity, Self.note(entry, canvas)].compactMap { $0 }.joined(separator: " ")
            return Table.Field(text: text, role: .logIdentity)
        }
        return Table.Field(
            text: (entry.certificate == nil ? word : "\(word) \(identity)") + Self.times(entry),
            role: observed == nil ? .logReason : .stateWarn
        )
    }

    /// A name, with the mark of those that are not what they look like.
    private static func marked(_ name: String?, _ canvas: Canvas) -> String {
        guard let name else { return String(canvas.glyphs.none) }
        let isUnsafe = TextShaping.shape(name, role: .text, glyphs: canvas.glyphs, limit: 256).isUnsafe
        return isUnsafe ? "~\(name)" : name
    }

    private static func note(_ entry: PackedRecord, _ canvas: Canvas) -> String? {
        guard let outcome = entry.outcome else { return canvas.language(.noTLS) }
        let isClaim = outcome.isSuccess && entry.kind.mode == .passthrough && entry.certificate != nil
        return isClaim ? canvas.language(.notVerified) : nil
    }
}
