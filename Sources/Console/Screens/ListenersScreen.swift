import Model

/// Page 2: the listeners, what they do, and how it goes.
enum ListenersScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        guard let view = state.view else { return }
        let (list, pane) = state.layout.listAndPane
        if state.listeners.order.isEmpty {
            let texts =
                state.listeners.filterText.isEmpty
                ? ["no listener yet: sekisho apply FILE configures load balancers and their listeners"]
                : ["no listener fits the filter \"\(state.listeners.filterText)\": Esc clears it"]
            ConsoleScreen.drawNotice(texts, in: list, &canvas)
            return
        }
        let selected = state.listeners.selection.id.flatMap { state.listeners.order.firstIndex(of: $0) }
        let byID = Dictionary(
            view.configuration.listeners.map { ($0.listener.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let rows = state.listeners.order.compactMap { byID[$0] }.map { row in
            self.fields(row.loadBalancer, row.listener, view, state.counters, canvas.glyphs)
        }
        let names = state.listeners.order.compactMap { byID[$0]?.listener.name }
        let table = Table(
            columns: self.columns(
                state.listeners,
                isDraining: state.counters?.engine.listeners.values.contains { $0.draining > 0 } ?? false,
                longestName: names.map { TextShaping.width($0, glyphs: canvas.glyphs) }.max() ?? 0,
                width: list.columns
            ),
            rows: rows,
            selected: selected,
            isFocused: state.overlay == nil && state.dialogue == nil,
            top: state.listeners.selection.top(rows: list.rows - 1, count: rows.count)
        )
        table.draw(into: &canvas, rect: list)
        guard pane.rows > 0, let row = state.selectedListener else { return }
        let detail = self.detail(row.loadBalancer, row.listener, view, state.counters)
        canvas.frame(pane, title: row.listener.name, isFocused: false, note: "Enter full detail")
        let inner = pane.inner
        detail.draw(
            into: &canvas,
            rect: Rect(column: inner.column + 1, row: inner.row, columns: inner.columns - 2, rows: inner.rows)
        )
    }

    static func status(_ state: ConsoleState) -> (text: String, role: Role) {
        if let row = state.selectedListener, let error = state.view?.failedListeners[row.listener.id] {
            return ("\(row.listener.name) is DOWN: \(error.message)", .stateFail)
        }
        let count = state.listeners.order.count
        let order = state.listeners.isDescending ? "desc" : "asc"
        let filter = state.listeners.filterText.isEmpty ? "" : ", filter \"\(state.listeners.filterText)\""
        let text =
            "\(count) \(count == 1 ? "listener" : "listeners"), "
            + "sorted by \(state.listeners.sortKey.title) (\(order))\(filter)"
        return (text, .textMuted)
    }

    /// The columns; what drains after a change counts more than rates while there is some.
    private static func columns(
        _ view: ListenersView,
        isDraining: Bool,
        longestName: Int,
        width: Int
    ) -> [Table.Column] {
        let name = max(8, min(longestName, width < 72 ? 12 : 28))
        func sort(_ key: ListenersView.SortKey) -> Table.Sort? {
            view.sortKey == key ? (view.isDescending ? .descending : .ascending) : nil
        }
        return [
            Table.Column(
                title: "NAME",
                minimum: name,
                ideal: max(name, min(longestName, 40)),
                grows: true,
                priority: 11,
                sort: sort(.name)
            ),
            Table.Column(title: "STATE", minimum: 5, ideal: 5, priority: 10),
            Table.Column(
                title: "ADDRESS",
                minimum: 14,
                ideal: 21,
                priority: 6,
                keep: .end,
                sort: sort(.address)
            ),
            Table.Column(title: "PROTO", minimum: 5, ideal: 5, priority: 2),
            Table.Column(title: "MODE", minimum: 11, ideal: 11, priority: 9, sort: sort(.mode)),
            Table.Column(title: "STORE", minimum: 8, ideal: 16, priority: 3),
            Table.Column(
                title: "HS/S",
                minimum: 5,
                ideal: 6,
                priority: 5,
                alignment: .right,
                sort: sort(.handshakes)
            ),
            Table.Column(
                title: "FAIL/S",
                minimum: 6,
                ideal: 7,
                priority: 7,
                alignment: .right,
                sort: sort(.failures)
            ),
            Table.Column(
                title: "CONNS",
                minimum: 5,
                ideal: 6,
                priority: 4,
                alignment: .right,
                sort: sort(.connections)
            ),
            Table.Column(
                title: "DRAIN",
                minimum: 5,
                ideal: 5,
                // Between mode and failures, or the first to go.
                priority: isDraining ? 8 : 1,
                alignment: .right
            ),
        ]
    }

    private static func fields(
        _ balancer: LoadBalancer,
        _ listener: Listener,
        _ view: GateView,
        _ counters: GateCounters?,
        _ glyphs: Glyphs
    ) -> [Table.Field] {
        let none = String(glyphs.none)
        let isDown = view.failedListeners[listener.id] != nil
        let rates = counters?.rates[listener.id]
        let count = counters?.engine.listeners[listener.id]
        let mutual = listener.mutualAuthentication
        let mode = self.mode(listener, none)
        let store =
            mutual.mode == .verify ? mutual.trustStoreID.flatMap { view.configuration.trustStore($0) } : nil
        let failures = rates?.failures ?? 0
        let hasTLS = listener.protocol.terminatesTLS
        func number(_ text: String?, role: Role = .text, applies: Bool = true) -> Table.Field {
            guard applies, !isDown, let text else { return Table.Field(text: none, role: .textMuted) }
            return Table.Field(text: text, role: role)
        }
        return [
            Table.Field(text: listener.name, role: .textStrong),
            isDown ? Table.Field(text: "DOWN", role: .stateFail) : Table.Field(text: "up", role: .stateOk),
            Table.Field(text: Endpoint(address: balancer.address, port: listener.port).description),
            Table.Field(text: listener.protocol.rawValue, role: .textMuted),
            mode,
            Table.Field(text: store?.name ?? none, role: store == nil ? .textMuted : .text),
            number(rates.map { Figures.rate($0.handshakes) }, applies: hasTLS),
            number(
                rates.map { Figures.rate($0.failures) },
                role: failures > 0 ? .stateFail : .text,
                applies: hasTLS
            ),
            number(count.map { Figures.count($0.open) }),
            number(
                count.map { Figures.count($0.draining) },
                role: (count?.draining ?? 0) > 0 ? .stateWarn : .text
            ),
        ]
    }

    private static func mode(_ listener: Listener, _ none: String) -> Table.Field {
        guard listener.protocol.terminatesTLS else { return Table.Field(text: none, role: .textMuted) }
        let mode = listener.mutualAuthentication.mode
        return Table.Field(text: mode.rawValue, role: self.role(of: mode))
    }

    static func role(of mode: MutualAuthentication.Mode) -> Role {
        switch mode {
        case .off: .modeOff
        case .passthrough: .modePassthrough
        case .verify: .modeVerify
        }
    }

    /// Everything known about one listener.
    static func detail(
        _ balancer: LoadBalancer,
        _ listener: Listener,
        _ view: GateView,
        _ counters: GateCounters?
    ) -> Detail {
        var detail = Detail(title: listener.name, lines: [])
        func add(_ label: String, _ text: String, _ role: Role = .text) {
            detail.lines.append(Detail.Line(label: label, text: text, role: role))
        }
        if let error = view.failedListeners[listener.id] {
            add("DOWN", error.message, .stateFail)
            if let hint = error.hint { add("do", hint, .stateWarn) }
        }
        let endpoint = Endpoint(address: balancer.address, port: listener.port)
        add("address", "\(endpoint)  \(listener.protocol.rawValue)  load balancer \(balancer.name)")
        if listener.protocol.terminatesTLS {
            let mutual = listener.mutualAuthentication
            add("mode", mutual.modeText, self.role(of: mutual.mode))
            if mutual.mode == .verify {
                let store = mutual.trustStoreID.flatMap { view.configuration.trustStore($0) }
                add(
                    "trust store",
                    store.map {
                        "\($0.name) revision \($0.revision), \($0.certificates.count) CA certificates"
                    }
                        ?? "missing",
                    store == nil ? .stateFail : .text
                )
                add(
                    "options",
                    "ignore client certificate expiry \(mutual.ignoreClientCertificateExpiry ? "ON" : "off"), "
                        + "advertise CA names \(mutual.advertiseTrustStoreCaNames ? "on" : "off")",
                    mutual.ignoreClientCertificateExpiry ? .stateWarn : .text
                )
                if let words = mutual.requirements.words {
                    add("clients", words, mutual.modeText == "verify" ? .text : .stateWarn)
                }
            }
            for named in listener.namePolicies {
                let names = named.names.joined(separator: " ")
                add("for names", "\(named.mode.rawValue) for \(names)", self.role(of: named.mode))
            }
            if let policy = listener.sslPolicy, policy != .standard { add("policy", policy.name) }
            if let leaf = listener.certificateID.flatMap({ view.configuration.certificate($0) })?.leaf {
                let expiry = Expiry(leaf, now: counters?.time)
                add(
                    "certificate",
                    "\(NameText.short(leaf.subject))  \(leaf.keyDescription)  \(expiry.text)",
                    expiry.role
                )
            }
        }
        if let count = counters?.engine.listeners[listener.id] {
            let words = count.failuresByWord.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .prefix(6).map { "\($0.key) \(Figures.count($0.value))" }
            if listener.protocol.terminatesTLS {
                add(
                    "failures",
                    words.isEmpty
                        ? "none since the start" : words.joined(separator: "  ") + "  (since the start)",
                    words.isEmpty ? .text : .stateFail
                )
            }
            add("connections", "\(Figures.count(count.open)) open, \(Figures.count(count.draining)) draining")
            add(
                "totals",
                "\(Figures.count(count.accepted)) accepted, \(Figures.count(count.handshakes)) handshakes, "
                    + "\(Figures.count(count.requests)) requests, \(Figures.count(count.rejected)) over a limit"
            )
            if count.rejected > 0 {
                let reasons = count.rejectedByReason.sorted {
                    ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue)
                }
                add(
                    "limits",
                    reasons.map { "\($0.key.rawValue) \(Figures.count($0.value))" }.joined(separator: "  ")
                )
            }
        }
        add("does", self.action(listener.defaultAction, view))
        if let first = listener.rules.first, let last = listener.rules.last {
            let range = first == last ? "\(first.priority)" : "\(first.priority)–\(last.priority)"
            add("rules", "\(listener.rules.count) before that, priority \(range)")
        }
        if let change = view.recentChanges.first(where: { change in
            change.lines.contains { $0.resource == "listener \(listener.name)" }
        }) {
            add("last change", "\(change.time.iso8601) \(change.author.name) (\(change.author.via))")
        }
        return detail
    }

    private static func action(_ action: Action, _ view: GateView) -> String {
        switch action {
        case .fixedResponse(let response): return "answers \(response.statusCode) itself"
        case .weightedForward(let forward): return forward.words(in: view.configuration)
        case .redirect(let redirect): return "redirects with \(redirect.statusCode.code)"
        case .forward(let id):
            guard let group = view.configuration.targetGroup(id) else {
                return "forwards to a missing target group"
            }
            return "forwards to target group \(group.name), \(group.targets.count) targets"
        }
    }
}
