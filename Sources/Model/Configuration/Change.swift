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
