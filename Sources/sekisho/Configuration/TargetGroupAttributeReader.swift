import Model
import Yams

/// Reads the attributes of a target group, by ELBv2's names.
///
/// What attributes mean to the group and to each other is the service's to judge.
struct TargetGroupAttributeReader {
    private typealias Key = TargetGroupAttributes.Key

    /// nil where the declaration has none, or they cannot be read; what is wrong has been noted.
    let values: TargetGroupAttributes?
    /// Settings that have another name among the attributes.
    let algorithm: LoadBalancingAlgorithm?
    let proxyProtocolV2: Bool?

    init(_ group: Mapping, for targets: TargetGroup.TargetProtocol) {
        let keys = Key.allCases.map(\.rawValue).sorted()
        let attributes = group.optional("attributes")?.mapping(of: "attributes", keys: keys)
        func field(_ key: Key, otherwise name: String) -> Field? {
            let (own, named) = (group.optional(name), attributes?.optional(key.rawValue))
            if own != nil, let named {
                named.refuse(
                    "\(key.rawValue) is the same as \(name), which is set too.",
                    hint: "Remove one of the two."
                )
            }
            return own ?? named
        }
        self.algorithm = field(.algorithm, otherwise: "algorithm")?.choice(of: LoadBalancingAlgorithm.self)
        self.proxyProtocolV2 = field(.proxyProtocolV2, otherwise: "proxyProtocolV2")?.boolean()
        self.values = attributes.map { Self.values($0, for: targets) }
    }

    private static func values(
        _ mapping: Mapping,
        for targets: TargetGroup.TargetProtocol
    ) -> TargetGroupAttributes {
        var values = TargetGroupAttributes(for: targets)
        func set<Value>(
            _ path: WritableKeyPath<TargetGroupAttributes, Value>,
            _ key: Key,
            _ read: (Field) -> Value?
        ) {
            if let value = mapping.optional(key.rawValue).flatMap(read) { values[keyPath: path] = value }
        }
        func number(in range: ClosedRange<Int>) -> (Field) -> Int? {
            { $0.integer(in: range) }
        }
        let boolean: (Field) -> Bool? = { $0.boolean() }
        set(
            \.deregistrationDelaySeconds,
            .deregistrationDelay,
            number(in: TargetGroupAttributes.deregistrationDelays)
        )
        set(\.stickiness.isEnabled, .stickiness, boolean)
        set(\.stickiness.kind, .stickinessType) { $0.choice(of: Stickiness.Kind.self) }
        set(\.stickiness.lbCookieSeconds, .lbCookieDuration, number(in: Stickiness.seconds))
        set(\.stickiness.appCookieName, .appCookieName) { $0.text() }
        set(\.stickiness.appCookieSeconds, .appCookieDuration, number(in: Stickiness.seconds))
        set(\.mitigatesAnomalies, .anomalyMitigation, boolean)
        set(\.slowStartSeconds, .slowStart) { field in
            field.node.string == "0" ? 0 : field.integer(in: TargetGroupAttributes.slowStarts)
        }
        set(\.minimumHealthyCount, .minimumHealthyCount, number(in: 1...Quotas.targetsPerGroup))
        set(\.minimumHealthyPercentage, .minimumHealthyPercentage) { field in
            field.node.string == "off" ? .some(nil) : field.integer(in: TargetGroupAttributes.percentages)
        }
        set(\.usesMultiValueHeaders, .multiValueHeaders, boolean)
        set(\.terminatesDeregistered, .terminatesDeregistered, boolean)
        set(\.terminatesUnhealthy, .terminatesUnhealthy, boolean)
        set(
            \.unhealthyDrainingSeconds,
            .unhealthyDraining,
            number(in: TargetGroupAttributes.unhealthyDrainings)
        )
        set(\.preservesClientAddress, .preservesClientAddress, boolean)
        return values
    }
}
