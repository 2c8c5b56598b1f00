import Model
import TLS

/// The life of a change.
extension GateService {
    /// Runs one piece of work after all that was asked for before, to its end even if the caller gives up.
    func serialized<Value: Sendable>(
        _ work: @escaping @Sendable (isolated GateService) async -> Result<Value, OperatorError>
    ) async throws(OperatorError) -> Value {
        let before = self.lastChange
        let task = Task {
            await before?.value
            return await work(self)
        }
        self.lastChange = Task { _ = await task.value }
        return try await task.value.get()
    }

    func files(
        of desired: DesiredConfiguration
    ) async -> [String: Result<ReadFile, OperatorError>] {
        await ReadFile.read(desired.trustStores.flatMap { $0.revocationLists ?? [] })
    }

    func resolve(
        _ desired: DesiredConfiguration,
        _ files: [String: Result<ReadFile, OperatorError>]
    ) throws(OperatorError) -> Resolution {
        try ConfigurationResolver(
            current: self.state.configuration,
            keys: self.keys,
            now: self.clock(),
            lists: self.lists,
            files: files
        ).resolve(desired)
    }

    func planner(to configuration: Model.Configuration) -> Planner {
        Planner(
            old: self.state.configuration,
            new: configuration,
            runningWorkers: self.workers,
            failed: self.failed,
            now: self.clock()
        )
    }

    /// Who wants a change, and on what terms.
    struct Intent: Sendable {
        let author: Author
        var trial: TrialTerms?
        var origin: ChangeRecord.Origin?
        /// The change whose trial this one ends.
        var endsTrial: Int64?
    }

    func change(
        to resolution: Resolution,
        _ intent: Intent
    ) async throws(OperatorError) -> ChangeReceipt {
        guard self.phase == .serving else {
            throw OperatorError(
                .gateUnreachable,
                subject: self.directory.path,
                message: "The gate is not running.",
                hint: "Start it with `sekisho serve`, and try again; nothing was changed."
            )
        }
        let configuration = resolution.configuration
        let plan = self.planner(to: configuration).plan()
        guard !plan.isEmpty else { return ChangeReceipt(generation: self.state.generation, plan: plan) }
        for trial in self.trials where trial.number != intent.endsTrial { try trial.check(configuration) }
        try self.checkCount(of: intent)

        try self.checkBuckets(configuration)
        let next = self.state.next(configuration)
        let workers = self.workers ?? Self.workers(configuration)
        let lists = resolution.freshLists.reduce(into: self.lists) {
            $0[$1.facts.fingerprint] = $1.content
        }
        let failures = await self.prepare(
            configuration,
            keys: resolution.keys,
            lists: lists,
            generation: next.generation,
            workers: workers
        )

        let newKeys = resolution.keys.filter { self.keys[$0.key] == nil }
        let delta = ConfigurationDelta(from: self.state.configuration, to: configuration)
        let time = self.clock()
        let origin =
            intent.trial.map { ChangeRecord.Origin.trial(until: $0.deadline(from: time)) } ?? intent.origin
        let record: ChangeRecord
        do throws(OperatorError) {
            try self.refuse(failures, plan: plan, resolution: resolution)
            for (id, key) in newKeys { try self.keyStore.save(key, for: id) }
            for list in resolution.freshLists { try self.revocationFiles.save(list) }
            record = try await self.store.save(
                next,
                replacing: self.state,
                change: AuditDraft(
                    time: time,
                    author: intent.author,
                    lines: plan.lines,
                    origin: origin,
                    delta: delta,
                    maximumRefusalPercent: intent.trial?.maximumRefusalPercent,
                    endsTrial: intent.endsTrial
                )
            )
        } catch {
            await self.dataPlane.discard(generation: next.generation)
            self.removeUnneeded()
            throw error
        }

        // From here on nothing can fail: the change is stored, and commit has everything it needs.
        await self.dataPlane.commit(generation: next.generation)
        self.state = next
        self.keys = resolution.keys
        self.keyFailures = self.keyFailures.filter { configuration.keyIDs.contains($0.key) }
        self.workers = workers
        self.failed = failures
        self.deliverLogs()
        self.lists = lists
        if let ended = intent.endsTrial { self.forget(ended) }
        self.begin(record, delta, intent.trial)
        self.removeUnneeded()
        self.armWatch()
        self.tell(record)
        return ChangeReceipt(generation: next.generation, plan: plan, change: record)
    }

    func tell(_ record: ChangeRecord) {
        self.recentChanges = Array(([record] + self.recentChanges).prefix(Self.viewedChanges))
        self.watchers.send(self.currentView)
    }

    func removeUnneeded() {
        self.keyStore.removeAll(except: self.neededKeys)
        let lists = self.neededLists
        self.revocationFiles.removeAll(except: lists)
        self.lists = self.lists.filter { lists.contains($0.key) }
        self.listFailures = self.listFailures.filter { lists.contains($0.key) && self.lists[$0.key] == nil }
    }

    /// Keys that are in force, or that come back if a trial is not kept.
    var neededKeys: Set<ResourceID> {
        Set(self.state.configuration.keyIDs)
            .union(self.trials.flatMap(\.delta.formerKeyIDs))
    }

    /// Refuses a change that would leave a listener unserved.
    ///
    /// Only one that was not served before and that the change does not touch may stay so, unless to try it
    /// again is all that was asked for.
    private func refuse(
        _ failures: [ResourceID: OperatorError],
        plan: Plan,
        resolution: Resolution
    ) throws(OperatorError) {
        guard !failures.isEmpty else { return }
        let onlyRetries = Planner.onlyRetries(plan)
        let before = Dictionary(
            self.state.configuration.listeners.map { ($0.listener.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for (balancer, listener) in resolution.configuration.listeners {
            guard let failure = failures[listener.id] else { continue }
            let previous = before[listener.id]
            let isUntouched =
                previous?.listener == listener && previous?.loadBalancer.address == balancer.address
            if self.failed[listener.id] != nil, isUntouched, !onlyRetries { continue }
            throw failure.about(
                Self.subject(of: failure, path: resolution.paths[listener.id], listener: listener)
            )
        }
    }

    /// The field of a declaration that a listener's failure is about; its name where there is none.
    private static func subject(of failure: OperatorError, path: String?, listener: Listener) -> String {
        guard let path else { return listener.name }
        switch failure.code {
        case .addressInUse, .permissionDenied:
            return "\(path).port"
        case .addressUnavailable:
            return path.split(separator: ".").first.map { "\($0).address" } ?? path
        default:
            return path
        }
    }
}
