import Model

/// Makes what the engine runs from what is configured.
///
/// A listener whose parts are not all there is left out and reported; there is no substitute for a missing
/// key or trust store.
struct SnapshotBuilder {
    let configuration: Model.Configuration
    let keys: [ResourceID: SecretText]
    /// Why a key could not be read.
    let keyFailures: [ResourceID: OperatorError]
    /// By fingerprint.
    let lists: [String: RevocationContent]
    /// Why a list could not be read.
    let listFailures: [String: OperatorError]
    /// Does not matter to who only looks.
    var cookieKey = CookieKey.ofThisProcess
    /// What functions with credentials from the environment are signed with.
    var environmentKey: SigningKey?

    func build(
        generation: UInt64,
        workers: Int
    ) -> (snapshot: Snapshot, failed: [ResourceID: OperatorError]) {
        var served: [ServedListener] = []
        var failed: [ResourceID: OperatorError] = [:]
        for (balancer, listener) in self.configuration.listeners {
            do throws(OperatorError) {
                served.append(try self.served(listener, of: balancer))
            } catch {
                failed[listener.id] = error
            }
        }
        let snapshot = Snapshot(
            generation: generation,
            workers: workers,
            listeners: served,
            targetGroups: self.targetGroups(usedBy: served),
            cookieKey: self.cookieKey,
            trustStores: self.configuration.servedTrustStores
        )
        return (snapshot, failed)
    }

    private func targetGroups(usedBy listeners: [ServedListener]) -> [ServedTargetGroup] {
        let used = Set(listeners.flatMap(\.targetGroupIDs))
        return self.configuration.targetGroups.compactMap { group in
            // The listeners that forward to a group without its key have failed.
            guard case .success(let tls) = self.targetTLS(group) else { return nil }
            return ServedTargetGroup(
                id: group.id,
                targets: group.targets.map(\.endpoint),
                drained: Set(group.drained.map(\.endpoint)),
                healthCheck: group.healthCheck,
                isUsed: used.contains(group.id),
                algorithm: group.algorithm,
                protocolVersion: group.protocolVersion,
                attributes: group.attributes,
                tls: tls,
                isRelayed: group.protocol.balancer == .network,
                function: try? self.function(of: group)
            )
        }
    }

    private func served(
        _ listener: Listener,
        of balancer: LoadBalancer
    ) throws(OperatorError) -> ServedListener {
        ServedListener(
            id: listener.id,
            name: listener.name,
            loadBalancerPath: balancer.path,
            endpoint: Endpoint(address: balancer.address, port: listener.port),
            tls: listener.protocol.terminatesTLS ? try self.tls(listener, of: balancer) : nil,
            action: try self.action(listener.defaultAction, of: listener),
            rules: try listener.rules.map { rule throws(OperatorError) in
                ServedRule(
                    priority: rule.priority,
                    conditions: rule.conditions,
                    action: try self.action(rule.action, of: listener),
                    transforms: rule.transforms
                )
            },
            relay: listener.protocol.balancer == .network ? try self.relay(listener) : nil,
            attributes: balancer.attributes,
            proxyProtocolSources: listener.proxyProtocolSources,
            accessLog: self.accessLog(listener, of: balancer)
        )
    }

    private func accessLog(_ listener: Listener, of balancer: LoadBalancer) -> ServedAccessLog? {
        guard balancer.logs.access.isEnabled, balancer.type == .application else { return nil }
        let certificates = [listener.certificateID].compactMap { $0 } + listener.additionalCertificateIDs
        return ServedAccessLog(
            certificateARNs: certificates.map(ResourceARN.certificate),
            targetGroupARNs: self.configuration.targetGroups.reduce(into: [:]) { names, group in
                names[group.id] = ResourceARN.targetGroup(group)
            }
        )
    }

