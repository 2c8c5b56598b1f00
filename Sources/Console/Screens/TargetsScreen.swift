import Model

/// Page 6: the targets, whether they are healthy, and why not.
enum TargetsScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let (list, pane) = state.layout.listAndPane(isZoomed: state.isZoomed)
        if state.targets.count == 0 {
            ConsoleScreen.drawNotice(ConsoleScreen.emptiness(state), in: list, &canvas)
            return
        }
        state.targets.draw(
            into: &canvas,
            rect: list,
            isFocused: state.overlay == nil && state.dialogue == nil,
            now: state.counters?.time
        )
        guard pane.rows > 2, let row = state.targets.selected else { return }
        guard !state.layout.isNarrow else {
            ConsoleScreen.drawPane(self.detail(row, state), in: pane, note: .fullDetail, &canvas)
            return
        }
        let (left, right) = pane.splitLeft(pane.columns / 2)
        ConsoleScreen.drawPane(self.target(row, state), in: left, note: .fullDetail, &canvas)
        ConsoleScreen.drawPane(self.group(row.group, state), in: right, &canvas)
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        let rows = state.targets.rows
        let count = Phrase.targets(
            rows.count { !$0.hasLeft },
            groups: Set(rows.map(\.group.id)).count,
            healthy: rows.count { $0.state == "healthy" },
            down: rows.count { $0.state == "unhealthy" }
        )
        return (FooterScreen.status(of: state.targets, count), .textMuted)
    }

    /// A target and its group.
    static func detail(_ row: TargetRow, _ state: ConsoleState) -> Detail {
        let target = self.target(row, state)
        return Detail(title: target.title, lines: target.lines + self.group(row.group, state).lines)
    }

    private static func target(_ row: TargetRow, _ state: ConsoleState) -> Detail {
        let say = state.language
        let glyphs = state.glyphs
        var detail = Detail(title: row.name, lines: [])
        func add(_ label: Phrase, _ text: Phrase, _ role: Role = .text, words: Phrase? = nil) {
            detail.lines.append(
                Detail.Line(label: say(label), text: say(text), role: role, words: words.map { say($0) })
            )
        }
        add(.labelState, self.standing(row, state), row.role)
        if row.state == "unknown" { add(.empty, .stateUnknown, .textMuted) }
        if row.hasLeft { add(.empty, .targetHasLeft, .textMuted) }
        if let left = row.health?.remainingSeconds {
            let delay = max(left, row.group.attributes.deregistrationDelaySeconds)
            let words = Phrase.drainingLeft(left, of: delay)
            let bar = self.bar(of: delay - left, of: delay, glyphs)
            add(.labelDraining, Phrase(verbatim: "\(bar) ") + words, .stateWarn, words: words)
        } else if row.isDrained {
            add(.empty, .drainedByHand, .stateWarn)
        }
        if let reason = row.health?.reason {
            add(.labelReason, Phrase(verbatim: reason.rawValue), .logReason)
        }
        if let description = row.health?.description { add(.labelLast, Phrase(verbatim: description)) }
        if let outcomes = row.checks?.outcomes {
            let words = Phrase.toldChecks(outcomes.count { $0 == "+" }, of: outcomes.count)
            add(.labelChecks, Phrase(verbatim: glyphs.outcomes(outcomes)), row.role, words: words)
            add(.empty, .checksKept(outcomes.count), .textMuted)
        }
        if let errors = row.tlsErrors {
            let role: Role = errors.lastFailure == nil ? .text : .stateFail
            add(.labelTLSErrors, .tlsErrors(Figures.count(errors.count), errors.lastFailure), role)
        }
        if let function = row.group.function {
            detail.lines += self.function(function, state.targetHealth?[row.group.id]?.function, say)
        }
        return detail
    }

    /// The state in a word, and since when.
    private static func standing(_ row: TargetRow, _ state: ConsoleState) -> Phrase {
        let word = Phrase(verbatim: row.state == "unhealthy" ? "DOWN (unhealthy)" : row.state)
        guard let since = row.checks?.since, let now = state.counters?.time else { return word }
        let time =
            Figures.moment(since, now: now, in: state.settings.zone) + state.settings.zone.name(at: since)
        return word + "  " + .stateSince(time, .duration(seconds: now.seconds - since.seconds))
    }

    private static func function(
        _ function: LambdaFunction,
        _ health: FunctionHealth?,
        _ say: Language
    ) -> [Detail.Line] {
        var lines = [
            Detail.Line(
                label: say(.labelFunction),
                text: function.name + (function.qualifier.map { "  \($0)" } ?? ""),
                role: .textStrong
            ),
            Detail.Line(label: say(.labelInvoked), text: "\(function.baseURL)"),
        ]
        func add(_ text: Phrase, _ role: Role) {
            lines.append(Detail.Line(label: "", text: say(text), role: role))
        }
        if case .name = function.baseURL.host, let health {
            if let endpoint = health.endpoint {
                add(Phrase(verbatim: "\(endpoint.address)"), .text)
                // Without an address the state says why there is none.
                if let failure = health.lookupFailure { add(.functionLookup(failure), .stateWarn) }
            } else {
                add(.functionNoAddress, .stateFail)
            }
        }
        if !function.isHealthChecked { add(.notChecked, .textMuted) }
        let region = function.region.map { Phrase(verbatim: $0) }
        lines.append(
            Detail.Line(label: say(.labelSigned), text: say(region ?? .functionUnsigned), role: .textMuted)
        )
        return lines
    }

    /// How far it is with what it has in hand.
    private static func bar(of seconds: Int, of delay: Int, _ glyphs: Glyphs) -> String {
        let width = 20
        let done = Sparkline.bar(Double(seconds), of: Double(delay), width: width, glyphs: glyphs)
        return "[\(done)\(String(repeating: ".", count: width - done.count))]"
    }

    private static func group(_ group: TargetGroup, _ state: ConsoleState) -> Detail {
        let say = state.language
        var detail = Detail(title: say(.groupTitle(group.name)), lines: [])
        func add(_ label: Phrase, _ text: Phrase, _ role: Role = .text) {
            detail.lines.append(Detail.Line(label: say(label), text: say(text), role: role))
        }
        if let health = state.targetHealth?[group.id] {
            add(
                .labelHealthy,
                .healthyOf(health.healthy, health.total),
                health.healthy == 0 ? .stateFail : health.healthy < health.total ? .stateWarn : .text
            )
        }
        let version = group.protocol == .http ? " \(group.protocolVersion.rawValue)" : ""
        if state.counters?.engine.targetGroupCounters?[group.id]?.failsOpen == true {
            add(.empty, .failsOpen, .stateFail)
        }
        for line in self.traffic(of: group, state) { detail.lines.append(line) }
        if group.function == nil {
            add(.labelProtocol, Phrase(verbatim: group.protocol.rawValue + version))
            add(.labelAlgorithm, Phrase(verbatim: group.algorithm.rawValue))
        }
        let check = group.healthCheck
        if group.function?.isHealthChecked != false {
            add(
                .labelCheck,
                .checkSummary(
                    path: check.isPathUsable
                        ? "\(check.protocol.rawValue) \(check.path)" : check.protocol.rawValue,
                    interval: "\(check.intervalSeconds) s",
                    timeout: "\(check.timeoutSeconds) s",
                    up: check.healthyThresholdCount,
                    down: check.unhealthyThresholdCount
                )
            )
        }
        let users =
            state.view?.configuration.listeners.map(\.listener).filter {
                state.view?.configuration.groups(of: $0).contains(group.id) ?? false
            }.map(\.name) ?? []
        add(
            .labelUsedBy,
            users.isEmpty ? .noListener : Phrase(verbatim: users.joined(separator: " "))
        )
        return detail
    }

    /// What its requests came to over the last five minutes.
    private static func traffic(of group: TargetGroup, _ state: ConsoleState) -> [Detail.Line] {
        guard let recent = state.groupHistory.recent(group.id) else { return [] }
        let say = state.language
        let glyphs = state.glyphs
        func line(_ label: Phrase, _ series: [Double?], _ figure: String, _ role: Role) -> Detail.Line {
            let chart = Sparkline.text(series, width: min(30, series.count), glyphs: glyphs)
            let room = String(repeating: " ", count: max(0, 7 - figure.count))
            return Detail.Line(
                label: say(label),
                text: "\(figure)\(room)  \(chart)",
                role: role,
                words: figure
            )
        }
        var lines = [
            line(
                .labelRequestRate,
                recent.requests,
                Figures.rate(recent.requestsPerSecond) + "/s",
                .chartMain
            ),
            line(
                .labelErrorRate,
                recent.errors,
                Figures.share(recent.errorShare, of: 1),
                recent.errorShare > 0 ? .chartFail : .textMuted
            ),
        ]
        if let median = recent.median, let slowest = recent.slowest {
            let text = Phrase.responseTimes(Figures.milliseconds(median), Figures.milliseconds(slowest))
            lines.append(Detail.Line(label: say(.labelResponse), text: say(text)))
        }
        return lines
    }
}
