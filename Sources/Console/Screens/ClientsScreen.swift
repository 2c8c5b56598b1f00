import Model

/// Page 7: who has come, by certificate, and whose time is running out.
enum ClientsScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        var (list, pane) = state.layout.listAndPane(isZoomed: state.isZoomed)
        if state.clients.count == 0 {
            ConsoleScreen.drawNotice(ConsoleScreen.emptiness(state), in: list, &canvas)
            return
        }
        if list.rows > 3 {
            let calendar = state.counters.map { ExpiryCalendar(state.clients.rows, now: $0.time) }
            if let calendar, !state.layout.isNarrow, list.rows >= Self.calendarNeeds {
                let rows = min(calendar.lines.count + 3, list.rows / 2)
                let (upper, lower) = list.splitTop(list.rows - rows)
                self.draw(calendar, in: lower, &canvas)
                list = upper
            } else {
                let counts = calendar?.lines.first?.counts ?? []
                canvas.write(
                    " " + canvas.language(.expiryCalendar(counts)),
                    column: 0,
                    row: list.row,
                    width: list.columns,
                    role: .textMuted
                )
                list = list.splitTop(1).1
            }
            state.clients.draw(
                into: &canvas,
                rect: list,
                isFocused: state.overlay == nil && state.dialogue == nil,
                now: state.counters?.time
            )
        }
        guard pane.rows > 2, let row = state.clients.selected else { return }
        if !state.layout.isNarrow {
            let right: Rect
            (pane, right) = pane.splitLeft(pane.columns * 3 / 5)
            ConsoleScreen.drawPane(self.history(row, state), in: right, &canvas)
        }
        ConsoleScreen.drawPane(self.detail(row, state), in: pane, note: .fullDetail, &canvas)
    }

    /// Rows of the list from which the calendar has a frame of its own.
    private static let calendarNeeds = 16

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        guard let list = state.clientList else { return (.empty, .textMuted) }
        let count = Phrase.clients(
            state.clients.count,
            verified: list.verified,
            unverified: list.unverified
        )
        return (FooterScreen.status(of: state.clients, count), .textMuted)
    }

    private static func draw(_ calendar: ExpiryCalendar, in frame: Rect, _ canvas: inout Canvas) {
        canvas.frame(frame, title: canvas.language(.expiryTitle), isFocused: false)
        let inner = frame.padded
        let names = calendar.lines.map { $0.listener ?? canvas.language(.expiryAll) }
        let width = min(20, names.map { canvas.width($0) }.max() ?? 0) + 2
        let spans = Phrase.expirySpans.map { canvas.language($0) }
        func write(_ text: String, _ column: Int, _ row: Int, _ width: Int, _ role: Role, isRight: Bool) {
            canvas.write(
                text,
                column: inner.column + column,
                row: inner.row + row,
                width: width,
                role: role,
                alignment: isRight ? .right : .left
            )
        }
        for (index, span) in spans.enumerated() {
            write(span, width + index * 9, 0, 8, .tableHeader, isRight: true)
        }
        for (offset, line) in calendar.lines.prefix(inner.rows - 1).enumerated() {
            write(names[offset], 0, offset + 1, width, offset == 0 ? .textStrong : .text, isRight: false)
            for (index, count) in line.counts.enumerated() {
                let role: Role =
                    count == 0 ? .textMuted : index == 0 ? .stateFail : index < 3 ? .stateWarn : .text
                write(Figures.count(count), width + index * 9, offset + 1, 8, role, isRight: true)
            }
            guard let next = line.next, let now = next.now else { continue }
            let left = next.client.facts.notAfter.seconds - now.seconds
            let column = width + spans.count * 9 + 3
            let text = Phrase.expiryNext(next.name, .duration(seconds: left))
            write(
                canvas.language(text),
                column,
                offset + 1,
                inner.columns - column,
                next.isDue ? .stateWarn : .textMuted,
                isRight: false
            )
        }
    }

    /// The certificates that a subject has come with, the one that ends last in front.
    private static func history(_ row: ClientRow, _ state: ConsoleState) -> Detail {
        let say = state.language
        let same = (state.clientList?.clients ?? [])
            .filter { $0.facts.subject == row.client.facts.subject }
            .sorted { $0.facts.notAfter > $1.facts.notAfter }
        var detail = Detail(title: say(.clientHistory(same.count)), lines: [])
        for client in same {
            let isSelected = client.facts.fingerprint == row.id
            let expiry = Expiry(client.facts, now: row.now)
            let text =
                "\(client.facts.serialNumber)  \(say(expiry.text))"
                + (client.isVerified ? "" : "  " + say(.claim))
            detail.lines.append(
                Detail.Line(
                    label: isSelected ? String(state.glyphs.pointer) : "",
                    text: text,
                    role: isSelected ? .textStrong : expiry.role,
                    words: isSelected ? say(.toldThisOne(text)) : nil
                )
            )
            let seen = say(
                .range(
                    from: Figures.date(client.firstSeen),
                    to: Figures.moment(client.lastSeen, now: row.now, in: state.settings.zone)
                )
            )
            detail.lines.append(
                Detail.Line(
                    label: "",
                    text: "\(seen)  "
                        + say(
                            .clientTotals(Figures.count(client.handshakes), Figures.count(client.refused))
                        ),
                    role: .textMuted
                )
            )
        }
        return detail
    }

    /// A certificate, and the others that its subject has come with.
    static func everything(_ row: ClientRow, _ state: ConsoleState) -> Detail {
        var detail = self.detail(row, state)
        let history = self.history(row, state)
        guard history.lines.count > 2 else { return detail }
        detail.lines += [Detail.Line(label: "", text: ""), Detail.Line(label: "", text: history.title)]
        detail.lines += history.lines
        return detail
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
        if let isRenewed = row.isRenewed {
            let text: Phrase = row.successor.map { .renewedUntil(Figures.date($0.notAfter)) } ?? .notRenewed
            add(.labelRenewed, say(text), isRenewed ? .stateOk : .stateWarn)
        }
        if let breaks = self.breaks(row, state) { add(.labelBreaks, say(breaks), .stateWarn) }
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

    /// The listeners that will refuse it when it ends soon: those that verify and do not overlook that.
    private static func breaks(_ row: ClientRow, _ state: ConsoleState) -> Phrase? {
        guard row.isDue, row.successor == nil, row.client.isVerified, let now = row.now,
            row.client.facts.notAfter > now,
            let listeners = state.view?.configuration.listeners
        else { return nil }
        let names = listeners.map(\.listener).filter { listener in
            let mutual = listener.mutualAuthentication
            return row.client.listeners[listener.name] != nil && mutual.mode == .verify
                && !mutual.ignoreClientCertificateExpiry
        }.map(\.name)
        guard !names.isEmpty else { return nil }
        return .breaksAt(Figures.date(row.client.facts.notAfter), names.joined(separator: " "))
    }
}
