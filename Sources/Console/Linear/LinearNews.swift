import Model

/// What is told unasked: new causes of failures, trials that begin and end.
struct LinearNews: Sendable {
    /// Between two new causes: strangers decide how many there are.
    static let pauseMilliseconds: Int64 = 5_000

    /// Whether new causes of failures are told.
    var tellsCauses = true
    /// Before it everything was there when the console came; nil until it has come.
    private var began: Timestamp?
    private var known: Set<RefusalGroups.Key> = []
    private var fresh: Set<RefusalGroups.Key> = []
    private var toldAt: Int64 = .min / 2
    private var trials: [Trial] = []

    /// Takes what there is as known.
    mutating func begin(_ state: ConsoleState) {
        self.began = state.gateTime
        self.trials = state.view?.trials ?? []
        self.takeCauses(state)
    }

    /// When the next new cause may be told; nil while there is none.
    var dueAt: Int64? {
        self.fresh.isEmpty ? nil : self.toldAt + Self.pauseMilliseconds
    }

    /// Looks at what has come, and tells of trials.
    mutating func take(_ state: ConsoleState) -> [Phrase] {
        guard self.began != nil else { return [] }
        self.takeCauses(state)
        return self.takeTrials(state)
    }

    /// The largest of the new causes when it is time for one, and how many others there are; they count as
    /// told.
    mutating func nextCause(_ state: ConsoleState) -> (group: RefusalGroups.Group, others: Int)? {
        guard let dueAt, state.now >= dueAt else { return nil }
        let groups = self.fresh.compactMap { state.refusalGroups[$0] }
        self.fresh = []
        let largest = groups.max { ($0.count, $1.id.origin) < ($1.count, $0.id.origin) }
        guard let largest else { return nil }
        self.toldAt = state.now
        return (largest, groups.count - 1)
    }

    private mutating func takeCauses(_ state: ConsoleState) {
        let groups = state.refusalGroups.all
        let keys = Set(groups.map(\.id))
        if let began, self.tellsCauses {
            let recent = groups.filter { $0.first >= began }.map(\.id)
            self.fresh.formUnion(Set(recent).subtracting(self.known))
        }
        self.known = keys
        self.fresh.formIntersection(self.tellsCauses ? keys : [])
    }

    private mutating func takeTrials(_ state: ConsoleState) -> [Phrase] {
        guard let view = state.view else { return [] }
        let (before, now) = (self.trials, view.trials ?? [])
        self.trials = now
        let begun = now.filter { trial in !before.contains { $0.change == trial.change } }.map { trial in
            Phrase.trialBegan(
                trial.change,
                .trialUntil(
                    trial.lines.first?.description ?? "",
                    by: trial.author.name,
                    until: String(state.settings.zone.shown(trial.deadline).clockMilliseconds.prefix(8))
                )
            )
        }
        let ended = before.filter { trial in !now.contains { $0.change == trial.change } }.map { trial in
            let change = state.changes.first { $0.number == trial.change }
            return Phrase.trialEnded(
                trial.change,
                trial.lines.first?.description ?? "",
                change.flatMap { ChangeRow.origin($0, state)?.text } ?? .trialGone
            )
        }
        return begun + ended
    }
}
