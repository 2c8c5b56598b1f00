import Model

/// What TCP and TLS listeners may and may not have (`elbv2-api` 6.6).
struct RelayRules {
    let targetGroups: [TargetGroup]

    /// Refuses a listener of the wrong kind of load balancer, and settings that its protocol has no use for.
    func checkPairing(
        _ wanted: DesiredListener,
        name: String,
        of kind: LoadBalancer.Kind,
        path: String
    ) throws(OperatorError) {
        let word = wanted.protocol.rawValue
        guard wanted.protocol.balancer == kind else {
            let allowed = Listener.ListenerProtocol.allCases.filter { $0.balancer == kind }.map(\.rawValue)
            throw OperatorError(
                .validationError,
                subject: "\(path).protocol",
                message: "Listener \(name) speaks \(word), which no \(kind.rawValue) load balancer does.",
                hint:
                    "Use \(allowed.joined(separator: " or ")), or put the listener on a load balancer of type "
                    + "\(wanted.protocol.balancer.rawValue)."
            )
        }
        guard kind == .network else {
            guard wanted.relay == nil else {
                throw OperatorError(
                    .validationError,
                    subject: path,
                    message: "Listener \(name) speaks \(word), which knows neither idleTimeoutSeconds, "
                        + "acceptProxyProtocol nor sniRoutes.",
                    hint: "Remove them, or make it a TCP listener of a network load balancer."
                )
            }
            return
        }
        for (index, action) in wanted.defaultActions.enumerated() {
            if case .forward = action { continue }
            throw OperatorError(
                .validationError,
                subject: "\(path).defaultActions[\(index)]",
                message:
                    "Listener \(name) speaks \(word), where all there is to do is to forward to one group.",
                hint: "Forward to a target group of protocol \(Self.protocols(for: wanted.protocol))."
            )
        }
        guard wanted.rules.isEmpty else {
            throw OperatorError(
                .validationError,
                subject: "\(path).rules",
                message:
                    "Listener \(name) speaks \(word), where there are no requests that rules could be about.",
                hint: "Remove rules; a TCP listener can choose a target group by sniRoutes."
            )
        }
    }

