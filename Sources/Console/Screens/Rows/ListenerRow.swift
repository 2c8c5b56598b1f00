import Model

/// A listener in the list of listeners.
struct ListenerRow: ListRow {
    let loadBalancer: LoadBalancer
    let listener: Listener
    let store: TrustStore?
    let failure: OperatorError?
    let rates: GateCounters.Rates?
    let counters: ListenerCounters?
    let series: [Double?]
    /// Healthy and all targets of its groups; nil where none are checked.
    let targets: (healthy: Int, total: Int)?
    let leaf: CertificateFacts?
    let change: ChangeRecord?
    /// Where half of the handshakes of five minutes were at or below, and 99 of a hundred, in microseconds.
    let times: (half: Int64, slowest: Int64)?
    /// The change of it that is on trial, and how long it still is, in milliseconds.
    let trial: (trial: Trial, left: Int64)?
    /// Failures are more than they were.
    let isFailing: Bool

    var id: ResourceID { self.listener.id }
    var name: String { self.listener.name }
    static let noun = Phrase.nounListener

    /// `failing` are listeners with a line of their own for failures.
    static func rows(_ state: ConsoleState, failing: Set<ResourceID> = []) -> [ListenerRow] {
        guard let view = state.view else { return [] }
        let health = state.targetHealth
        let now = state.gateTime
        return view.configuration.listeners.map { balancer, listener in
            let mutual = listener.mutualAuthentication
            let groups = view.configuration.groups(of: listener).compactMap { health?[$0] }
            let times = state.history.recent(listener.id, now: state.counters).times
            let trial = view.trial(of: listener)
            return ListenerRow(
                loadBalancer: balancer,
                listener: listener,
                store: mutual.mode == .verify
                    ? mutual.trustStoreID.flatMap { view.configuration.trustStore($0) } : nil,
                failure: view.failedListeners[listener.id],
                rates: state.counters?.rates[listener.id],
                counters: state.counters?.engine.listeners[listener.id],
                series: state.history.series(.handshakes, of: listener.id),
                targets: groups.isEmpty
                    ? nil : (groups.reduce(0) { $0 + $1.healthy }, groups.reduce(0) { $0 + $1.total }),
                leaf: listener.certificateID.flatMap { view.configuration.certificate($0) }?.leaf,
                change: view.recentChanges.first { change in
                    change.lines.contains { $0.resource == "listener \(listener.name)" }
                },
                times: times.quantile(0.5).flatMap { half in
                    times.quantile(0.99).map { (half, $0) }
                },
                trial: trial.map {
                    ($0, ($0.deadline.microseconds - (now ?? $0.startedAt).microseconds) / 1_000)
                },
                isFailing: failing.contains(listener.id)
            )
        }.sorted { $0.name < $1.name }
    }

    private var hasTLS: Bool { self.listener.protocol.terminatesTLS }
    var isDown: Bool { self.failure != nil }

    /// Of the attempts of the last seconds, in percent.
    private var failureShare: Double? {
        guard self.hasTLS, !self.isDown, let rates else { return nil }
        let all = rates.handshakes + rates.failures
        return all > 0 ? rates.failures / all * 100 : 0
    }

    /// Of the handshakes since the gate started, in percent; nil where no session is resumed by intent.
    private var resumedShare: Double? {
        let mutual = self.listener.mutualAuthentication
        guard self.hasTLS, !self.isDown, mutual.mode == .off || mutual.sessionResumption != nil,
            let counters, let resumed = counters.resumed, counters.handshakes > 0
        else { return nil }
        return Double(resumed) / Double(counters.handshakes) * 100
    }

