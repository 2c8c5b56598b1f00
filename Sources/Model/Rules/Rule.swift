/// What a listener does with the requests that meet some conditions (`elbv2-api` 5.1).
///
/// Rules are tried by ascending priority and the first whose conditions all hold decides; where none does,
/// the listener's default action does.
public struct Rule: Hashable, Sendable, Codable {
    /// 1–50000; no two rules of a listener share one.
    public static let priorities = 1...50_000

    public let id: ResourceID
    public let priority: Int
    /// At least one; all must hold.
    public let conditions: [RuleCondition]
    public let action: Action
    /// Only where the action forwards.
    public let transforms: RuleTransforms

    public init(
        id: ResourceID,
        priority: Int,
        conditions: [RuleCondition],
        action: Action,
        transforms: RuleTransforms = .none
    ) {
        self.id = id
        self.priority = priority
        self.conditions = conditions
        self.action = action
        self.transforms = transforms
    }
}
