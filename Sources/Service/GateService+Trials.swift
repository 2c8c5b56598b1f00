import Foundation
import Model

/// Changes that are taken back: by whoever undoes them, or by the gate when a trial was not kept.
extension GateService {
    /// Trials at one time; each makes every other change a little dearer to check.
    private static let trialCount = 16
    /// How long the gate waits before it tries once more to take a trial back.
    private static let retryDelay: Duration = .seconds(5)

    func checkCount(of intent: Intent) throws(OperatorError) {
        guard intent.trial != nil, self.trials.count >= Self.trialCount else { return }
        throw OperatorError(
            .quotaExceeded,
            subject: "trials",
            message: "\(self.trials.count) changes are on trial, as many as there may be.",
            hint: "Keep or undo one of them first; nothing was changed."
        )
    }

    /// Takes a change back, and ends its trial if it is on one.
    func takeBack(
        _ number: Int64,
        _ intent: Intent
    ) async throws(OperatorError) -> ChangeReceipt {
        let resolution = try self.resolution(without: number)
        var intent = intent
        intent.endsTrial = self.trials.first { $0.number == number }?.number
        return try await self.change(to: resolution, intent)
    }

    /// The present configuration with one change taken back, and the keys that needs.
    private func resolution(without number: Int64) throws(OperatorError) -> Resolution {
        let (record, delta) = try self.store.change(number)
        guard let delta else {
            if case .keep(let kept) = record.origin {
                throw OperatorError(
                    .validationError,
                    subject: "change \(number)",
                    message: "Change \(number) only kept change \(kept), and changed nothing itself.",
                    hint: "Undo change \(kept)."
                )
            }
            throw OperatorError(
                .changeNotFound,
                subject: "change \(number)",
                message: "What change \(number) replaced is not stored any more.",
                hint: "Apply the configuration you want; nothing was changed."
            )
        }
        let configuration = try delta.undone(in: self.state.configuration, change: number)
        var keys: [ResourceID: SecretText] = [:]
        for certificate in configuration.certificates {
            if let key = self.keys[certificate.id] {
                keys[certificate.id] = key
            } else if self.state.configuration.certificate(certificate.id) == nil {
                keys[certificate.id] = try self.formerKey(
                    certificate.id,
                    "private key of \(certificate.leaf.subject)",
                    change: number
                )
            }
        }
        for group in configuration.targetGroups {
            guard let id = group.signingKeyID else { continue }
            if let key = self.keys[id] {
                keys[id] = key
            } else {
                keys[id] = try self.formerKey(id, "signing key of target group \(group.name)", change: number)
            }
        }
        return Resolution(
            configuration: configuration,
            keys: keys,
            paths: [:],
            freshLists: try self.formerLists(of: configuration)
        )
    }

    /// A key that is not in use; only a trial keeps it.
    private func formerKey(
        _ id: ResourceID,
        _ name: String,
        change number: Int64
    ) throws(OperatorError) -> SecretText {
        do throws(OperatorError) {
            return try self.keyStore.load(id)
        } catch {
            throw OperatorError(
                .invalidPrivateKey,
                subject: "change \(number)",
                message:
                    "The \(name), which change \(number) replaced, was removed with it.",
                hint: "Run `sekisho apply` with the file that holds it; nothing was changed."
            )
        }
    }

    func keepTrial(
        of number: Int64,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        guard let index = self.trials.firstIndex(where: { $0.number == number }) else {
            _ = try self.store.change(number)
            throw OperatorError(
                .validationError,
                subject: "change \(number)",
                message: "Change \(number) is not on trial.",
                hint: self.trials.isEmpty
                    ? "No change is: there is nothing to keep."
                    : "On trial: \(self.trials.map { String($0.number) }.joined(separator: ", "))."
            )
        }
        let record = try await self.store.save(
            self.state,
            replacing: self.state,
            change: AuditDraft(
                time: self.clock(),
                author: author,
                lines: [],
                origin: .keep(change: number),
                endsTrial: number
            )
        )
        self.forget(self.trials[index].number)
        self.removeUnneeded()
        self.armTrials()
        self.tell(record)
        return ChangeReceipt(generation: self.state.generation, plan: Plan(lines: []), change: record)
    }

