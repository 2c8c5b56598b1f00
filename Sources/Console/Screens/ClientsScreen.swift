import Model

/// Page 7: who has come, by certificate, and whose time is running out.
enum ClientsScreen {
    /// Ends of the spans of the calendar, in days.
    private static let spans: [Int64] = [0, 1, 7, 30, 90]

    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let (list, pane) = state.layout.listAndPane(isZoomed: state.isZoomed)
        if state.clients.count == 0 {
            let filter = state.clients.filterText
            let text: Phrase =
                state.clientList == nil ? .clientsAsked : filter.isEmpty ? .noClients : .nothingFits(filter)
            ConsoleScreen.drawNotice([text], in: list, &canvas)
            return
        }
        if list.rows > 3 {
            canvas.write(
                " " + canvas.language(self.calendar(state)),
                column: 0,
                row: list.row,
                width: list.columns,
                role: .textMuted
            )
            state.clients.draw(
                into: &canvas,
                rect: Rect(column: 0, row: list.row + 1, columns: list.columns, rows: list.rows - 1),
                isFocused: state.overlay == nil && state.dialogue == nil,
                now: state.counters?.time
            )
        }
        guard pane.rows > 2, let row = state.clients.selected else { return }
        ConsoleScreen.drawPane(self.detail(row, state), in: pane, note: .fullDetail, &canvas)
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        guard let list = state.clientList else { return (.empty, .textMuted) }
        let count = Phrase.clients(
            state.clients.count,
            verified: list.verified,
            unverified: list.unverified
        )
        return (FooterScreen.status(of: state.clients, count), .textMuted)
    }

    /// How many of the certificates that are listed end when.
    private static func calendar(_ state: ConsoleState) -> Phrase {
        guard let now = state.counters?.time else { return .empty }
        var counts = Array(repeating: 0, count: self.spans.count + 1)
        for row in state.clients.rows {
            let days = (row.client.facts.notAfter.seconds - now.seconds) / 86_400
            let isOver = row.client.facts.notAfter < now
            let place = isOver ? 0 : self.spans.dropFirst().firstIndex { days < $0 } ?? self.spans.count
            counts[place] += 1
        }
        return .expiryCalendar(counts)
    }

    static func detail(_ row: ClientRow, _ state: ConsoleState) -> Detail {
        let say = state.language
        let client = row.client
        let facts = client.facts
        let expiry = Expiry(facts, now: row.now)
        var detail = Detail(title: row.name, lines: [])
        func add(_ label: Phrase, _ text: String, _ role: Role = .text) {
            detail.lines.append(Detail.Line(label: say(label), text: text, role: role))
        }
        add(.labelSubject, NameText.readable(facts.subject), .logIdentity)
        if !client.isVerified { add(.empty, say(.claimNotVerified), .stateWarn) }
        add(.labelIssuer, NameText.readable(facts.issuer))
        if !client.alternativeNames.isEmpty {
            add(.labelNames, client.alternativeNames.joined(separator: "  "), .logIdentity)
        }
        for root in client.roots {
            add(.labelRoot, "\(NameText.readable(root.anchor.subject))  (\(root.anchor.trustStore))")
        }
        add(
            .labelValid,
            say(.range(from: Figures.date(facts.notBefore), to: Figures.date(facts.notAfter)))
                + "  \(say(expiry.text))",
            expiry.role
        )
        add(
            .labelTotals,
            say(.clientTotals(Figures.count(client.handshakes), Figures.count(client.refused)))
        )
        let counts = client.listeners.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        add(
            .labelListener,
            counts.map { "\($0.key) \(Figures.count($0.value))" }.joined(separator: "  ")
        )
        let refusals = client.refusals.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        if !refusals.isEmpty {
            let text = refusals.map { "\($0.key) \(Figures.count($0.value))" }.joined(separator: "  ")
            add(.labelFailing, text, .logReason)
        }
        add(.labelClient, client.places.map { $0.address.description }.joined(separator: "  "))
        add(.labelSeen, say(.range(from: client.firstSeen.iso8601, to: client.lastSeen.iso8601)))
        add(.labelSerial, "\(facts.serialNumber)  \(facts.keyDescription)  \(client.tlsVersion ?? "")")
        add(.labelFingerprint, facts.fingerprint)
        return detail
    }
}
