import Model

/// A change of mutual TLS of a listener or one of its names, checked against what is in force.
struct Flip {
    let state: StoredState

    /// The configuration after the flip; the one before when nothing has to change.
    func apply(_ change: MutualAuthenticationChange) throws(OperatorError) -> Model.Configuration {
        let (balancer, listener) = try ListenerFinder(configuration: self.state.configuration)
            .find(change.listener)
        guard listener.protocol.terminatesTLS else {
            throw OperatorError(
                .unsupportedProtocol,
                subject: change.listener,
                message: "Listener \(listener.name) \(listener.protocol.reasonAgainstModes).",
                hint: "Choose an HTTPS or TLS listener."
            )
        }
        let name = try self.serverName(change, on: listener)
        let previous = name.map { listener.authentication(for: $0).ofName } ?? listener.mutualAuthentication
        let wanted = try self.wanted(change, after: previous, of: listener)
        try SecurityPolicyChecks.check(
            listener.sslPolicy ?? .standard,
            mode: wanted.mode,
            listener: listener.name,
            field: change.listener
        )
        let changed = try self.changed(listener, to: wanted, for: name)
        guard changed != listener else { return self.state.configuration }
        try self.checkRevision(change, of: listener, from: previous, to: wanted)

        let configuration = self.state.configuration
        return Model.Configuration(
            workers: configuration.workers,
            loadBalancers: configuration.loadBalancers.map { other in
                guard other.id == balancer.id else { return other }
                return other.with(other.listeners.map { $0.id == listener.id ? changed : $0 })
            },
            trustStores: configuration.trustStores,
            targetGroups: configuration.targetGroups,
            certificates: configuration.certificates
        )
    }

