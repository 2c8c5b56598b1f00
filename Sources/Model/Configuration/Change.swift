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
    /// Grows by one with every change.
    public let number: Int64
    public let time: Timestamp
    public let author: Author
    /// The generation that this change made.
    public let generation: UInt64
    public let lines: [Plan.Line]

    public init(number: Int64, time: Timestamp, author: Author, generation: UInt64, lines: [Plan.Line]) {
        self.number = number
        self.time = time
        self.author = author
        self.generation = generation
        self.lines = lines
    }
}

/// The answer to a change that every worker enforces.
public struct ChangeReceipt: Hashable, Sendable, Codable {
    /// The generation now in force; the one before when nothing had to change.
    public let generation: UInt64
    public let plan: Plan

    public init(generation: UInt64, plan: Plan) {
        self.generation = generation
        self.plan = plan
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
    public var advertiseTrustStoreCaNames: Bool?
    /// The generation the author was looking at; nil changes whatever is there.
    ///
    /// When the listener has changed since, the change is refused with `RevisionConflict`.
    public var seenGeneration: UInt64?

    public init(
        listener: String,
        mode: MutualAuthentication.Mode,
        trustStore: String? = nil,
        ignoreClientCertificateExpiry: Bool? = nil,
        advertiseTrustStoreCaNames: Bool? = nil,
        seenGeneration: UInt64? = nil
    ) {
        self.listener = listener
        self.mode = mode
        self.trustStore = trustStore
        self.ignoreClientCertificateExpiry = ignoreClientCertificateExpiry
        self.advertiseTrustStoreCaNames = advertiseTrustStoreCaNames
        self.seenGeneration = seenGeneration
    }
}
