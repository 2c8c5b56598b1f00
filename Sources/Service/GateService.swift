import Foundation
public import Model
import TLS

/// The control plane: the only writer of truth.
///
/// The life of a change:
/// 1. It is checked whole, and compared with what is in force; no difference, no change.
/// 2. The engine prepares the next snapshot. What can fail fails by now, and is discarded without a trace.
/// 3. New private keys are written, then configuration and audit line in one transaction.
/// 4. The engine commits, which cannot fail; then keys nobody needs go, and watchers are told.
///
/// A process that dies before the transaction leaves the old configuration and at most an orphaned key,
/// after it the new configuration. Changes run one after another: an actor alone would let the next begin
/// at every `await` of the one before.
public actor GateService: ControlPlane {
    private let directory: StateDirectory
    private let dataPlane: any DataPlane
    private let records: RecordHub
    let ledger: ClientLedger
    let rehearsals: Rehearsals
    let watchers: Watchers
    let clock: @Sendable () -> Timestamp
    private let accessLog: AccessLog
    private let counterCadence: Duration
    /// Between two looks at watched files.
    let watchCadence: Duration
    let notice: @Sendable (String) -> Void
    let revocationFiles: RevocationFiles
    let store: Store
    let keyStore: KeyStore
    private let cookieKey: CookieKey
    let startedAt: Timestamp

    enum Phase {
        case idle
        case serving
        case stopped
    }

    var phase = Phase.idle
    var state: StoredState
    var keys: [ResourceID: SecretText] = [:]
    private var keyFailures: [ResourceID: OperatorError] = [:]
    /// What the revocation lists in force say, by fingerprint.
    var lists: [String: RevocationContent] = [:]
    var listFailures: [String: OperatorError] = [:]
    private var failed: [ResourceID: OperatorError] = [:]
    /// Newest versions of watched files that were refused.
    var watchFailures: [WatchFailure] = []
    var watchTask: Task<Void, Never>?
    /// nil until the engine has run a snapshot, which fixes the number.
    private var workers: Int?
    var recentChanges: [ChangeRecord]
    /// Changes that are taken back unless they are kept, the one that ends first in front.
    var trials: [PendingTrial] = []
    var trialTimer: Task<Void, Never>?
    private var lastChange: Task<Void, Never>?
    private var sampler: Task<Void, Never>?
    /// Begins with the first watcher and ends with the last.
    private var history = CounterHistory()

    /// Opens the database and reads what is stored; nothing is served before ``start()``.
    ///
    /// `notice` is told what nobody has asked for and an operator should read, a sentence at a time.
    ///
    /// - Throws: ``OperatorError`` with `StateUnreadable` when the database cannot be used.
    public init(
        directory: StateDirectory,
        dataPlane: any DataPlane,
        records: RecordHub,
        ledger: ClientLedger,
        rehearsals: Rehearsals,
        accessLog: AccessLog,
        notice: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(OperatorError) {
        try self.init(
            directory: directory,
            dataPlane: dataPlane,
            records: records,
            ledger: ledger,
            rehearsals: rehearsals,
            accessLog: accessLog,
            counterCadence: .milliseconds(250),
            watchCadence: .seconds(1),
            notice: notice,
            clock: Timestamp.now
        )
    }

    /// The same with a clock and a pace of the caller's, for tests.
    init(
        directory: StateDirectory,
        dataPlane: any DataPlane,
        records: RecordHub,
        ledger: ClientLedger,
        rehearsals: Rehearsals,
        accessLog: AccessLog,
        counterCadence: Duration,
        watchCadence: Duration,
        notice: @escaping @Sendable (String) -> Void = { _ in },
        clock: @escaping @Sendable () -> Timestamp
    ) throws(OperatorError) {
        self.directory = directory
        self.dataPlane = dataPlane
        self.records = records
        self.ledger = ledger
        self.rehearsals = rehearsals
        self.accessLog = accessLog
        self.watchers = Watchers(records: records)
        self.clock = clock
        self.counterCadence = counterCadence
        self.watchCadence = watchCadence
        self.notice = notice
        self.startedAt = clock()
        self.keyStore = KeyStore(path: directory.keysPath)
        self.cookieKey = try self.keyStore.cookieKey(at: directory.cookieKeyPath)
        self.revocationFiles = RevocationFiles(path: directory.revocationsPath)
        self.store = try Store(path: directory.databasePath)
        self.state = try self.store.load()
        self.recentChanges = try self.store.changes(limit: Self.viewedChanges)
        self.trials = try self.store.trials()
    }

    static let viewedChanges = 20
    private static let listedChanges = 1_000

    /// Serves what is stored; a listener that cannot be served is shown as failed, the others run.
    public func start() async throws(OperatorError) {
        try await self.serialized { gate in await gate.startServing() }
    }

    /// Refuses further changes, waits for the one in hand, stops the engine, ends every watch.
    public func stop(grace: Duration) async {
        guard self.phase != .stopped else { return }
        self.phase = .stopped
        self.trialTimer?.cancel()
        self.watchTask?.cancel()
        // It holds the gate, and with it the state directory, while it looks.
        await self.watchTask?.value
        await self.lastChange?.value
        await self.dataPlane.stop(grace: grace)
        self.sampler?.cancel()
        // The files are all that is left to wait for.
        self.records.finish()
        self.accessLog.finish()
        self.ledger.flush()
        self.watchers.finish()
        self.store.close()
    }

    public func view() async throws(OperatorError) -> GateView {
        self.currentView
    }

    public func plan(_ desired: DesiredConfiguration) async throws(OperatorError) -> Plan {
        let files = await self.files(of: desired)
        let resolution = try self.resolve(desired, files)
        return self.planner(to: resolution.configuration).plan()
    }

    public func apply(
        _ desired: DesiredConfiguration,
        trial: TrialTerms?,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        let files = await self.files(of: desired)
        return try await self.serialized { gate in
            do throws(OperatorError) {
                let resolution = try gate.resolve(desired, files)
                return .success(try await gate.change(to: resolution, Intent(author: author, trial: trial)))
            } catch {
                return .failure(error)
            }
        }
    }

    public func setMutualAuthentication(
        _ change: MutualAuthenticationChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        try await self.serialized { gate in
            do throws(OperatorError) {
                let resolution = Resolution(
                    configuration: try Flip(state: gate.state).apply(change),
                    keys: gate.keys,
                    paths: [:]
                )
                return .success(
                    try await gate.change(to: resolution, Intent(author: author, trial: change.trial))
                )
            } catch {
                return .failure(error)
            }
        }
    }

    public func setTarget(
        _ change: TargetOverride,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        try await self.serialized { gate in
            do throws(OperatorError) {
                let resolution = Resolution(
                    configuration: try TargetDrain(configuration: gate.state.configuration).apply(change),
                    keys: gate.keys,
                    paths: [:]
                )
                return .success(try await gate.change(to: resolution, Intent(author: author)))
            } catch {
                return .failure(error)
            }
        }
    }

    public func keep(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        try await self.serialized { gate in
            do throws(OperatorError) {
                return .success(try await gate.keepTrial(of: number, by: author))
            } catch {
                return .failure(error)
            }
        }
    }

    public func undo(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        try await self.serialized { gate in
            do throws(OperatorError) {
                let intent = Intent(author: author, origin: .undo(change: number))
                return .success(try await gate.takeBack(number, intent))
            } catch {
                return .failure(error)
            }
        }
    }

    public func changes(limit: Int) async throws(OperatorError) -> [ChangeRecord] {
        try self.store.changes(limit: min(max(0, limit), Self.listedChanges))
    }

    public func explain(_ request: ExplanationRequest) async throws(OperatorError) -> Explanation {
        try Explainer(
            configuration: self.state.configuration,
            records: self.records,
            now: self.clock(),
            lists: self.lists
        ).explain(request)
    }

    public func clients(_ query: ClientQuery) async throws(OperatorError) -> ClientList {
        try await self.ledger.clients(query, at: self.clock())
    }

    public func watch(
        recentRecords: Int
    ) async throws(OperatorError) -> AsyncThrowingStream<GateUpdate, any Error> {
        let mailbox = Mailbox(
            records: self.records,
            recentRecords: recentRecords,
            view: self.currentView,
            counters: self.counted()
        )
        let stream = self.watchers.stream(mailbox)
        self.startSampling()
        return stream
    }
}

// MARK: - The life of a change

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
        let built = SnapshotBuilder(
            configuration: configuration,
            keys: resolution.keys,
            keyFailures: self.keyFailures,
            lists: lists,
            listFailures: self.listFailures,
            cookieKey: self.cookieKey,
            environmentKey: SigningKey(environment: ProcessInfo.processInfo.environment)
        ).build(generation: next.generation, workers: workers)
        let failures = await self.dataPlane.prepare(built.snapshot).merging(built.failed) { first, _ in first
        }

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

    private func startServing() async -> Result<Void, OperatorError> {
        guard self.phase == .idle else { return .success(()) }
        self.loadLists()
        do throws(OperatorError) {
            try await self.endMissedTrials()
        } catch {
            return .failure(error)
        }
        let configuration = self.state.configuration
        self.keyStore.removeAll(except: self.neededKeys)
        for id in configuration.keyIDs {
            do throws(OperatorError) {
                self.keys[id] = try self.keyStore.load(id)
            } catch {
                self.keyFailures[id] = error
            }
        }
        self.loadLists()
        self.phase = .serving
        self.deliverLogs()
        for trial in self.trials { self.watchRefusals(during: trial) }
        self.armTrials()
        self.armWatch()
        // With nothing to serve the engine is left alone, so that the first declaration can still choose the
        // number of workers.
        guard !configuration.listeners.isEmpty else { return .success(()) }
        let workers = Self.workers(configuration)
        let built = SnapshotBuilder(
            configuration: configuration,
            keys: self.keys,
            keyFailures: self.keyFailures,
            lists: self.lists,
            listFailures: self.listFailures,
            cookieKey: self.cookieKey,
            environmentKey: SigningKey(environment: ProcessInfo.processInfo.environment)
        ).build(generation: self.state.generation, workers: workers)
        let failures = await self.dataPlane.prepare(built.snapshot).merging(built.failed) { first, _ in first
        }
        await self.dataPlane.commit(generation: self.state.generation)
        self.workers = workers
        self.failed = failures
        self.watchers.send(self.currentView)
        return .success(())
    }

    /// Writes a test object to every bucket that was not logged to before.
    private func checkBuckets(_ configuration: Model.Configuration) throws(OperatorError) {
        for (log, key) in [
            (BucketPlace.Log.access, LoadBalancerLogs.accessKey),
            (.connection, LoadBalancerLogs.connectionKey),
        ] {
            let known = Set(self.places(log, in: self.state.configuration).values)
            for (index, balancer) in configuration.loadBalancers.enumerated() {
                guard let place = BucketPlace(log, of: balancer, below: self.directory.bucketsPath),
                    !known.contains(place)
                else { continue }
                do throws(OperatorError) {
                    try place.writeTestObject(at: self.clock())
                } catch {
                    throw error.about("loadBalancers[\(index)].attributes.\(key).bucket")
                }
            }
        }
    }

    private func places(
        _ log: BucketPlace.Log,
        in configuration: Model.Configuration
    ) -> [String: BucketPlace] {
        configuration.loadBalancers.reduce(into: [:]) { places, balancer in
            places[balancer.path] = BucketPlace(log, of: balancer, below: self.directory.bucketsPath)
        }
    }

    private func deliverLogs() {
        self.records.deliver(to: self.places(.connection, in: self.state.configuration))
        self.accessLog.deliver(to: self.places(.access, in: self.state.configuration))
    }

    private static func workers(_ configuration: Model.Configuration) -> Int {
        let workers = configuration.workers ?? ProcessInfo.processInfo.activeProcessorCount
        return min(max(workers, Quotas.workers.lowerBound), Quotas.workers.upperBound)
    }
}