    /// The name that alone is to be judged otherwise, in normal form; nil for the listener's own mode.
    private func serverName(
        _ change: MutualAuthenticationChange,
        on listener: Listener
    ) throws(OperatorError) -> String? {
        guard let text = change.serverName else { return nil }
        guard listener.protocol == .https else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: text,
                message: "Listener \(listener.name) speaks \(listener.protocol.rawValue), where names have "
                    + "no policies.",
                hint: "Leave the name out; nothing was changed."
            )
        }
        guard change.sessionLifetimeSeconds == nil else {
            throw OperatorError(
                .validationError,
                subject: text,
                message: "All names of listener \(listener.name) share one cache of sessions.",
                hint: "Set how long sessions are resumed for the listener itself; nothing was changed."
            )
        }
        guard let name = NamePolicy.normal(text) else {
            throw OperatorError(
                .validationError,
                subject: text,
                message: "\"\(text)\" is no host name.",
                hint: "Write a name such as api.example.net, or a pattern such as *.example.net."
            )
        }
        return name
    }

    private func changed(
        _ listener: Listener,
        to wanted: MutualAuthentication,
        for name: String?
    ) throws(OperatorError) -> Listener {
        guard let name else { return listener.with(wanted) }
        let policies = listener.namePolicies.giving(wanted, to: name)
        do throws(OperatorError) {
            try NamePolicy.check(names: policies.map(\.names))
        } catch {
            throw error.about(name)
        }
        return listener.with(policies)
    }

    private func wanted(
        _ change: MutualAuthenticationChange,
        after previous: MutualAuthentication,
        of listener: Listener
    ) throws(OperatorError) -> MutualAuthentication {
        let rules = MutualAuthenticationRules(trustStores: self.state.configuration.trustStores)
        try rules.checkOptions(
            mode: change.mode,
            trustStore: change.trustStore,
            ignoresExpiry: change.ignoreClientCertificateExpiry,
            advertises: change.advertiseTrustStoreCaNames,
            requirement: change.requirementSetting,
            resumes: change.sessionLifetimeSeconds.map { $0 > 0 } ?? false,
            field: { $0 }
        )
        let named = try change.trustStore.map { name throws(OperatorError) in
            try rules.trustStore(named: name, field: name)
        }
        let remembered = rules.remembering(
            previous,
            mode: change.mode,
            trustStoreID: named?.id,
            sessionResumption: try self.sessionResumption(change, previous.sessionResumption)
        )
        guard change.mode == .verify else { return remembered }

        let onlyStore = rules.trustStores.count == 1 ? rules.trustStores[0].id : nil
        guard let storeID = remembered.trustStoreID ?? onlyStore else {
            throw OperatorError(
                .validationError,
                subject: listener.name,
                message: "Mode verify needs a trust store, and \(change.object(of: listener)) has none to go "
                    + "back to.",
                hint: rules.knownStores(or: "Declare a trust store with `sekisho apply` first.")
            )
        }
        // "nil leaves the setting" holds across trust stores: who names another store changes only that.
        return MutualAuthentication(
            mode: .verify,
            trustStoreID: storeID,
            ignoreClientCertificateExpiry: change.ignoreClientCertificateExpiry
                ?? previous.ignoreClientCertificateExpiry,
            advertiseTrustStoreCaNames: change.advertiseTrustStoreCaNames
                ?? previous.advertiseTrustStoreCaNames,
            requirements: try self.requirements(change, previous.requirements),
            sessionResumption: remembered.sessionResumption
        )
    }

    private func sessionResumption(
        _ change: MutualAuthenticationChange,
        _ previous: SessionResumption?
    ) throws(OperatorError) -> SessionResumption? {
        guard let seconds = change.sessionLifetimeSeconds else { return previous }
        guard seconds != 0 else { return nil }
        let wanted = SessionResumption(lifetimeSeconds: seconds)
        try wanted.check()
        return wanted
    }

    private func requirements(
        _ change: MutualAuthenticationChange,
        _ previous: ClientRequirements
    ) throws(OperatorError) -> ClientRequirements {
        let requirements = ClientRequirements(
            clientCertificate: change.clientCertificate ?? previous.clientCertificate,
            identityFilters: change.identityFilters ?? previous.identityFilters,
            pinnedCertificates: change.pinnedCertificates ?? previous.pinnedCertificates
        )
        try requirements.check()
        return requirements
    }

    /// Refuses a flip whose author has not seen the newest listener or trust store.
    private func checkRevision(
        _ change: MutualAuthenticationChange,
        of listener: Listener,
        from previous: MutualAuthentication,
        to wanted: MutualAuthentication
    ) throws(OperatorError) {
        guard let seen = change.seenGeneration else { return }
        let stores = [previous.trustStoreID, wanted.trustStoreID].compactMap { $0 }
        let changedIn = max(
            self.state.listenersChangedIn[listener.id] ?? 0,
            stores.compactMap { self.state.trustStoresChangedIn[$0] }.max() ?? 0
        )
        guard seen < changedIn else { return }
        throw OperatorError(
            .revisionConflict,
            subject: listener.name,
            message: "Listener \(listener.name) or its trust store changed in generation \(changedIn), "
                + "after the generation \(seen) this change was made from.",
            hint:
                "Look at the listener again, and repeat the change if it is still right; nothing was changed."
        )
    }
}

extension MutualAuthentication {
    /// The same for a name, which has no cache of sessions to itself.
    fileprivate var ofName: MutualAuthentication {
        MutualAuthentication(
            mode: self.mode,
            trustStoreID: self.trustStoreID,
            ignoreClientCertificateExpiry: self.ignoreClientCertificateExpiry,
            advertiseTrustStoreCaNames: self.advertiseTrustStoreCaNames,
            requirements: self.requirements
        )
    }
}

extension MutualAuthenticationChange {
    /// What is flipped, for a person.
    fileprivate func object(of listener: Listener) -> String {
        self.serverName.map { "\($0) on listener \(listener.name)" } ?? "listener \(listener.name)"
    }

    /// The name of a setting beyond ALB that the change has; nil where it has none.
    fileprivate var requirementSetting: String? {
        if self.clientCertificate != nil { return "clientCertificate" }
        if self.identityFilters != nil { return "identityFilters" }
        return self.pinnedCertificates == nil ? nil : "pinnedCertificates"
    }
}
