public import Model

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
    let directory: StateDirectory
    let dataPlane: any DataPlane
    let records: RecordHub
    let ledger: ClientLedger
    let rehearsals: Rehearsals
    let watchers: Watchers
    let clock: @Sendable () -> Timestamp
    let accessLog: AccessLog
    let counterCadence: Duration
    /// Between two looks at watched files.
    let watchCadence: Duration
    let notice: @Sendable (String) -> Void
    let revocationFiles: RevocationFiles
    let store: Store
    let keyStore: KeyStore
    let cookieKey: CookieKey
    let startedAt: Timestamp

    enum Phase {
        case idle
        case serving
        case stopped
    }

    var phase = Phase.idle
    var state: StoredState
    var keys: [ResourceID: SecretText] = [:]
    var keyFailures: [ResourceID: OperatorError] = [:]
    /// What the revocation lists in force say, by fingerprint.
    var lists: [String: RevocationContent] = [:]
    var listFailures: [String: OperatorError] = [:]
    var failed: [ResourceID: OperatorError] = [:]
    /// Newest versions of watched files that were refused.
    var watchFailures: [WatchFailure] = []
    var watchTask: Task<Void, Never>?
    /// nil until the engine has run a snapshot, which fixes the number.
    var workers: Int?
    var recentChanges: [ChangeRecord]
    /// Changes that are taken back unless they are kept, the one that ends first in front.
    var trials: [PendingTrial] = []
    var trialTimer: Task<Void, Never>?
    var lastChange: Task<Void, Never>?
    var sampler: Task<Void, Never>?
    /// Begins with the first watcher and ends with the last.
    var history = CounterHistory()
    var processMeter = ProcessMeter()

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
        try await Explainer(
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
