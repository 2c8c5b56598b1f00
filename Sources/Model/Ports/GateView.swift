/// The state of a gate, as people look at it.
public struct GateView: Hashable, Sendable, Codable {
    /// The generation that every worker enforces.
    public let generation: UInt64
    public let startedAt: Timestamp
    /// The process that serves, for `kill` and messages.
    public let processID: Int32
    public let stateDirectory: String
    public let workers: Int
    public let configuration: Configuration
    /// Listeners that are configured but not served, with the reason.
    public let failedListeners: [ResourceID: OperatorError]
    /// The newest changes, newest first; at most 20.
    public let recentChanges: [ChangeRecord]
    /// What was known of targets when the view was taken; nil from a gate that checks none.
    public let targetHealth: [ResourceID: TargetGroupHealth]?
    /// Changes that are undone unless they are kept, the one that ends first in front; nil for none.
    public let trials: [Trial]?
    /// Files of watched trust stores whose newest version was refused; nil for none.
    public let watchFailures: [WatchFailure]?

    public init(
        generation: UInt64,
        startedAt: Timestamp,
        processID: Int32,
        stateDirectory: String,
        workers: Int,
        configuration: Configuration,
        failedListeners: [ResourceID: OperatorError],
        recentChanges: [ChangeRecord],
        targetHealth: [ResourceID: TargetGroupHealth]? = nil,
        trials: [Trial]? = nil,
        watchFailures: [WatchFailure]? = nil
    ) {
        self.generation = generation
        self.startedAt = startedAt
        self.processID = processID
        self.stateDirectory = stateDirectory
        self.workers = workers
        self.configuration = configuration
        self.failedListeners = failedListeners
        self.recentChanges = recentChanges
        self.targetHealth = targetHealth
        self.trials = trials
        self.watchFailures = watchFailures
    }
}

/// Counters with the rates the service has made of them.
public struct GateCounters: Hashable, Sendable, Codable {
    public struct Rates: Hashable, Sendable, Codable {
        /// Completed handshakes per second, over the last 5 s.
        public let handshakes: Double
        /// Handshakes that failed, per second, over the last 5 s.
        public let failures: Double

        public init(handshakes: Double, failures: Double) {
            self.handshakes = handshakes
            self.failures = failures
        }
    }

    public let time: Timestamp
    public let engine: EngineCounters
    public let rates: [ResourceID: Rates]
    /// nil from a gate that does not tell.
    public var logs: [LogHealth]?
    /// nil from a gate that does not tell.
    public var process: ProcessCounters?
    /// Of the changes on trial; nil from a gate that does not tell.
    public var trials: [TrialCounters]?

    public init(
        time: Timestamp,
        engine: EngineCounters,
        rates: [ResourceID: Rates],
        logs: [LogHealth]? = nil
    ) {
        self.time = time
        self.engine = engine
        self.rates = rates
        self.logs = logs
    }
}
