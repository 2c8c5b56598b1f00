/// What the last checks of one target came to.
public struct TargetChecks: Hashable, Sendable, Codable {
    /// How many of them are told.
    public static let kept = 30

    public let target: Endpoint
    /// Since when it has been healthy, or not; nil before checks have found out.
    public let since: Timestamp?
    /// A character for each, the newest last: `+` for one that passed and `x` for one that did not; at most
    /// ``kept``.
    public let outcomes: String

    public init(target: Endpoint, since: Timestamp?, outcomes: String) {
        self.target = target
        self.since = since
        self.outcomes = outcomes
    }
}