    /// Refuses a target group that does not speak what the listener hands on.
    static func checkGroup(
        _ group: TargetGroup,
        of listener: Listener.ListenerProtocol,
        field: String
    ) throws(OperatorError) {
        // A TCP listener hands on what it gets, which may be TLS already.
        guard group.protocol.balancer == listener.balancer, group.protocol != .tls || listener == .tls else {
            throw Self.isNoMatch(group, listener, field)
        }
        // HTTP/2 is agreed on in TLS; on another listener every request would be answered 464.
        guard group.protocolVersion == .http1 || listener == .https else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: field,
                message: "Target group \(group.name) has version \(group.protocolVersion.rawValue), and a "
                    + "listener of protocol \(listener.rawValue) takes HTTP/1.1 only.",
                hint: "Make the listener HTTPS, or the protocolVersion HTTP1."
            )
        }
    }

    private static func isNoMatch(
        _ group: TargetGroup,
        _ listener: Listener.ListenerProtocol,
        _ field: String
    ) -> OperatorError {
        OperatorError(
            .validationError,
            subject: field,
            message:
                "Target group \(group.name) speaks \(group.protocol.rawValue), which a listener of protocol "
                + "\(listener.rawValue) cannot forward to.",
            hint: "Name a target group of protocol \(Self.protocols(for: listener))."
        )
    }

    private static func protocols(for listener: Listener.ListenerProtocol) -> String {
        switch listener {
        case .http, .https: "HTTP or HTTPS"
        case .tcp: "TCP"
        case .tls: "TCP or TLS"
        }
    }

    func settings(
        _ wanted: DesiredListener,
        name: String,
        path: String
    ) throws(OperatorError) -> RelaySettings {
        guard let desired = wanted.relay else { return .standard }
        if let seconds = desired.idleTimeoutSeconds {
            guard wanted.protocol == .tcp else {
                throw OperatorError(
                    .validationError,
                    subject: "\(path).idleTimeoutSeconds",
                    message: "Listener \(name) speaks TLS, where the idle timeout is always "
                        + "\(RelaySettings.defaultIdleTimeoutSeconds) seconds.",
                    hint: "Remove idleTimeoutSeconds."
                )
            }
            let range = RelaySettings.idleTimeoutRange
            guard range.contains(seconds) else {
                throw .outOfRange(
                    "\(path).idleTimeoutSeconds",
                    got: "\(seconds)",
                    allowed: "\(range.lowerBound)–\(range.upperBound)"
                )
            }
        }
        return RelaySettings(
            idleTimeoutSeconds: desired.idleTimeoutSeconds ?? RelaySettings.defaultIdleTimeoutSeconds,
            acceptProxyProtocol: desired.acceptProxyProtocol ?? false,
            sniRoutes: try self.routes(desired.sniRoutes, of: wanted, name: name, path: "\(path).sniRoutes")
        )
    }

    private func routes(
        _ desired: [DesiredSNIRoute],
        of wanted: DesiredListener,
        name: String,
        path: String
    ) throws(OperatorError) -> [SNIRoute] {
        guard wanted.protocol == .tcp || desired.isEmpty else {
            throw OperatorError(
                .validationError,
                subject: path,
                message:
                    "Listener \(name) speaks TLS, where sniRoutes have no meaning: it has one target group.",
                hint: "Remove sniRoutes, or make the protocol TCP."
            )
        }
        try ConfigurationResolver.checkQuota(
            desired.reduce(0) { $0 + $1.serverNames.count },
            Quotas.serverNamesPerListener,
            of: "server names of one listener",
            field: path
        )
        var seen: Set<String> = []
        var routes: [SNIRoute] = []
        for (index, route) in desired.enumerated() {
            let path = "\(path)[\(index)]"
            guard let group = self.targetGroups.first(where: { $0.name == route.targetGroup }) else {
                throw OperatorError(
                    .targetGroupNotFound,
                    subject: "\(path).targetGroup",
                    message: "There is no target group named \"\(route.targetGroup)\".",
                    hint: Suggestion.known(
                        self.targetGroups.map(\.name),
                        nearest: route.targetGroup,
                        none: "Declare it under targetGroups."
                    )
                )
            }
            try Self.checkGroup(group, of: wanted.protocol, field: "\(path).targetGroup")
            var names: [String] = []
            for (position, text) in route.serverNames.enumerated() {
                names.append(try Self.name(text, field: "\(path).serverNames[\(position)]", seen: &seen))
            }
            guard !names.isEmpty else {
                throw OperatorError(
                    .validationError,
                    subject: "\(path).serverNames",
                    message: "A route of listener \(name) has no server names.",
                    hint: "Name at least one, or remove the route."
                )
            }
            routes.append(SNIRoute(serverNames: names, targetGroupID: group.id))
        }
        return routes
    }

    private static func name(
        _ text: String,
        field: String,
        seen: inout Set<String>
    ) throws(OperatorError) -> String {
        guard let name = SNIRoute.normalized(text) else {
            throw OperatorError(
                .validationError,
                subject: field,
                message: "\"\(text)\" is not a server name.",
                hint:
                    "Write a host name such as api.example.net, or *.example.net for every name one label below."
            )
        }
        guard seen.insert(name).inserted else {
            throw OperatorError(
                .validationError,
                subject: field,
                message: "Server name \(name) has two routes.",
                hint: "Remove one of the two."
            )
        }
        return name
    }
}

extension Listener.ListenerProtocol {
    /// Why clients are not asked for certificates, as the end of a sentence that begins with the listener.
    var reasonAgainstModes: String {
        switch self {
        case .http: "speaks HTTP, where clients have no certificates to ask for"
        case .https, .tls: "speaks TLS"
        case .tcp: "speaks TCP: the target asks clients for certificates, or nobody does"
        }
    }
}