// MARK: - What watchers see

extension GateService {
    var currentView: GateView {
        GateView(
            generation: self.state.generation,
            startedAt: self.startedAt,
            processID: ProcessInfo.processInfo.processIdentifier,
            stateDirectory: self.directory.path,
            workers: self.workers ?? Self.workers(self.state.configuration),
            configuration: self.state.configuration,
            failedListeners: self.failed,
            recentChanges: self.recentChanges,
            targetHealth: self.dataPlane.counters().targetGroups,
            trials: self.trials.isEmpty ? nil : self.trials.map(\.trial),
            watchFailures: self.watchFailures.isEmpty ? nil : self.watchFailures
        )
    }

    /// What the engine counts, with the records that were lost on the way from it to the log.
    private func counted() -> GateCounters {
        var engine = self.dataPlane.counters()
        engine.droppedRecords += self.records.lostInFile
        let access = self.accessLog.health
        engine.droppedRequests = engine.droppedRequests.map { $0 + access.lost }
        var counters = self.history.add(engine, at: self.clock())
        counters.logs = self.records.logs + [access, self.ledger.health]
        return counters
    }

    /// Samples the counters for as long as somebody watches.
    ///
    /// Four looks a second, so that a change is seen at once; without a change one update a second, from
    /// which a console also sees that the gate is alive.
    private func startSampling() {
        guard self.sampler == nil, self.phase != .stopped else { return }
        self.sampler = Task { [weak self, cadence = self.counterCadence] in
            var shown: GateCounters?
            while !Task.isCancelled {
                guard await self?.sample(shown: &shown) == true else { return }
                try? await Task.sleep(for: cadence)
            }
        }
    }

    /// One look; false when nobody watches any more.
    private func sample(shown: inout GateCounters?) -> Bool {
        guard !self.watchers.isEmpty, self.phase != .stopped else {
            self.sampler = nil
            self.history = CounterHistory()
            return false
        }
        let counters = self.counted()
        let time = counters.time
        let isDue =
            shown.map { $0.time.microseconds + 1_000_000 <= time.microseconds || $0.time > time } ?? true
        if isDue || shown?.engine != counters.engine || shown?.logs != counters.logs {
            shown = counters
            self.watchers.send(counters)
        }
        return true
    }
}
