import Model

/// Something that somebody should look at, with where to look.
struct AttentionItem: Hashable, Sendable, Identifiable {
    enum Level: Int, Hashable, Sendable, Comparable {
        case fail, trial, warn

        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        var word: String {
            switch self {
            case .fail: "FAIL"
            case .trial: "TRIAL"
            case .warn: "WARN"
            }
        }
    }

    /// Where Enter leads.
    enum Place: Hashable, Sendable {
        case listener(ResourceID)
        case refusals(ResourceID)
        case certificate(store: ResourceID, fingerprint: String)
        case store(ResourceID)
        /// Clients that will be refused soon, within so many days.
        case clients(days: Int)
        case targets(group: ResourceID)
        case log
        case change(Int64)
        case nowhere
    }

    let level: Level
    let object: String
    let sentence: Phrase
    let place: Place
    /// Of two of a level, the larger comes first.
    let weight: Double

    /// A cause has one line, whatever its figures are.
    var id: String { "\(self.place) \(self.object) \(self.level)" }
}

/// What is wrong, most urgent first; lines leave when their cause does.
enum Attention {
    /// A share of failures is worth a line from here on, and with so many attempts.
    static let failureShare = 0.05
    static let leastAttempts = 20.0
    /// A share of the descriptors there may be is worth a line from here on.
    static let descriptorShare = 0.8
    /// How many times the hour before a share must be, where that is known.
    static let factor = 2.0
    /// A change within this time before now is named beside failures.
    static let changeWindowSeconds: Int64 = 3_600

    static func items(_ state: ConsoleState) -> [AttentionItem] {
        guard let view = state.view else { return [] }
        let items =
            self.down(view) + self.failures(state, view) + self.trials(state, view)
            + self.targets(state, view) + self.certificates(state, view) + self.stores(state, view)
            + self.clients(state) + self.turnedAway(state, view) + self.losses(state)
        return items.sorted { ($0.level, $1.weight, $0.object) < ($1.level, $0.weight, $1.object) }
    }

    /// The listeners that fail more than they did.
    static func failing(_ items: [AttentionItem]) -> Set<ResourceID> {
        Set(
            items.compactMap { item in
                if item.level == .fail, case .refusals(let listener) = item.place { listener } else { nil }
            }
        )
    }

    private static func down(_ view: GateView) -> [AttentionItem] {
        view.configuration.listeners.compactMap { _, listener in
            view.failedListeners[listener.id].map { error in
                AttentionItem(
                    level: .fail,
                    object: listener.name,
                    sentence: .attentionDown(error.message),
                    place: .listener(listener.id),
                    weight: .infinity
                )
            }
        }
    }

    private static func failures(_ state: ConsoleState, _ view: GateView) -> [AttentionItem] {
        view.configuration.listeners.compactMap { _, listener in
            let sum = state.history.recent(listener.id, now: state.counters)
            guard let share = sum.share, share >= self.failureShare, sum.total >= self.leastAttempts
            else {
                return nil
            }
            let usual = state.history.before(listener.id)?.share
            if let usual, usual > 0, share < usual * self.factor { return nil }
            let top = sum.words.max { ($0.value, $1.key) < ($1.value, $0.key) }
            let change = self.change(to: listener, view, now: state.counters?.time)
            return AttentionItem(
                level: .fail,
                object: listener.name,
                sentence: .attentionFailures(
                    share: Figures.decimal(share * 100, 1),
                    times: usual.flatMap { $0 > 0 ? Figures.decimal(share / $0, 0) : nil },
                    count: Figures.count(Int(sum.failures)),
                    top: top.map { (word: $0.key, count: Figures.count(Int($0.value))) },
                    change: change.map {
                        (number: $0.number, time: Figures.clock($0.time, in: state.settings.zone))
                    }
                ),
                place: .refusals(listener.id),
                weight: sum.failures
            )
        }
    }

    /// The newest change of a listener or its trust store, if it was within the last hour.
    static func change(to listener: Listener, _ view: GateView, now: Timestamp?) -> ChangeRecord? {
        guard let now else { return nil }
        let store = listener.mutualAuthentication.trustStoreID.flatMap {
            view.configuration.trustStore($0)
        }
        let names = ["listener \(listener.name)"] + (store.map { ["trust store \($0.name)"] } ?? [])
        return view.recentChanges.first { change in
            now.seconds - change.time.seconds <= self.changeWindowSeconds
                && change.lines.contains { names.contains($0.resource) }
        }
    }

    private static func trials(_ state: ConsoleState, _ view: GateView) -> [AttentionItem] {
        let zone = state.settings.zone
        return (view.trials ?? []).map { trial in
            let line = trial.lines.first
            let object = line?.resource.split(separator: " ").last.map(String.init)
            let counted = state.counters?.trials?.first { $0.change == trial.change }
            let left = state.gateTime.map { (trial.deadline.microseconds - $0.microseconds) / 1_000 }
            return AttentionItem(
                level: trial.problem == nil ? .trial : .fail,
                object: object ?? "#\(trial.change)",
                sentence: trial.problem.map { Phrase(verbatim: $0.message) }
                    ?? .attentionTrial(
                        line?.details.joined(separator: ", ") ?? "",
                        number: trial.change,
                        since: Figures.clock(trial.startedAt, in: zone),
                        by: trial.author.name,
                        left: left.map { Figures.countdown(milliseconds: $0) }
                            ?? Figures.clock(trial.deadline, in: zone),
                        limit: trial.maximumRefusalPercent,
                        now: counted?.share.map { Figures.decimal($0 * 100, 1) }
                    ),
                place: .change(trial.change),
                // What ends first comes first.
                weight: -Double(trial.deadline.seconds)
            )
        }
    }

