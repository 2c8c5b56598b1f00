import Model

/// What a declared target group must be.
struct TargetGroupChecks {
    let current: [TargetGroup]
    let now: Timestamp
    var certificates: CertificatePool
    var signingKeys: SigningKeyPool

    mutating func resolve(_ desired: [DesiredTargetGroup]) throws(OperatorError) -> [TargetGroup] {
        try ConfigurationResolver.checkQuota(
            desired.count,
            Quotas.targetGroups,
            of: "target groups",
            field: "targetGroups"
        )
        let known = Dictionary(self.current.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var names: Set<String> = []
        var groups: [TargetGroup] = []
        for (index, wanted) in desired.enumerated() {
            let path = "targetGroups[\(index)]"
            try ResourceName.check(wanted.name, kind: "Target group", field: "\(path).name")
            guard names.insert(wanted.name).inserted else {
                throw .duplicate(
                    .duplicateTargetGroupName,
                    kind: "target group",
                    name: wanted.name,
                    field: "\(path).name"
                )
            }
            if let function = wanted.function {
                let checks = FunctionChecks(group: wanted, path: path)
                let resolved = try checks.resolve(function, keys: &self.signingKeys)
                groups.append(
                    TargetGroup(
                        id: known[wanted.name]?.id ?? .random(),
                        name: wanted.name,
                        protocol: .http,
                        targets: [],
                        healthCheck: try checks.healthCheck(),
                        attributes: try checks.attributes(),
                        tls: try checks.tls(resolved, previous: known[wanted.name], now: self.now),
                        function: resolved
                    )
                )
                continue
            }
            try Self.check(wanted.targets, path: "\(path).targets")
            let healthCheck =
                wanted.healthCheck
                ?? .standard(for: wanted.protocol, version: wanted.protocolVersion ?? .http1)
            try Self.check(healthCheck, path: "\(path).healthCheck")
            let codes = HealthCheck.codes(for: wanted.protocol, version: wanted.protocolVersion ?? .http1)
            if healthCheck.protocol != .tcp {
                try Self.check(healthCheck.matcher, within: codes, path: "\(path).healthCheck")
            }
            guard wanted.protocol.balancer == .network || wanted.proxyProtocolV2 == nil else {
                throw OperatorError(
                    .invalidConfigurationRequest,
                    subject: "\(path).proxyProtocolV2",
                    message:
                        "Target group \(wanted.name) speaks HTTP, where X-Forwarded-For names the client.",
                    hint: "Remove proxyProtocolV2, or make the protocol TCP or TLS."
                )
            }
            guard wanted.protocol.balancer == .application || wanted.protocolVersion == nil else {
                throw OperatorError(
                    .invalidConfigurationRequest,
                    subject: "\(path).protocolVersion",
                    message: "Target group \(wanted.name) speaks \(wanted.protocol.rawValue), which has no "
                        + "versions of HTTP.",
                    hint: "Remove protocolVersion, or make the protocol HTTP or HTTPS."
                )
            }
            let attributes = wanted.attributes ?? TargetGroupAttributes(for: wanted.protocol)
            do {
                try attributes.check(wanted.protocol, algorithm: wanted.algorithm ?? .roundRobin)
            } catch {
                throw error.about("\(path).attributes.\(error.subject)")
            }
            var tls = TargetTLSChecks(now: self.now, certificates: self.certificates)
            let security = try tls.resolve(wanted, previous: known[wanted.name], path: path)
            self.certificates = tls.certificates
            groups.append(
                TargetGroup(
                    id: known[wanted.name]?.id ?? .random(),
                    name: wanted.name,
                    protocol: wanted.protocol,
                    targets: wanted.targets,
                    healthCheck: healthCheck,
                    algorithm: wanted.algorithm ?? .roundRobin,
                    proxyProtocolV2: wanted.proxyProtocolV2 ?? false,
                    protocolVersion: wanted.protocolVersion ?? .http1,
                    attributes: attributes,
                    tls: security,
                    drained: known[wanted.name]?.drained ?? []
                )
            )
        }
        return groups
    }

    static func check(
        _ matcher: StatusMatcher,
        within codes: ClosedRange<Int>,
        path: String
    ) throws(OperatorError) {
        guard matcher.isWithin(codes) else {
            throw .outOfRange(
                "\(path).matcher",
                got: "\(matcher)",
                allowed: "\(codes.lowerBound)–\(codes.upperBound)"
            )
        }
    }

    static func check(_ check: HealthCheck, path: String) throws(OperatorError) {
        let numbers = [
            ("intervalSeconds", check.intervalSeconds, HealthCheck.intervals),
            ("timeoutSeconds", check.timeoutSeconds, HealthCheck.timeouts),
            ("healthyThresholdCount", check.healthyThresholdCount, HealthCheck.thresholds),
            ("unhealthyThresholdCount", check.unhealthyThresholdCount, HealthCheck.thresholds),
        ]
        for (name, value, range) in numbers where !range.contains(value) {
            throw .outOfRange(
                "\(path).\(name)",
                got: "\(value)",
                allowed: "\(range.lowerBound)–\(range.upperBound)"
            )
        }
        guard check.timeoutSeconds < check.intervalSeconds else {
            throw OperatorError(
                .validationError,
                subject: "\(path).timeoutSeconds",
                message: "A check may take \(check.timeoutSeconds) s, and the next begins after "
                    + "\(check.intervalSeconds) s.",
                hint: "Choose a timeoutSeconds below intervalSeconds."
            )
        }
        guard check.port != 0 else { throw .outOfRange("\(path).port", got: "0", allowed: "1–65535") }
        guard check.isPathUsable else {
            throw OperatorError(
                .validationError,
                subject: "\(path).path",
                message: "This path cannot stand in a request.",
                hint: "Begin with /, without spaces, in at most 1024 printable ASCII characters."
            )
        }
    }

    private static func check(_ targets: [Target], path: String) throws(OperatorError) {
        try ConfigurationResolver.checkQuota(
            targets.count,
            Quotas.targetsPerGroup,
            of: "targets of one target group",
            field: path
        )
        var seen: Set<Target> = []
        for (index, target) in targets.enumerated() {
            guard target.port > 0 else {
                throw .outOfRange("\(path)[\(index)].port", got: "0", allowed: "1–65535")
            }
            guard !target.id.isUnspecified else {
                throw OperatorError(
                    .validationError,
                    subject: "\(path)[\(index)].id",
                    message: "Target \(target.id) stands for every address; requests need one to go to.",
                    hint: "Name the address the target listens on, for example 127.0.0.1."
                )
            }
            guard seen.insert(target).inserted else {
                throw OperatorError(
                    .validationError,
                    subject: "\(path)[\(index)]",
                    message: "Target \(target.endpoint) is in the group twice.",
                    hint: "Remove one of the two."
                )
            }
        }
    }
}
