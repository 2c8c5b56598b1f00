/// On what terms a change is tried: it undoes itself unless somebody keeps it.
public struct TrialTerms: Hashable, Sendable, Codable {
    /// Shorter than anybody can look at the result, or longer than anybody remembers, is a mistake.
    public static let confirmWithinRange = 5...86_400

    /// Seconds from the moment every worker enforces the change; then it is undone.
    public let confirmWithinSeconds: Int

    public static let refusalPercents = 1...100

    /// Undone at once when so many in a hundred connections are refused that would not have been before; nil
    /// for never.
    ///
    /// A few connections say nothing: the first twenty are waited for.
    public let maximumRefusalPercent: Int?

    /// - Throws: ``OperatorError`` with `ValueOutOfRange` outside the ranges above.
    public init(
        confirmWithinSeconds: Int,
        maximumRefusalPercent: Int? = nil
    ) throws(OperatorError) {
        guard Self.confirmWithinRange.contains(confirmWithinSeconds) else {
            throw .outOfRange(
                "confirmWithin",
                got: "\(confirmWithinSeconds) s",
                allowed: "\(Self.confirmWithinRange.lowerBound) s to 24 h"
            )
        }
        if let percent = maximumRefusalPercent, !Self.refusalPercents.contains(percent) {
            throw .outOfRange("maxRefusals", got: "\(percent) %", allowed: "1–100 %")
        }
        self.confirmWithinSeconds = confirmWithinSeconds
        self.maximumRefusalPercent = maximumRefusalPercent
    }

    /// When a change that came into force at `time` is undone.
    public func deadline(from time: Timestamp) -> Timestamp {
        Timestamp(microseconds: time.microseconds + Int64(self.confirmWithinSeconds) * 1_000_000)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            confirmWithinSeconds: container.decode(Int.self, forKey: .confirmWithinSeconds),
            maximumRefusalPercent: container.decodeIfPresent(Int.self, forKey: .maximumRefusalPercent)
        )
    }
}

/// A change that is in force and not yet kept.
///
/// It is undone at its deadline by the gate itself, whoever is looking; a gate that was down at that moment
/// undoes it when it starts, before it serves anything.
public struct Trial: Hashable, Sendable, Codable {
    /// Of the ``ChangeRecord`` that is tried.
    public let change: Int64
    public let author: Author
    public let startedAt: Timestamp
    public let deadline: Timestamp
    public let lines: [Plan.Line]
    /// See ``TrialTerms/maximumRefusalPercent``.
    public let maximumRefusalPercent: Int?
    /// Why it could not be undone when its time had passed; the gate goes on trying.
    public var problem: OperatorError?

    public init(
        change: Int64,
        author: Author,
        startedAt: Timestamp,
        deadline: Timestamp,
        lines: [Plan.Line],
        maximumRefusalPercent: Int? = nil,
        problem: OperatorError? = nil
    ) {
        self.change = change
        self.author = author
        self.startedAt = startedAt
        self.deadline = deadline
        self.lines = lines
        self.maximumRefusalPercent = maximumRefusalPercent
        self.problem = problem
    }
}