    private static func targets(_ state: ConsoleState, _ view: GateView) -> [AttentionItem] {
        let health = state.counters?.engine.targetGroups ?? view.targetHealth ?? [:]
        return view.configuration.targetGroups.compactMap { group in
            guard let known = health[group.id] else { return nil }
            let bad = known.others.filter { $0.state == .unhealthy }
            guard let first = bad.first else { return nil }
            return AttentionItem(
                level: known.healthy == 0 ? .fail : .warn,
                object: group.name,
                sentence: .attentionTargets(
                    healthy: known.healthy,
                    total: known.total,
                    first: group.function.map { "function \($0.name)" } ?? "\(first.target)",
                    why: first.description ?? first.reason?.rawValue ?? first.state.rawValue
                ),
                place: .targets(group: group.id),
                weight: Double(known.total - known.healthy)
            )
        }
    }

    private static func certificates(_ state: ConsoleState, _ view: GateView) -> [AttentionItem] {
        guard let now = state.counters?.time else { return [] }
        func item(
            _ object: String,
            _ facts: CertificateFacts,
            _ place: AttentionItem.Place,
            isOurs: Bool
        )
            -> AttentionItem?
        {
            let left = facts.notAfter.seconds - now.seconds
            guard left < Expiry.warningDays * 86_400 else { return nil }
            return AttentionItem(
                // A CA that has expired refuses only its own clients; our certificate refuses everybody.
                level: left < 0 && isOurs ? .fail : .warn,
                object: object,
                sentence: .attentionExpiry(
                    NameText.short(facts.subject),
                    left: left < 0 ? nil : .duration(seconds: left),
                    date: Figures.date(facts.notAfter),
                    isCA: !isOurs
                ),
                place: place,
                weight: -Double(left)
            )
        }
        let ours = view.configuration.listeners.compactMap { _, listener in
            listener.certificateID.flatMap { view.configuration.certificate($0) }.flatMap {
                item(listener.name, $0.leaf, .listener(listener.id), isOurs: true)
            }
        }
        let anchors = view.configuration.trustStores.flatMap { store in
            store.certificates.compactMap {
                item(
                    store.name,
                    $0.facts,
                    .certificate(store: store.id, fingerprint: $0.facts.fingerprint),
                    isOurs: false
                )
            }
        }
        return ours + anchors
    }

    /// Lists that are out of date or without effect, and files that were not taken.
    private static func stores(_ state: ConsoleState, _ view: GateView) -> [AttentionItem] {
        guard let now = state.counters?.time else { return [] }
        let lists = view.configuration.trustStores.flatMap { store in
            store.revocationWarnings(at: now).map { warning in
                AttentionItem(
                    level: .warn,
                    object: store.name,
                    sentence: Phrase(verbatim: warning),
                    place: .store(store.id),
                    weight: 1
                )
            }
        }
        let files = (view.watchFailures ?? []).map { failure in
            AttentionItem(
                level: .warn,
                object: view.configuration.trustStore(failure.trustStoreID)?.name ?? failure.path,
                sentence: .attentionNotTaken(failure.path, failure.error.message),
                place: .store(failure.trustStoreID),
                weight: 2
            )
        }
        return lists + files
    }

    /// Clients whose certificates expire soon and that have not been seen with a newer one.
    private static func clients(_ state: ConsoleState) -> [AttentionItem] {
        guard let list = state.expiring.list, list.matching > 0, let now = state.counters?.time else {
            return []
        }
        let recent = list.clients.filter { now.seconds - $0.lastSeen.seconds < 3_600 }.count
        return [
            AttentionItem(
                level: .warn,
                object: "clients",
                sentence: .attentionClients(
                    list.matching,
                    days: ExpiringClients.days,
                    recent: list.clients.count == list.matching ? recent : nil
                ),
                place: .clients(days: ExpiringClients.days),
                weight: Double(list.matching)
            )
        ]
    }

    /// Good clients may stand behind the addresses that are refused.
    private static func turnedAway(_ state: ConsoleState, _ view: GateView) -> [AttentionItem] {
        view.configuration.listeners.compactMap { _, listener in
            let counters = state.counters?.engine.listeners[listener.id]
            guard let count = counters?.rejectedByReason[.failingSource], count > 0 else { return nil }
            return AttentionItem(
                level: .warn,
                object: listener.name,
                sentence: .attentionTurnedAway(Figures.count(count)),
                place: .refusals(listener.id),
                weight: Double(count)
            )
        }
    }

    private static func losses(_ state: ConsoleState) -> [AttentionItem] {
        guard let counters = state.counters else { return [] }
        var items: [AttentionItem] = []
        if counters.engine.droppedRecords > 0 {
            items.append(
                AttentionItem(
                    level: .warn,
                    object: "log",
                    sentence: .attentionDropped(Figures.count(counters.engine.droppedRecords)),
                    place: .log,
                    weight: 0
                )
            )
        }
        if let process = counters.process, process.descriptorShare >= self.descriptorShare {
            items.append(
                AttentionItem(
                    level: .warn,
                    object: "gate",
                    sentence: .attentionDescriptors(
                        Figures.count(process.openDescriptors),
                        of: Figures.count(process.descriptorLimit)
                    ),
                    place: .nowhere,
                    weight: process.descriptorShare
                )
            )
        }
        for log in counters.logs ?? [] {
            guard let failure = log.failure else { continue }
            items.append(
                AttentionItem(
                    level: .fail,
                    object: log.name,
                    sentence: Phrase(verbatim: failure.message),
                    place: .log,
                    weight: Double(log.lost)
                )
            )
        }
        return items
    }
}
