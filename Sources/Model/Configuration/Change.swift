/// Who asks for a change.
public struct Author: Hashable, Sendable, Codable {
    /// The login name, or `uid 1004` where there is none.
    public let name: String
    /// What the change came through: `console`, `sekisho mtls`, `sekisho apply`.
    public let via: String

    public init(name: String, via: String) {
        self.name = name
        self.via = via
    }
}

/// One line of the audit trail: who changed what, and when.
public struct ChangeRecord: Hashable, Sendable, Codable {
    /// What a change has to do with another, or with a trial.
    public enum Origin: Hashable, Sendable, Codable {
        /// It is undone then unless it is kept.
        case trial(until: Timestamp)
        /// A trial was kept; nothing else changed.
        case keep(change: Int64)
        /// Somebody took a change back.
        case undo(change: Int64)
        /// A trial that nobody kept was taken back by the gate.
        case rollback(change: Int64, cause: RollbackCause)
    }

    public enum RollbackCause: String, Hashable, Sendable, Codable {
        /// Its time was over.
        case deadline
        /// Its time was over while no gate ran.
        case start
        /// It refused more of those whom the policies before it let in than it was allowed to.
        case refusals
    }

    /// Grows by one with every change.
    public let number: Int64
    public let time: Timestamp
    public let author: Author
    /// The generation that this change made.
    public let generation: UInt64
    public let lines: [Plan.Line]
    /// nil for a change that stands for itself.
    public let origin: Origin?

    public init(
        number: Int64,
        time: Timestamp,
        author: Author,
        generation: UInt64,
        lines: [Plan.Line],
        origin: Origin? = nil
    ) {
        self.number = number
        self.time = time
        self.author = author
        self.generation = generation
        self.lines = lines
        self.origin = origin
    }
}

/// The answer to a change that every worker enforces.
public struct ChangeReceipt: Hashable, Sendable, Codable {
    /// The generation now in force; the one before when nothing had to change.
    public let generation: UInt64
    public let plan: Plan
    /// Its line of the audit trail; nil when nothing had to change.
    public let change: ChangeRecord?

    public init(generation: UInt64, plan: Plan, change: ChangeRecord? = nil) {
        self.generation = generation
        self.plan = plan
        self.change = change
    }
}

/// A flip of one listener's mutual TLS.
public struct MutualAuthenticationChange: Hashable, Sendable, Codable {
    /// The listener's name, its long name (ARN), its id, or its port where only one listener has it.
    public var listener: String
    public var mode: MutualAuthentication.Mode
    /// By name; nil for the store the listener has, or had, or the only one there is.
    public var trustStore: String?
    /// nil leaves the setting.
    public var ignoreClientCertificateExpiry: Bool?
    /// nil leaves the setting.
    public var clientCertificate: ClientRequirements.Enforcement?
    /// nil leaves them.
    public var identityFilters: [IdentityFilter]?
    /// nil leaves them.
    public var pinnedCertificates: [String]?
    /// ``SessionResumption/lifetimeSeconds``, 0 to resume nothing; nil leaves the setting.
    public var sessionLifetimeSeconds: Int?
    /// nil leaves the setting.
    public var advertiseTrustStoreCaNames: Bool?
    /// The generation the author was looking at; nil changes whatever is there.
    ///
    /// When the listener has changed since, the change is refused with `RevisionConflict`.
    public var seenGeneration: UInt64?
    /// nil for a change that stays.
    public var trial: TrialTerms?

    public init(
        listener: String,
        mode: MutualAuthentication.Mode,
        trustStore: String? = nil,
        ignoreClientCertificateExpiry: Bool? = nil,
        advertiseTrustStoreCaNames: Bool? = nil,
        seenGeneration: UInt64? = nil,
        trial: TrialTerms? = nil
    ) {
        self.listener = listener
        self.mode = mode
        self.trustStore = trustStore
        self.ignoreClientCertificateExpiry = ignoreClientCertificateExpiry
        self.advertiseTrustStoreCaNames = advertiseTrustStoreCaNames
        self.seenGeneration = seenGeneration
        self.trial = trial
    }
}