    private func tls(
        _ listener: Listener,
        of balancer: LoadBalancer
    ) throws(OperatorError) -> ServedTLS {
        guard let id = listener.certificateID else { throw Self.missing("certificate", of: listener) }
        let certificate = try self.certificate(id, of: "listener \(listener.name)")
        return ServedTLS(
            certificateChain: certificate.chain,
            privateKey: certificate.privateKey,
            clientPolicy: try self.policy(listener.mutualAuthentication, of: listener),
            sslPolicy: listener.sslPolicy ?? .standard,
            additionalCertificates: try listener.additionalCertificateIDs.map { id throws(OperatorError) in
                try self.certificate(id, of: "listener \(listener.name)")
            },
            namePolicies: try listener.namePolicies.map { named throws(OperatorError) in
                ServedNamePolicy(
                    names: named.names,
                    policy: try self.policy(named.mutualAuthentication, of: listener)
                )
            },
            offersHTTP2: listener.protocol == .https && balancer.http2,
            identityHeaders: listener.identityHeaders,
            sessionResumption: listener.mutualAuthentication.sessionResumption
        )
    }

    private func certificate(
        _ id: ResourceID,
        of owner: String
    ) throws(OperatorError) -> ServedCertificate {
        guard let certificate = self.configuration.certificate(id) else {
            throw Self.missing("certificate", of: owner)
        }
        guard let key = self.keys[id] else {
            throw self.keyFailures[id] ?? Self.missing("private key", of: owner)
        }
        return ServedCertificate(chain: certificate.chainPEM, privateKey: key)
    }

    /// nil where targets are spoken to in clear text.
    private func targetTLS(_ group: TargetGroup) -> Result<ServedTargetTLS?, OperatorError> {
        guard let tls = group.tls else { return .success(nil) }
        do throws(OperatorError) {
            return .success(
                ServedTargetTLS(
                    clientCertificate: try tls.clientCertificateID.map { id throws(OperatorError) in
                        try self.certificate(id, of: "target group \(group.name)")
                    },
                    verification: group.function.map { Self.verification(of: $0, tls.verification) }
                        ?? tls.verification.map {
                            ServedTargetTLS.Verification(
                                anchors: $0.certificates.map(\.pem),
                                serverName: $0.serverName
                            )
                        }
                )
            )
        } catch {
            return .failure(error)
        }
    }

    /// Whoever is invoked over TLS is verified: by the machine's CAs and the name in the URL, unless the
    /// group says otherwise.
    private static func verification(
        of function: LambdaFunction,
        _ wanted: TargetVerification?
    ) -> ServedTargetTLS.Verification {
        ServedTargetTLS.Verification(
            anchors: wanted?.certificates.map(\.pem),
            serverName: wanted?.serverName ?? function.baseURL.hostName
        )
    }

    /// A group that a listener forwards to, of which everything is there.
    private func targetGroup(
        _ id: ResourceID,
        of listener: Listener
    ) throws(OperatorError) -> TargetGroup {
        guard let group = self.configuration.targetGroup(id) else {
            throw Self.missing("target group", of: listener)
        }
        if case .failure(let error) = self.targetTLS(group) { throw error }
        return group
    }

    /// How a listener's clients are judged: its own policy, then those of its names in their order.
    func clientPolicies(of listener: Listener) throws(OperatorError) -> [ClientPolicy] {
        let authentications =
            [listener.mutualAuthentication] + listener.namePolicies.map(\.mutualAuthentication)
        return try authentications.map { authentication throws(OperatorError) in
            try self.policy(authentication, of: listener)
        }
    }

    private func policy(
        _ authentication: MutualAuthentication,
        of listener: Listener
    ) throws(OperatorError) -> ClientPolicy {
        switch authentication.mode {
        case .off: return .off
        case .passthrough: return .passthrough
        case .verify:
            guard let store = authentication.trustStoreID.flatMap(self.configuration.trustStore),
                !store.certificates.isEmpty
            else { throw Self.missing("trust store", of: listener) }
            let lists = try store.revocationLists.map { list throws(OperatorError) in
                try self.content(of: list, for: listener)
            }
            return .verify(ClientPolicy.Verification(store, authentication, lists: lists))
        }
    }

    /// A listener without a list that its trust store has would let the revoked in.
    private func content(
        of list: RevocationList,
        for listener: Listener
    ) throws(OperatorError) -> RevocationContent {
        let fingerprint = list.facts.fingerprint
        if let content = self.lists[fingerprint] { return content }
        throw self.listFailures[fingerprint] ?? Self.missing("revocation list \(list.id)", of: listener)
    }