    /// Notes a change that has just come into force, if it is on trial.
    func begin(_ record: ChangeRecord, _ delta: ConfigurationDelta, _ terms: TrialTerms?) {
        if case .trial(let deadline) = record.origin {
            let trial = Trial(
                change: record.number,
                author: record.author,
                startedAt: record.time,
                deadline: deadline,
                lines: record.lines,
                maximumRefusalPercent: terms?.maximumRefusalPercent
            )
            let pending = PendingTrial(trial: trial, delta: delta)
            self.trials.append(pending)
            self.watchRefusals(during: pending)
            self.trials.sort { $0.trial.deadline < $1.trial.deadline }
        }
        self.armTrials()
    }

    /// Ends a trial, whichever way it went.
    func forget(_ number: Int64) {
        self.trials.removeAll { $0.number == number }
        self.rehearsals.forget(trial: number)
    }

    /// Counts whom a trial refuses that were let in before it, and takes it back as soon as they are too
    /// many.
    func watchRefusals(during trial: PendingTrial) {
        guard let before = try? trial.delta.undone(in: self.state.configuration, change: trial.number)
        else { return }
        var former: [ResourceID: CandidatePolicy] = [:]
        for (_, listener) in before.listeners where listener.protocol.terminatesTLS {
            guard
                let new = self.state.configuration.listeners.first(where: { $0.listener.id == listener.id }),
                let policy = try? CandidatePolicy(listener, in: before, lists: self.lists),
                let present = try? CandidatePolicy(
                    new.listener,
                    in: self.state.configuration,
                    lists: self.lists
                ),
                !policy.judgesAlike(present)
            else { continue }
            former[listener.id] = policy
        }
        guard !former.isEmpty else { return }
        let number = trial.number
        let wire = TripWire(former: former, percent: trial.trial.maximumRefusalPercent) { [weak self] in
            Task { [weak self] in await self?.tripped(number) }
        }
        self.rehearsals.watch(number, wire)
    }

    private func tripped(_ number: Int64) async {
        try? await self.serialized { gate in
            if let trial = gate.trials.first(where: { $0.number == number }) {
                await gate.rollBack(trial, cause: .refusals)
                gate.armTrials()
            }
            return .success(())
        }
    }

    func armTrials() {
        self.trialTimer?.cancel()
        self.trialTimer = nil
        let now = self.clock()
        for index in self.trials.indices where self.trials[index].due == nil {
            let left = max(0, self.trials[index].trial.deadline.microseconds - now.microseconds)
            self.trials[index].due = .now + .microseconds(left)
        }
        guard let next = self.trials.compactMap(\.due).min(), self.phase == .serving else { return }
        self.trialTimer = Task { [weak self] in
            guard (try? await Task.sleep(until: next, clock: .continuous)) != nil else { return }
            await self?.endDueTrials()
        }
    }

    /// Takes back the trials whose time is over.
    func endDueTrials() async {
        // What fails is noted with the trial, which is tried again.
        try? await self.serialized { gate in
            for trial in gate.trials where gate.isDue(trial) {
                await gate.rollBack(trial, cause: .deadline)
            }
            gate.armTrials()
            return .success(())
        }
    }

    private func isDue(_ trial: PendingTrial) -> Bool {
        trial.trial.deadline <= self.clock() || trial.due.map { $0 <= .now } ?? false
    }

    private func rollBack(_ trial: PendingTrial, cause: ChangeRecord.RollbackCause) async {
        let intent = Intent(
            author: Author(name: trial.trial.author.name, via: "sekisho"),
            origin: .rollback(change: trial.number, cause: cause)
        )
        do throws(OperatorError) {
            _ = try await self.takeBack(trial.number, intent)
        } catch {
            guard let index = self.trials.firstIndex(where: { $0.number == trial.number }) else { return }
            self.trials[index].due = .now + Self.retryDelay
            self.trials[index].trial.problem = error
            self.watchers.send(self.currentView)
        }
    }

    /// Takes back, before anything is served, the trials whose time was over while no gate ran.
    func endMissedTrials() async throws(OperatorError) {
        for trial in self.trials where trial.trial.deadline <= self.clock() {
            let resolution = try self.resolution(without: trial.number)
            let next = self.state.next(resolution.configuration)
            let plan = self.planner(to: resolution.configuration).plan()
            let record = try await self.store.save(
                next,
                replacing: self.state,
                change: AuditDraft(
                    time: self.clock(),
                    author: Author(name: trial.trial.author.name, via: "sekisho"),
                    lines: plan.lines,
                    origin: .rollback(change: trial.number, cause: .start),
                    delta: ConfigurationDelta(from: self.state.configuration, to: resolution.configuration),
                    endsTrial: trial.number
                )
            )
            self.state = next
            self.forget(trial.number)
            self.recentChanges = Array(([record] + self.recentChanges).prefix(Self.viewedChanges))
        }
    }
}
