import Model

/// A request of the access log.
struct RequestRow: ListRow {
    let entry: RequestLog.Entry

    var request: RequestRecord { self.entry.request }
    var id: UInt64 { self.entry.number }
    var name: String { "\(self.request.method) \(self.request.path)" }
    static let noun = Phrase.nounRequest

    static func rows(_ state: ConsoleState) -> [RequestRow] {
        state.requestLog.entries.map { RequestRow(entry: $0) }
    }

    /// Good, the client's fault, or ours and the target's.
    var role: Role {
        switch self.request.status {
        case .some(..<400): .logOk
        case .some(..<500): .stateWarn
        case .some, nil: .logFail
        }
    }

    private static func hidden(
        _ name: String,
        _ kind: FilterField.Kind = .text,
        _ values: @escaping @Sendable (RequestRecord) -> [Column<RequestRow>.Value]
    ) -> Column<RequestRow> {
        Column(
            name: name,
            title: .empty,
            kind: kind,
            minimum: 0,
            ideal: 0,
            priority: 0,
            values: { values($0.request) },
            field: { _, context in context.none }
        )
    }

    private static func text(_ text: String?) -> [Column<RequestRow>.Value] {
        text.map { [.text($0)] } ?? []
    }

    private static func time(_ request: RequestRecord) -> [Column<RequestRow>.Value] {
        [.number(Double(request.time.microseconds))]
    }

    static let columns: [Column<RequestRow>] = [
        Column(
            name: "at",
            title: .columnTime,
            kind: .time,
            minimum: 12,
            ideal: 12,
            priority: 18,
            startsDescending: true,
            values: { RequestRow.time($0.request) },
            field: { row, context in
                Table.Field(
                    text: context.zone.shown(row.request.time).clockMilliseconds,
                    role: .logTime
                )
            },
            words: { _, cell in Phrase(verbatim: cell) }
        ),
        Column(
            name: "status",
            title: .columnStatus,
            kind: .number,
            minimum: 6,
            ideal: 6,
            priority: 20,
            alignment: .right,
            values: { $0.request.status.map { [.number(Double($0))] } ?? [] },
            field: { row, context in
                Table.Field(text: row.request.status.map { "\($0)" } ?? context.none.text, role: row.role)
            },
            words: { row, _ in row.request.status.map(Phrase.toldStatus) ?? .requestUnanswered }
        ),
        .text("method", .columnMethod, 6...7, priority: 12, words: Phrase.name) {
            $0.request.method
        },
        .text(
            "path",
            .columnPath,
            14...40,
            priority: 19,
            role: .textStrong,
            grows: true,
            words: Phrase.name
        ) { $0.request.path },
        .text("host", .columnHost, 10...24, priority: 6, keep: .end) { $0.request.host },
        Column(
            name: "client",
            title: .columnClient,
            kind: .address,
            minimum: 13,
            ideal: 21,
            priority: 8,
            values: { $0.request.client.map { [.address($0.address)] } ?? [] },
            field: { row, context in
                row.request.client.map { Table.Field(text: $0.description) } ?? context.none
            },
            words: { _, cell in cell.isEmpty ? nil : .toldFrom(cell) }
        ),
        .text("target", .columnTarget, 12...21, priority: 5) { $0.request.target },
        .number(
            "ms",
            .columnMilliseconds,
            6...7,
            priority: 10,
            kind: .milliseconds,
            format: { Figures.decimal($0, 1) },
            words: Phrase.toldMilliseconds
        ) { $0.request.milliseconds },
        .number("sent", .columnSent, 6...7, priority: 3) { Double($0.request.sentBytes) },
        .number("received", .columnReceived, 6...7, priority: 2) { Double($0.request.receivedBytes) },
        .text("group", .columnGroup, 8...16, priority: 2, role: .textMuted) { $0.request.targetGroup },
        .text(
            "reason",
            .columnReason,
            10...22,
            priority: 4,
            role: .logReason,
            words: Phrase.init(verbatim:)
        ) { $0.request.errorReason },
        RequestRow.hidden("conn") { RequestRow.text($0.connection) },
        RequestRow.hidden("agent") { RequestRow.text($0.userAgent) },
        RequestRow.hidden("kind") { RequestRow.text($0.kind) },
        RequestRow.hidden("tls") { RequestRow.text($0.tlsVersion) },
        RequestRow.hidden("rule") { RequestRow.text($0.rulePriority) },
        RequestRow.hidden("port", .number) { $0.port.map { [.number(Double($0))] } ?? [] },
        RequestRow.hidden("age", .age) { RequestRow.time($0) },
        RequestRow.hidden("since", .since) { RequestRow.time($0) },
    ]
}
