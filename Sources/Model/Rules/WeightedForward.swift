/// Forwarding to several target groups, each by its share (`elbv2-api` 5.2).
///
/// A group without a healthy target keeps its share: there is no failover from one group to another, which
/// would let one broken release take the other down with its traffic.
public struct WeightedForward: Hashable, Sendable, Codable {
    public struct Group: Hashable, Sendable, Codable {
        public let targetGroupID: ResourceID
        /// From ``WeightedForward/weights``; 0 for none of the requests.
        public let weight: Int

        public init(targetGroupID: ResourceID, weight: Int) {
            self.targetGroupID = targetGroupID
            self.weight = weight
        }
    }

    public static let counts = 1...5
    public static let weights = 0...999
    public static let stickinessSeconds = 1...604_800

    /// No two name one group; at least one has a weight.
    public let groups: [Group]
    /// How long a client stays with its group, by the cookie AWSALBTG; nil for not at all.
    public let stickinessSeconds: Int?

    public init(groups: [Group], stickinessSeconds: Int?) {
        self.groups = groups
        self.stickinessSeconds = stickinessSeconds
    }
}

extension WeightedForward {
    /// `forward blue 90, green 10`, for people.
    public func words(in configuration: Configuration) -> String {
        let groups = self.groups.map {
            "\(configuration.targetGroup($0.targetGroupID)?.name ?? "missing") \($0.weight)"
        }
        let stickiness = self.stickinessSeconds.map { " sticky \($0) s" } ?? ""
        return "forward \(groups.joined(separator: ", "))\(stickiness)"
    }
}
