import Model

/// Page 6: the targets, whether they are healthy, and why not.
enum TargetsScreen {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let (list, pane) = state.layout.listAndPane(isZoomed: state.isZoomed)
        if state.targets.count == 0 {
            let filter = state.targets.filterText
            ConsoleScreen.drawNotice(
                [filter.isEmpty ? .noTargets : .nothingFits(filter)],
                in: list,
                &canvas
            )
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
        let healthy = state.targetHealth?.values.reduce(0) { $0 + $1.healthy } ?? 0
        let count = Phrase.targets(state.targets.count, healthy: healthy)
        return (FooterScreen.status(of: state.targets, count), .textMuted)
    }

    /// A target and its group.
    static func detail(_ row: TargetRow, _ state: ConsoleState) -> Detail {
        let target = self.target(row, state)
        return Detail(title: target.title, lines: target.lines + self.group(row.group, state).lines)
    }

    private static func target(_ row: TargetRow, _ state: ConsoleState) -> Detail {
        let say = state.language
        var lines = [
            Detail.Line(
                label: say(.labelState),
                text: row.state == "unhealthy" ? "DOWN (unhealthy)" : row.state,
                role: row.role
            )
        ]
        if row.state == "unknown" {
            lines.append(Detail.Line(label: "", text: say(.stateUnknown), role: .textMuted))
        }
        if let left = row.health?.remainingSeconds {
            lines.append(self.draining(row, left: left, state))
        } else if row.isDrained {
            lines.append(Detail.Line(label: "", text: say(.drainedByHand), role: .stateWarn))
        }
        if let reason = row.health?.reason {
            lines.append(Detail.Line(label: say(.labelReason), text: reason.rawValue, role: .logReason))
        }
        if let description = row.health?.description {
            lines.append(Detail.Line(label: say(.labelLast), text: description))
        }
        return Detail(title: row.name, lines: lines)
    }

    /// How far it is with what it has in hand.
    private static func draining(_ row: TargetRow, left: Int, _ state: ConsoleState) -> Detail.Line {
        let delay = max(left, row.group.attributes.deregistrationDelaySeconds)
        let glyphs: Glyphs = state.isUnicode ? .unicode : .ascii
        let width = 20
        let done = Sparkline.bar(Double(delay - left), of: Double(delay), width: width, glyphs: glyphs)
        let rest = String(repeating: ".", count: width - done.count)
        return Detail.Line(
            label: state.language(.labelDraining),
            text: "[\(done)\(rest)] " + state.language(.drainingLeft(left, of: delay)),
            role: .stateWarn
        )
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
        add(.labelProtocol, Phrase(verbatim: group.protocol.rawValue + version))
        add(.labelAlgorithm, Phrase(verbatim: group.algorithm.rawValue))
        let check = group.healthCheck
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
}
