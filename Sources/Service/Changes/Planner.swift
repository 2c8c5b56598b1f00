import Model

/// Says, line by line, how one configuration becomes another.
///
/// Lines come in the order things depend on each other: what is created or changed from trust stores to
/// listeners, then what is deleted, the other way round.
struct Planner {
    let old: Model.Configuration
    let new: Model.Configuration

    /// Worker threads that run; nil before the engine has any.
    let runningWorkers: Int?

    /// Listeners that are configured but not served: they are tried again.
    let failed: [ResourceID: OperatorError]

    /// What warnings are judged by.
    let now: Timestamp

    func plan() -> Plan {
        var lines: [Plan.Line] = []
        if self.old.workers != self.new.workers {
            let before = self.old.workers.map(String.init) ?? "one per core"
            let after = self.new.workers.map(String.init) ?? "one per core"
            let when = self.runningWorkers == nil ? "" : " (when the gate is next started)"
            lines.append(
                Plan.Line(verb: .change, resource: "gate", details: ["workers \(before) -> \(after)\(when)"])
            )
        }
        lines += self.lines(self.old.trustStores, self.new.trustStores, "trust store", \.name, self.details)
        lines += self.lines(
            self.old.targetGroups,
            self.new.targetGroups,
            "target group",
            \.name,
            self.details
        )
        for balancer in self.new.loadBalancers {
            let before = self.old.loadBalancers.first { $0.id == balancer.id }
            lines += self.lines(before.map { [$0] } ?? [], [balancer], "load balancer", \.name, self.details)
            lines += self.lines(before?.listeners ?? [], balancer.listeners, "listener", \.name, self.details)
        }
        return Plan(
            lines: lines + self.deletions(),
            warnings: self.new.trustStores.flatMap { $0.warnings(at: self.now) }
        )
    }

    /// Whether anything but a further try of failed listeners is planned.
    static func onlyRetries(_ plan: Plan) -> Bool {
        plan.lines.allSatisfy { $0.details.count == 1 && $0.details[0].hasPrefix(self.retry) }
    }

    private static let retry = "try again"

