import Model

/// Page 9, the other view of the log: requests, each with the connection that it came on.
enum RequestsScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let (list, pane) = state.layout.listAndPane(isZoomed: state.isZoomed)
        if state.requests.count == 0 {
            ConsoleScreen.drawNotice(ConsoleScreen.emptiness(state), in: list, &canvas)
            return
        }
        state.requests.draw(
            into: &canvas,
            rect: list,
            isFocused: state.overlay == nil && state.dialogue == nil,
            now: state.counters?.time
        )
        guard pane.rows > 2, let row = state.requests.selected else { return }
        ConsoleScreen.drawPane(self.detail(row, state), in: pane, note: .fullDetail, &canvas)
    }

    /// Why there is no request to be seen.
    static func emptiness(_ state: ConsoleState) -> [Phrase] {
        if state.lock == .readOnly { return [.requestsNotForViewers] }
        let balancers = state.view?.configuration.loadBalancers ?? []
        let isWritten = balancers.contains(where: \.logs.access.isEnabled)
        return isWritten ? [.noRequests] : [.noAccessLog, .noAccessLogHelp]
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        let count = Phrase.requestCount(state.requests.count, skipped: state.requestLog.skipped)
        return (FooterScreen.status(of: state.requests, count), .textMuted)
    }

    static func detail(_ row: RequestRow, _ state: ConsoleState) -> Detail {
        let say = state.language
        let request = row.request
        var detail = Detail(title: "\(request.method) \(request.path)", lines: [])
        func add(_ label: Phrase, _ text: String?, _ role: Role = .text) {
            guard let text else { return }
            detail.lines.append(Detail.Line(label: say(label), text: text, role: role))
        }
        let answer = request.status.map { "\($0)" } ?? say(.requestUnanswered)
        let target = request.targetStatus.map { "  " + say(.requestTargetSaid($0)) } ?? ""
        add(.labelResult, answer + target, row.role)
        add(.labelReason, request.errorReason, .logReason)
        let milliseconds = request.milliseconds.map { "\(Figures.decimal($0, 1)) ms" }
        let bytes = say(.requestBytes(Figures.bytes(request.receivedBytes), Figures.bytes(request.sentBytes)))
        add(.labelHandshake, [request.kind, milliseconds, bytes].compactMap { $0 }.joined(separator: "  "))
        add(.labelHost, request.port.map { "\(request.host):\($0)" } ?? request.host)
        add(.labelClient, request.client?.description)
        add(.labelTarget, [request.target, request.targetGroup].compactMap { $0 }.joined(separator: "  "))
        add(.labelAgent, request.userAgent, .textMuted)
        add(.labelTrace, request.connection)
        guard let connection = self.connection(request, state) else { return detail }
        let identity = connection.certificate.map { NameText.readable($0.facts.subject) }
        add(.labelConnection, identity ?? say(.requestNoCertificate), .logIdentity)
        return detail
    }

    /// The connection that a request came on, where it is still among the records.
    static func connection(_ request: RequestRecord, _ state: ConsoleState) -> PackedRecord? {
        guard let id = request.connection.flatMap(TraceID.init) else { return nil }
        return state.events.entries.last { $0.traceID == id }
    }
}
