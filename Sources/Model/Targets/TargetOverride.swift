/// An operator's hand on one target, whatever the declaration says.
///
/// It is stored with the group and outlives restarts and further applies, until it is taken back or the
/// target leaves the group.
public struct TargetOverride: Hashable, Sendable, Codable {
    public enum Action: String, Hashable, Sendable, Codable, CaseIterable {
        /// The target gets nothing new, and may finish what it has in hand within the group's delay.
        case drain
        /// It is used again as its health allows.
        case restore
    }

    /// The group's name, its long name (ARN), or its id.
    public var targetGroup: String
    public var target: Endpoint
    public var action: Action

    public init(targetGroup: String, target: Endpoint, action: Action) {
        self.targetGroup = targetGroup
        self.target = target
        self.action = action
    }
}
