extension TargetGroupAttributes {
    /// Refuses values outside their range, attributes that mean nothing to such a group, and those that
    /// contradict each other.
    ///
    /// - Throws: ``OperatorError``, with the attribute's ELBv2 name as subject.
    public func check(
        _ targets: TargetGroup.TargetProtocol,
        algorithm: LoadBalancingAlgorithm
    ) throws(OperatorError) {
        try self.checkUse(by: targets)
        try self.checkRanges()
        try self.checkStickiness(by: targets, algorithm: algorithm)
        if self.slowStartSeconds > 0, algorithm != .roundRobin {
            throw Self.contradiction(
                .slowStart,
                "A new target cannot get a growing share of requests that are divided by "
                    + "\(algorithm.rawValue).",
                hint: "Remove it, or make the algorithm round_robin."
            )
        }
        if self.mitigatesAnomalies, algorithm != .weightedRandom {
            throw Self.contradiction(
                .anomalyMitigation,
                "With algorithm \(algorithm.rawValue) targets have no weights that could be lowered.",
                hint: "Remove it, or make the algorithm weighted_random."
            )
        }
        if self.unhealthyDrainingSeconds > 0, self.terminatesUnhealthy {
            throw Self.contradiction(
                .unhealthyDraining,
                "Connections to an unhealthy target are reset at once, and nothing is left to wait for.",
                hint: "Remove it, or set \(Key.terminatesUnhealthy.rawValue) to false."
            )
        }
    }

    private func checkUse(by targets: TargetGroup.TargetProtocol) throws(OperatorError) {
        for (word, standard) in zip(self.words, TargetGroupAttributes(for: targets).words)
        where word != standard {
            guard let owner = word.key.owner, owner != targets.owner else { continue }
            throw Self.contradiction(
                word.key,
                "\(word.key.rawValue) is for target groups \(owner.words); this one speaks "
                    + "\(targets.rawValue).",
                hint: "Remove it."
            )
        }
        if self.preservesClientAddress {
            throw Self.contradiction(
                .preservesClientAddress,
                "Targets are connected to from an address of this machine: to take the client's needs "
                    + "transparent sockets, and routes back through here.",
                hint: "Set it to false; proxy_protocol_v2.enabled tells targets the client's address."
            )
        }
    }

    private func checkRanges() throws(OperatorError) {
        for (key, value, range) in [
            (Key.deregistrationDelay, self.deregistrationDelaySeconds, Self.deregistrationDelays),
            (.lbCookieDuration, self.stickiness.lbCookieSeconds, Stickiness.seconds),
            (.appCookieDuration, self.stickiness.appCookieSeconds, Stickiness.seconds),
            (.minimumHealthyCount, self.minimumHealthyCount, 1...Quotas.targetsPerGroup),
            (.minimumHealthyPercentage, self.minimumHealthyPercentage ?? 1, Self.percentages),
            (.unhealthyDraining, self.unhealthyDrainingSeconds, Self.unhealthyDrainings),
        ] where !range.contains(value) {
            throw .outOfRange(
                key.rawValue,
                got: "\(value)",
                allowed: "\(range.lowerBound)–\(range.upperBound)"
            )
        }
        guard self.slowStartSeconds == 0 || Self.slowStarts.contains(self.slowStartSeconds) else {
            throw .outOfRange(
                Key.slowStart.rawValue,
                got: "\(self.slowStartSeconds)",
                allowed: "\(Self.slowStarts.lowerBound)–\(Self.slowStarts.upperBound), or 0"
            )
        }
    }

    private func checkStickiness(
        by targets: TargetGroup.TargetProtocol,
        algorithm: LoadBalancingAlgorithm
    ) throws(OperatorError) {
        guard (self.stickiness.kind == .sourceIP) == (targets.balancer == .network) else {
            throw Self.contradiction(
                .stickinessType,
                "Clients of a group that speaks \(targets.rawValue) are not told apart by "
                    + "\(self.stickiness.kind.rawValue).",
                hint: targets.balancer == .network ? "Write source_ip." : "Write lb_cookie or app_cookie."
            )
        }
        let name = self.stickiness.appCookieName
        guard name.isEmpty || Stickiness.isUsable(name) else {
            throw Self.contradiction(
                .appCookieName,
                "\"\(name)\" is no name for a cookie of targets.",
                hint:
                    "Choose up to \(Stickiness.cookieNameBytes) letters, digits and symbols such as - and _,"
                    + " not beginning with \(Stickiness.reservedPrefix)."
            )
        }
        guard self.stickiness.isEnabled else { return }
        if self.stickiness.kind == .appCookie, name.isEmpty {
            throw Self.contradiction(
                .stickinessType,
                "Stickiness by app_cookie needs the name of the cookie that targets set.",
                hint: "Add \(Key.appCookieName.rawValue)."
            )
        }
        guard algorithm != .weightedRandom else {
            throw Self.contradiction(
                .stickiness,
                "Clients that stay with their target are not divided by weighted_random.",
                hint: "Remove it, or choose another algorithm."
            )
        }
    }

    private static func contradiction(_ key: Key, _ message: String, hint: String) -> OperatorError {
        OperatorError(.invalidConfigurationRequest, subject: key.rawValue, message: message, hint: hint)
    }
}

/// Which groups an attribute is for.
private enum Owner {
    case http
    case tcp
    case functions

    var words: String {
        switch self {
        case .http: "of protocol HTTP or HTTPS"
        case .tcp: "of protocol TCP or TLS"
        case .functions: "of type lambda"
        }
    }
}

extension TargetGroup.TargetProtocol {
    fileprivate var owner: Owner {
        switch self {
        case .http, .https: .http
        case .tcp, .tls: .tcp
        }
    }
}

extension TargetGroupAttributes.Key {
    /// nil for every group's.
    fileprivate var owner: Owner? {
        switch self {
        case .deregistrationDelay, .stickiness, .stickinessType, .minimumHealthyCount,
            .minimumHealthyPercentage, .algorithm:
            nil
        case .lbCookieDuration, .appCookieName, .appCookieDuration, .anomalyMitigation, .slowStart: .http
        case .multiValueHeaders: .functions
        case .terminatesDeregistered, .terminatesUnhealthy, .unhealthyDraining, .preservesClientAddress,
            .proxyProtocolV2:
            .tcp
        }
    }
}