    private func lines<Resource: Identified & Equatable>(
        _ old: [Resource],
        _ new: [Resource],
        _ kind: String,
        _ name: (Resource) -> String,
        _ details: (Resource, Resource) -> [String]
    ) -> [Plan.Line] {
        let before = Dictionary(old.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return new.compactMap { resource in
            guard let previous = before[resource.id] else {
                return Plan.Line(verb: .create, resource: "\(kind) \(name(resource))")
            }
            let details = details(previous, resource)
            guard !details.isEmpty else { return nil }
            return Plan.Line(verb: .change, resource: "\(kind) \(name(resource))", details: details)
        }
    }

    private func deletions() -> [Plan.Line] {
        var lines: [Plan.Line] = []
        for balancer in self.old.loadBalancers {
            let after = self.new.loadBalancers.first { $0.id == balancer.id }
            let kept = Set(after?.listeners.map(\.id) ?? [])
            lines += balancer.listeners.filter { !kept.contains($0.id) }.map {
                Self.deletion("listener \($0.name)")
            }
            if after == nil { lines.append(Self.deletion("load balancer \(balancer.name)")) }
        }
        let groups = Set(self.new.targetGroups.map(\.id))
        lines += self.old.targetGroups.filter { !groups.contains($0.id) }
            .map { Self.deletion("target group \($0.name)") }
        let stores = Set(self.new.trustStores.map(\.id))
        lines += self.old.trustStores.filter { !stores.contains($0.id) }
            .map { Self.deletion("trust store \($0.name)") }
        return lines
    }

    private static func deletion(_ resource: String) -> Plan.Line {
        Plan.Line(verb: .delete, resource: resource)
    }

    private func details(_ old: TrustStore, _ new: TrustStore) -> [String] {
        var details =
            old.revision == new.revision ? [] : ["bundle revision \(old.revision) -> \(new.revision)"]
        if old.revision == new.revision {
            details += Self.difference("bundle", old.source.path, new.source.path)
        }
        let authorities = AuthorityDifference(
            from: old.certificates.map(\.facts),
            to: new.certificates.map(\.facts)
        )
        details += authorities.added.map { "add CA \($0.subject)" }
        details += authorities.removed.map { "remove CA \($0.subject)" }
        let (before, after) = (Set(old.revocationLists.map(\.id)), Set(new.revocationLists.map(\.id)))
        details += new.revocationLists.filter { !before.contains($0.id) }.map {
            "add revocation list \($0.id) (\($0.facts.issuer), \($0.facts.entries) entries)"
        }
        details += old.revocationLists.filter { !after.contains($0.id) }.map {
            "remove revocation list \($0.id) (\($0.facts.issuer), \($0.facts.entries) entries)"
        }
        for list in new.revocationLists {
            guard let known = old.revocationLists.first(where: { $0.id == list.id }) else { continue }
            details += Self.difference("revocation list \(list.id)", known.source.path, list.source.path)
        }
        details += Self.difference(
            "expiredRevocationLists",
            old.expiredLists.description,
            new.expiredLists.description
        )
        return details + Self.difference("watch", "\(old.isWatched)", "\(new.isWatched)")
    }

    private func details(_ old: LoadBalancer, _ new: LoadBalancer) -> [String] {
        Self.difference("type", old.type.rawValue, new.type.rawValue)
            + Self.difference("address", old.address.description, new.address.description)
            + Self.difference("http2", old.http2.description, new.http2.description)
            + zip(old.attributes.words, new.attributes.words).flatMap {
                Self.difference($0.key, $0.value, $1.value)
            }
            + zip(old.logs.words, new.logs.words).flatMap {
                Self.difference($0.key, Self.quoted($0.value), Self.quoted($1.value))
            }
    }

    private func details(_ old: TargetGroup, _ new: TargetGroup) -> [String] {
        var details = Self.difference("protocol", old.protocol.rawValue, new.protocol.rawValue)
        details += Self.difference("targetType", old.targetType.rawValue, new.targetType.rawValue)
        if let before = old.function, let after = new.function { details += Self.details(before, after) }
        let before = Set(old.targets)
        let after = Set(new.targets)
        details += new.targets.filter { !before.contains($0) }.map { "add target \($0.endpoint)" }
        details += old.targets.filter { !after.contains($0) }.map { "remove target \($0.endpoint)" }
        if before == after, old.targets != new.targets { details.append("order of targets") }
        details += new.drained.filter { !old.drained.contains($0) }.map { "drain target \($0.endpoint)" }
        details += old.drained.filter { after.contains($0) && !new.drained.contains($0) }
            .map { "restore target \($0.endpoint)" }
        if old.healthCheck != new.healthCheck { details.append("health check") }
        details += Self.difference("algorithm", old.algorithm.rawValue, new.algorithm.rawValue)
        details += Self.difference(
            "protocolVersion",
            old.protocolVersion.rawValue,
            new.protocolVersion.rawValue
        )
        details += Self.difference("proxyProtocolV2", "\(old.proxyProtocolV2)", "\(new.proxyProtocolV2)")
        details += zip(old.attributes.words, new.attributes.words).flatMap {
            Self.difference($0.key.rawValue, $0.value, $1.value)
        }
        if old.tls?.clientCertificateID != new.tls?.clientCertificateID {
            details.append("client certificate\(new.tls?.clientCertificateID == nil ? " removed" : "")")
        }
        if old.tls?.verification != new.tls?.verification {
            details.append("target verification\(new.tls?.verification == nil ? " removed" : "")")
        }
        return details
    }

    private static func details(_ old: LambdaFunction, _ new: LambdaFunction) -> [String] {
        self.difference("function", old.name, new.name)
            + self.difference("baseURL", "\(old.baseURL)", "\(new.baseURL)")
            + self.difference("qualifier", old.qualifier ?? "none", new.qualifier ?? "none")
            + self.difference("region", old.region ?? "none", new.region ?? "none")
            + (old.credentials == new.credentials ? [] : ["credentials"])
            + self.difference("health checks", "\(old.isHealthChecked)", "\(new.isHealthChecked)")
    }

    private func details(_ old: Listener, _ new: Listener) -> [String] {
        var details = Self.difference("name", old.name, new.name)
        details += Self.difference("protocol", old.protocol.rawValue, new.protocol.rawValue)
        if old.certificateID != new.certificateID { details.append("certificate") }
        if old.additionalCertificateIDs != new.additionalCertificateIDs {
            details.append("additional certificates")
        }
        if let before = old.sslPolicy, let after = new.sslPolicy {
            details += Self.difference("sslPolicy", before.name, after.name)
        }
        details += self.details(old.mutualAuthentication, new.mutualAuthentication)
        details += Self.difference(
            "identityHeaders",
            old.identityHeaders.words ?? "alb",
            new.identityHeaders.words ?? "alb"
        )
        if old.namePolicies != new.namePolicies {
            // Those that stay would hide the one that changes.
            let difference = Self.difference(
                "names",
                self.words(old.namePolicies.filter { !new.namePolicies.contains($0) }, in: self.old),
                self.words(new.namePolicies.filter { !old.namePolicies.contains($0) }, in: self.new)
            )
            details += difference.isEmpty ? ["names"] : difference
        }
        if old.defaultAction != new.defaultAction {
            let before = self.words(old.defaultAction, in: self.old)
            let after = self.words(new.defaultAction, in: self.new)
            details.append(before == after ? "action \(after)" : "action \(before) -> \(after)")
        }
        details += self.ruleDetails(old, new)
        details += self.details(old.relay, new.relay)
        details += Self.difference(
            "proxyProtocolSources",
            Self.words(old.proxyProtocolSources),
            Self.words(new.proxyProtocolSources)
        )
        if details.isEmpty, let failure = self.failed[new.id] {
            details.append("\(Self.retry) (\(failure.code.rawValue))")
        }
        return details
    }

    private func ruleDetails(_ old: Listener, _ new: Listener) -> [String] {
        let before = Dictionary(old.rules.map { ($0.priority, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Set(new.rules.map(\.priority))
        let details = new.rules.compactMap { rule -> String? in
            guard let known = before[rule.priority] else { return "add rule \(rule.priority)" }
            return known == rule ? nil : "change rule \(rule.priority)"
        }
        return details
            + old.rules.filter { !after.contains($0.priority) }.map { "remove rule \($0.priority)" }
    }

    private func details(_ old: MutualAuthentication, _ new: MutualAuthentication) -> [String] {
        var details = Self.difference("mode", old.mode.rawValue, new.mode.rawValue)
        // Forgetting the store of a listener that does not verify changes nothing but memory, and is told
        // by the store's own line.
        if old.trustStoreID != new.trustStoreID, new.mode == .verify || new.trustStoreID != nil {
            let before = old.trustStoreID.flatMap { self.old.trustStore($0)?.name } ?? "none"
            let after = new.trustStoreID.flatMap { self.new.trustStore($0)?.name } ?? "none"
            details.append("trust store \(before) -> \(after)")
        }
        details += Self.difference(
            "ignoreClientCertificateExpiry",
            "\(old.ignoreClientCertificateExpiry)",
            "\(new.ignoreClientCertificateExpiry)"
        )
        details += Self.difference(
            "advertiseTrustStoreCaNames",
            "\(old.advertiseTrustStoreCaNames)",
            "\(new.advertiseTrustStoreCaNames)"
        )
        let (before, after) = (old.requirements, new.requirements)
        details += Self.difference(
            "clientCertificate",
            before.clientCertificate.rawValue,
            after.clientCertificate.rawValue
        )
        if before.identityFilters != after.identityFilters {
            details.append(
                "identityFilters (\(after.identityFilters.isEmpty ? "none" : after.filterWords))"
            )
        }
        if before.pinnedCertificates != after.pinnedCertificates {
            details.append(
                "pinnedCertificates \(before.pinnedCertificates.count) -> \(after.pinnedCertificates.count)"
            )
        }
        return details
            + Self.difference(
                "sessionResumption",
                old.sessionResumption.map { "\($0.lifetimeSeconds) s" } ?? "off",
                new.sessionResumption.map { "\($0.lifetimeSeconds) s" } ?? "off"
            )
    }

    private func words(_ policies: [NamePolicy], in configuration: Model.Configuration) -> String {
        let words = policies.map { policy in
            let mutual = policy.mutualAuthentication
            let store = mutual.trustStoreID.flatMap { configuration.trustStore($0)?.name }
            let options =
                (mutual.ignoreClientCertificateExpiry ? " ignoring expiry" : "")
                + (mutual.advertiseTrustStoreCaNames ? " advertising names" : "")
                + (mutual.requirements.words.map { ", \($0)" } ?? "")
            return "\(policy.names.joined(separator: " ")) \(mutual.mode.rawValue)"
                + (store.map { " \($0)" } ?? "") + options
        }
        return words.isEmpty ? "none" : "(\(words.joined(separator: "; ")))"
    }

    private func details(_ old: RelaySettings, _ new: RelaySettings) -> [String] {
        Self.difference("idleTimeoutSeconds", "\(old.idleTimeoutSeconds)", "\(new.idleTimeoutSeconds)")
            + Self.difference(
                "acceptProxyProtocol",
                "\(old.acceptProxyProtocol)",
                "\(new.acceptProxyProtocol)"
            )
            + (old.sniRoutes == new.sniRoutes ? [] : ["sniRoutes"])
    }

    private func words(_ action: Action, in configuration: Model.Configuration) -> String {
        switch action {
        case .forward(let id): "forward \(configuration.targetGroup(id)?.name ?? id.description)"
        case .fixedResponse(let response): "fixed-response \(response.statusCode)"
        case .redirect(let redirect): "redirect \(redirect.statusCode.code)"
        case .weightedForward(let forward): forward.words(in: configuration)
        }
    }

    private static func words(_ ranges: [AddressRange]) -> String {
        ranges.isEmpty ? "none" : ranges.map(\.description).joined(separator: " ")
    }

    private static func quoted(_ value: String) -> String { value.isEmpty ? "none" : value }

    private static func difference(_ property: String, _ old: String, _ new: String) -> [String] {
        old == new ? [] : ["\(property) \(old) -> \(new)"]
    }
}