    static let columns: [Column<ListenerRow>] = [
        .text(
            "name",
            .columnName,
            8...14,
            priority: 20,
            role: .textStrong,
            grows: true,
            words: Phrase.init(verbatim:)
        ) { $0.name },
        Column(
            name: "state",
            title: .columnState,
            kind: .text,
            minimum: 5,
            ideal: 5,
            priority: 19,
            values: { [.text($0.isDown ? "down" : "up")] },
            field: { row, _ in
                row.isDown
                    ? Table.Field(text: "DOWN", role: .stateFail) : Table.Field(text: "up", role: .stateOk)
            },
            words: { row, cell in row.isDown ? Phrase(verbatim: cell) : nil }
        ),
        .text("address", .columnAddress, 15...21, priority: 11, keep: .end) {
            Endpoint(address: $0.loadBalancer.address, port: $0.listener.port).description
        },
        .text("proto", .columnProtocol, 5...5, priority: 4, role: .textMuted) {
            $0.listener.protocol.rawValue
        },
        Column(
            name: "mode",
            title: .columnMode,
            kind: .text,
            minimum: 11,
            ideal: 11,
            priority: 18,
            values: { $0.hasTLS ? [.text($0.listener.mutualAuthentication.mode.rawValue)] : [] },
            field: { row, context in
                guard row.hasTLS else { return context.none }
                let mutual = row.listener.mutualAuthentication
                let mark = row.trial == nil ? "" : " \(context.glyphs.trial)"
                return Table.Field(text: mutual.modeText + mark, role: ListenersScreen.role(of: mutual))
            },
            words: { row, _ in
                Phrase(
                    verbatim: row.hasTLS
                        ? row.listener.mutualAuthentication.modeText : row.listener.protocol.rawValue
                )
            }
        ),
        .text("store", .columnStore, 8...14, priority: 9, words: Phrase.toldStore) { $0.store?.name },
        .number("rev", .columnRevision, 3...3, priority: 2) { $0.store.map { Double($0.revision) } },
        .number(
            "hs",
            .columnHandshakes,
            6...6,
            priority: 10,
            format: Figures.rate,
            words: Phrase.toldRate
        ) { row in row.hasTLS && !row.isDown ? row.rates?.handshakes : nil },
        .number(
            "fail",
            .columnFailureShare,
            5...5,
            priority: 15,
            role: { $0 > 0 ? .stateFail : .text },
            format: { Figures.decimal($0, 1) },
            words: Phrase.toldShare
        ) { $0.failureShare },
        .number("conns", .columnConnections, 5...6, priority: 8) { row in
            row.isDown ? nil : row.counters.map { Double($0.open) }
        },
        Self.resumed,
        .number("p50", .columnHalf, 4...5, priority: 2, format: { Figures.latency(Int64($0)) }) {
            $0.times.map { Double($0.half) }
        },
        .number(
            "p99",
            .columnSlowest,
            4...5,
            priority: 6,
            format: { Figures.latency(Int64($0)) }
        ) {
            $0.times.map { Double($0.slowest) }
        },
        Self.drain,
        Column(
            name: "last5",
            title: .columnLastFive,
            kind: .text,
            minimum: 12,
            ideal: 12,
            priority: 5,
            appears: { rows in rows.contains { $0.series.contains { $0 != nil } } },
            values: { _ in [] },
            field: { row, context in
                Table.Field(
                    text: Sparkline.text(
                        Sparkline.squeezed(row.series, columns: 12),
                        width: 12,
                        glyphs: context.glyphs
                    ),
                    role: .chartMain
                )
            }
        ),
        Column(
            name: "targets",
            title: .columnTargets,
            kind: .text,
            minimum: 7,
            ideal: 7,
            priority: 7,
            values: { row in row.targets.map { [.text("\($0.healthy)/\($0.total)")] } ?? [] },
            field: { row, context in
                guard let targets = row.targets else { return context.none }
                let isWhole = targets.healthy == targets.total
                return Table.Field(
                    text: "\(targets.healthy)/\(targets.total)\(isWhole ? "" : " \(context.glyphs.warn)")",
                    role: targets.healthy == 0 ? .stateFail : isWhole ? .text : .stateWarn
                )
            },
            words: { row, _ in
                // That all of them are healthy need not be said.
                row.targets.flatMap { $0.healthy < $0.total ? .toldTargets($0.healthy, $0.total) : nil }
            }
        ),
        Self.note,
        Column(
            name: "expires",
            title: .columnCertificateExpiry,
            kind: .remaining,
            minimum: 8,
            ideal: 8,
            priority: 3,
            values: { row in row.leaf.map { [.number(Double($0.notAfter.microseconds))] } ?? [] },
            field: { row, context in
                guard let leaf = row.leaf, let now = context.now else { return context.none }
                return Expiry.short(leaf, now: now, context.language)
            }
        ),
        Column(
            name: "changed",
            title: .columnLastChange,
            kind: .age,
            minimum: 16,
            ideal: 22,
            priority: 1,
            values: { row in row.change.map { [.number(Double($0.time.microseconds))] } ?? [] },
            field: { row, context in
                guard let change = row.change else { return context.none }
                return Table.Field(
                    text:
                        "\(Figures.moment(change.time, now: context.now, in: context.zone)) \(change.author.name)",
                    role: .textMuted
                )
            }
        ),
    ]

