import Model

/// Page 2: the listeners, what they do, and how it goes.
enum ListenersScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        var (list, pane) = state.layout.listAndPane(isZoomed: state.isZoomed)
        // On low screens the pane with the keys is all there is.
        if pane.rows == 0, state.pane == 1 { (list, pane) = (pane, list) }
        if state.listeners.count == 0 {
            ConsoleScreen.drawNotice(ConsoleScreen.emptiness(state), in: list, &canvas)
            return
        }
        state.listeners.draw(
            into: &canvas,
            rect: list,
            isFocused: state.overlay == nil && state.dialogue == nil && state.pane == 0,
            now: state.counters?.time
        )
        guard pane.rows > 2, let row = state.selectedListener, let view = state.view else { return }
        let hasSide = !state.layout.isNarrow
        let (left, right) = hasSide ? pane.splitLeft(pane.columns * 3 / 5) : (pane, pane)
        let names = state.names.count
        if !hasSide, state.pane == 1 {
            self.drawNames(row.listener, state, pane, &canvas)
            return
        }
        let detail = self.detail(row.loadBalancer, row.listener, view, state)
        ConsoleScreen.drawPane(detail, in: left, note: .fullDetail, &canvas)
        guard hasSide, row.listener.protocol.terminatesTLS else { return }
        guard names > 0 else { return self.drawFailures(row.listener, state, right, &canvas) }
        let (upper, lower) = right.splitTop(max(right.rows / 2, right.rows - names - 3))
        self.drawFailures(row.listener, state, upper, &canvas)
        self.drawNames(row.listener, state, lower, &canvas)
    }

    /// Names that are judged otherwise than the rest.
    private static func drawNames(
        _ listener: Listener,
        _ state: ConsoleState,
        _ rect: Rect,
        _ canvas: inout Canvas
    ) {
        let isFocused = state.overlay == nil && state.dialogue == nil && state.pane == 1
        let title = canvas.language(.namesTitle(listener.name, state.names.count))
        canvas.frame(rect, title: title, isFocused: isFocused)
        state.names.draw(into: &canvas, rect: rect.inner, isFocused: isFocused, now: state.counters?.time)
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        if let row = state.selectedListener, let error = state.view?.failedListeners[row.listener.id] {
            return (.downBecause(row.listener.name, error.message), .stateFail)
        }
        return (FooterScreen.status(of: state.listeners, .listeners(state.listeners.count)), .textMuted)
    }

    /// How a listener's handshakes fail, and whose.
    private static func drawFailures(
        _ listener: Listener,
        _ state: ConsoleState,
        _ rect: Rect,
        _ canvas: inout Canvas
    ) {
        canvas.frame(
            rect,
            title: canvas.language(.failuresOf(listener.name)),
            isFocused: false,
            note: canvas.language(.opensRefusals)
        )
        let inner = rect.padded
        let sum = state.history.recent(listener.id, now: state.counters)
        let (upper, lower) = inner.splitTop(min(max(1, sum.words.count), max(1, inner.rows / 2)))
        OverviewCharts.drawFailures(sum, in: upper, &canvas)
        let groups = state.refusalGroups.all.filter { $0.id.listenerID == listener.id && $0.count > 0 }
            .sorted { ($0.count, $1.id.origin) > ($1.count, $0.id.origin) }
        guard !groups.isEmpty, lower.rows > 2 else { return }
        canvas.write(
            .byIssuer,
            column: lower.column,
            row: lower.row + 1,
            width: lower.columns,
            role: .textMuted
        )
        for (offset, group) in groups.prefix(lower.rows - 2).enumerated() {
            let row = lower.row + 2 + offset
            let origin = group.id.isNetwork ? group.id.origin : NameText.short(group.id.origin)
            let count = Figures.count(group.count)
            canvas.write(count, column: lower.column, row: row, width: 6, role: .text, alignment: .right)
            canvas.write(
                origin,
                column: lower.column + 8,
                row: row,
                width: lower.columns - 8,
                role: .logIdentity
            )
        }
    }

    /// A verify that keeps nobody out does not look like one that does.
    static func role(of mutual: MutualAuthentication) -> Role {
        mutual.modeText == mutual.mode.rawValue ? self.role(of: mutual.mode) : .stateWarn
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
        _ state: ConsoleState
    ) -> Detail {
        let say = state.language
        let counters = state.counters
        var detail = Detail(title: listener.name, lines: [])
        func add(_ label: Phrase, _ text: Phrase, _ role: Role = .text) {
            detail.lines.append(Detail.Line(label: say(label), text: say(text), role: role))
        }
        func add(_ label: Phrase, _ text: String, _ role: Role = .text) {
            add(label, Phrase(verbatim: text), role)
        }
        if let error = view.failedListeners[listener.id] {
            add(.labelDown, error.message, .stateFail)
            if let hint = error.hint { add(.labelDo, hint, .stateWarn) }
        }
        if let trial = view.trial(of: listener), let now = state.gateTime {
            let left = (trial.deadline.microseconds - now.microseconds) / 1_000
            let countdown = Figures.countdown(milliseconds: left)
            add(
                .labelTrial,
                .trialOf(trial.change, by: trial.author.name, left: countdown),
                .stateTrial
            )
            if let result = state.trialResult(trial.change) { add(.empty, result.text, result.role) }
        }
        let endpoint = Endpoint(address: balancer.address, port: listener.port)
        add(
            .labelAddress,
            Phrase(verbatim: "\(endpoint)  \(listener.protocol.rawValue)  ")
                + .loadBalancer(balancer.name)
        )
        if listener.protocol.terminatesTLS {
            let mutual = listener.mutualAuthentication
            add(.labelMode, mutual.modeText, self.role(of: mutual))
            if mutual.mode == .verify {
                let store = mutual.trustStoreID.flatMap { view.configuration.trustStore($0) }
                add(
                    .labelTrustStore,
                    store.map {
                        .storeSummary($0.name, revision: $0.revision, count: $0.certificates.count)
                    } ?? .missing,
                    store == nil ? .stateFail : .text
                )
                add(
                    .labelOptions,
                    .mutualOptions(
                        ignoresExpiry: mutual.ignoreClientCertificateExpiry,
                        advertises: mutual.advertiseTrustStoreCaNames
                    ),
                    mutual.ignoreClientCertificateExpiry ? .stateWarn : .text
                )
                if let words = mutual.requirements.words {
                    add(.labelClients, words, mutual.modeText == "verify" ? .text : .stateWarn)
                }
            }
            if let resumption = mutual.sessionResumption, mutual.mode != .off {
                add(.labelSessions, .sessionsResume(resumption.lifetimeSeconds), .stateWarn)
            }
            for named in listener.namePolicies {
                let names = named.names.joined(separator: " ")
                add(.labelForNames, .modeForNames(named.mode.rawValue, names), self.role(of: named.mode))
            }
            if let policy = listener.sslPolicy, policy != .standard { add(.labelPolicy, policy.name) }
            if let leaf = listener.certificateID.flatMap({ view.configuration.certificate($0) })?.leaf {
                let expiry = Expiry(leaf, now: counters?.time)
                add(
                    .labelCertificate,
                    Phrase(verbatim: "\(NameText.short(leaf.subject))  \(leaf.keyDescription)  ")
                        + expiry.text,
                    expiry.role
                )
            }
        }
        if let count = counters?.engine.listeners[listener.id] {
            let words = count.failuresByWord.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .prefix(6).map { "\($0.key) \(Figures.count($0.value))" }
            if listener.protocol.terminatesTLS {
                add(
                    .labelFailures,
                    words.isEmpty ? .noFailuresSinceStart : .sinceStart(words.joined(separator: "  ")),
                    words.isEmpty ? .text : .stateFail
                )
            }
            add(
                .labelConnections,
                .openAndDraining(Figures.count(count.open), Figures.count(count.draining))
            )
            if let cut = count.cut, cut > 0 { add(.labelCut, .cutWhileConnected(Figures.count(cut))) }
            add(
                .labelTotals,
                .totals(
                    accepted: Figures.count(count.accepted),
                    handshakes: Figures.count(count.handshakes),
                    requests: Figures.count(count.requests),
                    rejected: Figures.count(count.rejected)
                )
            )
            if count.rejected > 0 {
                let reasons = count.rejectedByReason.sorted {
                    ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue)
                }
                add(
                    .labelLimits,
                    reasons.map { "\($0.key.rawValue) \(Figures.count($0.value))" }.joined(separator: "  ")
                )
            }
        }
        add(.labelDoes, self.action(listener.defaultAction, view))
        let groups = view.configuration.groups(of: listener).compactMap { state.targetHealth?[$0] }
        if !groups.isEmpty {
            let (healthy, total) = (
                groups.reduce(0) { $0 + $1.healthy }, groups.reduce(0) { $0 + $1.total }
            )
            add(
                .labelTargets,
                .healthyOf(healthy, total),
                healthy == 0 ? .stateFail : healthy < total ? .stateWarn : .text
            )
        }
        if let first = listener.rules.first, let last = listener.rules.last {
            let range = first == last ? "\(first.priority)" : "\(first.priority)–\(last.priority)"
            add(.labelRules, .rulesBefore(listener.rules.count, range))
        }
        if let change = view.recentChanges.first(where: { change in
            change.lines.contains { $0.resource == "listener \(listener.name)" }
        }) {
            let lines = change.lines.filter { $0.resource == "listener \(listener.name)" }
            let what = lines.flatMap(\.details).joined(separator: ", ")
            add(
                .labelLastChange,
                "\(change.time.iso8601) \(change.author.name) (\(change.author.via)) \(what)"
            )
        }
        return detail
    }

    private static func action(_ action: Action, _ view: GateView) -> Phrase {
        switch action {
        case .fixedResponse(let response): return .answersItself(response.statusCode)
        case .weightedForward(let forward):
            return Phrase(verbatim: forward.words(in: view.configuration))
        case .redirect(let redirect): return .redirects(redirect.statusCode.code)
        case .forward(let id):
            guard let group = view.configuration.targetGroup(id) else {
                return .forwardsToMissing
            }
            return .forwards(group.name, group.targets.count)
        }
    }
}