    private func action(_ action: Action, of listener: Listener) throws(OperatorError) -> ServedAction {
        switch action {
        case .redirect(let redirect):
            return .redirect(redirect)
        case .weightedForward(let forward):
            let groups = try forward.groups.map { weighted throws(OperatorError) in
                let group = try self.targetGroup(weighted.targetGroupID, of: listener)
                _ = try self.function(of: group)
                return ServedWeightedGroup(
                    id: group.id,
                    targets: group.openEndpoints,
                    weight: weighted.weight
                )
            }
            return .weightedForward(groups, stickinessSeconds: forward.stickinessSeconds)
        case .fixedResponse(let response):
            return .fixedResponse(response)
        case .forward(let id):
            let group = try self.targetGroup(id, of: listener)
            _ = try self.function(of: group)
            return .forward(targetGroupID: id, targets: group.openEndpoints)
        }
    }

    /// nil for a group of targets.
    ///
    /// - Throws: ``OperatorError`` where the key is missing that invocations are to be signed with.
    private func function(of group: TargetGroup) throws(OperatorError) -> ServedFunction? {
        guard let function = group.function else { return nil }
        var key: SigningKey?
        switch function.credentials {
        case nil: break
        case .environment:
            guard let environmentKey else {
                throw OperatorError(
                    .invalidConfigurationRequest,
                    subject: group.name,
                    message:
                        "Function \(function.name) is signed with credentials from the environment, where "
                        + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set.",
                    hint: "Set them where the gate is started, or name a file of credentials."
                )
            }
            key = environmentKey
        case .stored(let id):
            key = self.keys[id].flatMap {
                SigningKey(sharedCredentials: $0, profile: SigningKey.storedProfile)
            }
            guard key != nil else {
                throw self.keyFailures[id]
                    ?? OperatorError(
                        .stateUnreadable,
                        subject: group.name,
                        message:
                            "The credentials of function \(function.name) are missing from the state directory.",
                        hint: "Run `sekisho apply` again with the configuration."
                    )
            }
        }
        return ServedFunction(
            function: function,
            targetGroupARN: ResourceARN.targetGroup(group),
            signingKey: key,
            usesMultiValueHeaders: group.attributes.usesMultiValueHeaders
        )
    }

    private func relay(_ listener: Listener) throws(OperatorError) -> ServedRelay {
        // The checks let no other action through.
        guard case .forward(let id) = listener.defaultAction else {
            throw Self.missing("target group", of: listener)
        }
        var groups: [String: ServedRelayGroup] = [:]
        for route in listener.relay.sniRoutes {
            let group = try self.relayGroup(route.targetGroupID, of: listener)
            for name in route.serverNames { groups[name] = group }
        }
        return ServedRelay(
            idleTimeout: .seconds(listener.relay.idleTimeoutSeconds),
            acceptsProxyProtocol: listener.relay.acceptProxyProtocol,
            defaultGroup: try self.relayGroup(id, of: listener),
            groupsByServerName: groups
        )
    }

    private func relayGroup(
        _ id: ResourceID,
        of listener: Listener
    ) throws(OperatorError) -> ServedRelayGroup {
        let group = try self.targetGroup(id, of: listener)
        return ServedRelayGroup(
            targetGroupID: id,
            targets: group.openEndpoints,
            sendsProxyProtocol: group.proxyProtocolV2,
            usesTLS: group.protocol.usesTLS
        )
    }

    private static func missing(_ part: String, of listener: Listener) -> OperatorError {
        self.missing(part, of: "listener \(listener.name)").about(listener.name)
    }

    private static func missing(_ part: String, of owner: String) -> OperatorError {
        OperatorError(
            .stateUnreadable,
            subject: owner,
            message: "The \(part) of \(owner) is missing from the state directory.",
            hint: "Run `sekisho apply` again with the configuration."
        )
    }
}

extension ClientPolicy.Verification {
    /// What a listener that verifies judges clients by.
    init(_ store: TrustStore, _ authentication: MutualAuthentication, lists: [RevocationContent]) {
        self.init(
            trustStoreID: store.id,
            trustStoreName: store.name,
            trustStoreRevision: store.revision,
            anchors: store.certificates.map(\.pem),
            ignoreClientCertificateExpiry: authentication.ignoreClientCertificateExpiry,
            advertiseTrustStoreCaNames: authentication.advertiseTrustStoreCaNames,
            revocationLists: lists,
            expiredLists: store.expiredLists,
            requirements: authentication.requirements
        )
    }
}