    /// Handshakes that resumed a session, where there are any.
    private static let resumed: Column<ListenerRow> = {
        var column = Column<ListenerRow>.number(
            "resumed",
            .columnResumed,
            7...7,
            priority: 2,
            format: { Figures.decimal($0, 0) + "%" }
        ) { $0.resumedShare }
        column.appears = { rows in rows.contains { $0.resumedShare ?? 0 > 0 } }
        return column
    }()

    /// What somebody should know of it beside its figures.
    private func note(_ say: Language) -> (text: String, role: Role)? {
        if let trial { return (say(.noteTrial(Figures.countdown(milliseconds: trial.left))), .stateTrial) }
        if self.isFailing { return (say(.noteFailing), .stateFail) }
        if let targets, targets.healthy < targets.total {
            return (say(.noteTargets(targets.total - targets.healthy)), .stateWarn)
        }
        return self.listener.protocol == .tcp ? (say(.noteUntouched), .textMuted) : nil
    }

    private static let note: Column<ListenerRow> = {
        var column = Column<ListenerRow>(
            name: "note",
            title: .columnNote,
            kind: .text,
            minimum: 15,
            ideal: 15,
            priority: 6,
            values: { row in row.note(.english).map { [.text($0.text)] } ?? [] },
            field: { row, context in
                row.note(context.language).map { Table.Field(text: $0.text, role: $0.role) }
                    ?? Table.Field(text: "")
            },
            // Targets that are down are told by their own column.
            words: { row, cell in
                row.trial != nil || row.isFailing ? Phrase(verbatim: cell) : nil
            }
        )
        column.appears = { rows in rows.contains { $0.note(.english) != nil } }
        return column
    }()

    /// What drains after a change counts more than rates while there is some.
    private static let drain: Column<ListenerRow> = {
        var column = Column<ListenerRow>.number(
            "drain",
            .columnDrain,
            5...5,
            priority: 17,
            role: { $0 > 0 ? .stateWarn : .text },
            words: { $0 == "0" ? nil : Phrase.toldDraining($0) }
        ) { row in row.isDown ? nil : row.counters.map { Double($0.draining) } }
        column.appears = { rows in rows.contains { $0.counters?.draining ?? 0 > 0 } }
        return column
    }()
}

extension Configuration {
    /// The target groups that a listener may forward to, each once.
    func groups(of listener: Listener) -> [ResourceID] {
        let actions = [listener.defaultAction] + listener.rules.map(\.action)
        var seen: Set<ResourceID> = []
        return actions.flatMap(\.targetGroupIDs).filter { seen.insert($0).inserted }
    }
}

extension GateView {
    /// The trial of a change that touches a listener, the one that ends first.
    func trial(of listener: Listener) -> Trial? {
        self.trials?.first { trial in
            trial.lines.contains { $0.resource == "listener \(listener.name)" }
        }
    }
}
