import Model

/// What one change did to the configuration, resource by resource, so that it can be taken back.
///
/// Private keys are not part of it, only the certificates they belong to.
struct ConfigurationDelta: Hashable, Sendable, Codable {
    /// A resource before and after; nil where it did not exist.
    struct Edit<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
        let before: Value?
        let after: Value?
    }

    struct PlacedListener: Hashable, Sendable, Codable, Identified {
        let loadBalancerID: ResourceID
        let listener: Listener

        var id: ResourceID { self.listener.id }
    }

    let workers: Edit<Int>?
    /// Without their listeners.
    let loadBalancers: [Edit<LoadBalancer>]
    let listeners: [Edit<PlacedListener>]
    let trustStores: [Edit<TrustStore>]
    let targetGroups: [Edit<TargetGroup>]
    let certificates: [Edit<ServerCertificate>]

    init(from old: Model.Configuration, to new: Model.Configuration) {
        self.workers = old.workers == new.workers ? nil : Edit(before: old.workers, after: new.workers)
        self.loadBalancers = Self.edits(Self.bare(old), Self.bare(new))
        self.listeners = Self.edits(Self.placed(old), Self.placed(new))
        self.trustStores = Self.edits(old.trustStores, new.trustStores)
        self.targetGroups = Self.edits(old.targetGroups, new.targetGroups)
        self.certificates = Self.edits(old.certificates, new.certificates)
    }

    /// Keys that taking the change back needs again: of certificates and of functions.
    var formerKeyIDs: [ResourceID] {
        self.certificates.compactMap { $0.before?.id }
            + self.targetGroups.compactMap { $0.before?.signingKeyID }
    }

    /// The configuration with this change taken back and everything else as it is.
    ///
    /// - Parameters:
    ///   - current: what is in force.
    ///   - number: the change's, for messages.
    /// - Returns: the configuration to put in force; it holds together.
    /// - Throws: ``OperatorError`` with `RevisionConflict` where what it changed has changed again, or where
    ///   what came later needs what it made.
    func undone(
        in current: Model.Configuration,
        change number: Int64
    ) throws(OperatorError) -> Model.Configuration {
        if let workers, workers.after != current.workers { throw Self.conflict("workers", number) }
        let balancers = try Self.undo(self.loadBalancers, in: Self.bare(current), number) {
            "load balancer \($0.name)"
        }
        let listeners = try Self.undo(self.listeners, in: Self.placed(current), number) {
            "listener \($0.listener.name)"
        }
        let configuration = Model.Configuration(
            workers: self.workers.map(\.before) ?? current.workers,
            loadBalancers: balancers.map { balancer in
                balancer.with(
                    listeners.filter { $0.loadBalancerID == balancer.id }.map(\.listener)
                        .sorted { ($0.port, $0.name) < ($1.port, $1.name) }
                )
            },
            trustStores: try self.undoneTrustStores(in: current, number),
            targetGroups: try Self.undo(self.targetGroups, in: current.targetGroups, number) {
                "target group \($0.name)"
            },
            certificates: try Self.undo(self.certificates, in: current.certificates, number) {
                "certificate \($0.leaf.subject)"
            }
        )
        let places = Set(balancers.map(\.id))
        if let homeless = listeners.first(where: { !places.contains($0.loadBalancerID) }) {
            throw Self.unfit("listener \(homeless.listener.name) would have no load balancer", number)
        }
        if let flaw = ReferenceChecks.firstFlaw(in: configuration) { throw Self.unfit(flaw, number) }
        return configuration
    }

    /// A revision is a name that was given once: a bundle that comes back gets another.
    private func undoneTrustStores(
        in current: Model.Configuration,
        _ number: Int64
    ) throws(OperatorError) -> [TrustStore] {
        let unnumbered = self.trustStores.map { edit in
            Edit(before: edit.before?.with(revision: 0), after: edit.after?.with(revision: 0))
        }
        let revisions = Dictionary(
            current.trustStores.map { ($0.id, $0.revision) },
            uniquingKeysWith: { first, _ in first }
        )
        let former = Dictionary(
            self.trustStores.compactMap { edit in edit.before.map { ($0.id, $0.revision) } },
            uniquingKeysWith: { first, _ in first }
        )
        let stores = try Self.undo(unnumbered, in: current.trustStores.map { $0.with(revision: 0) }, number) {
            "trust store \($0.name)"
        }
        return stores.map { store in
            // Ids of lists are given once too.
            let used = current.trustStore(store.id)?.nextRevocationID ?? 1
            let store = store.with(lists: store.revocationLists, nextID: used)
            guard let revision = former[store.id] else {
                return store.with(revision: revisions[store.id] ?? 1)
            }
            return store.with(revision: revisions[store.id].map { $0 + 1 } ?? revision)
        }
    }

    private static func bare(_ configuration: Model.Configuration) -> [LoadBalancer] {
        configuration.loadBalancers.map { $0.with([]) }
    }

    private static func placed(_ configuration: Model.Configuration) -> [PlacedListener] {
        configuration.listeners.map { PlacedListener(loadBalancerID: $0.id, listener: $1) }
    }

    private static func edits<Value: Identified>(_ old: [Value], _ new: [Value]) -> [Edit<Value>] {
        let before = self.byID(old)
        let after = self.byID(new)
        return old.filter { after[$0.id] == nil }.map { Edit(before: $0, after: nil) }
            + new.filter { before[$0.id] != $0 }.map { Edit(before: before[$0.id], after: $0) }
    }

    private static func undo<Value: Identified>(
        _ edits: [Edit<Value>],
        in current: [Value],
        _ number: Int64,
        called name: (Value) -> String
    ) throws(OperatorError) -> [Value] {
        var values = self.byID(current)
        for edit in edits {
            guard let known = edit.before ?? edit.after else { continue }
            guard values[known.id] == edit.after else { throw self.conflict(name(known), number) }
            values[known.id] = edit.before
        }
        let order = Dictionary(
            (current + edits.compactMap(\.before)).enumerated().map { ($1.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return values.values.sorted { order[$0.id, default: 0] < order[$1.id, default: 0] }
    }

    private static func byID<Value: Identified>(_ values: [Value]) -> [ResourceID: Value] {
        Dictionary(values.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func conflict(_ resource: String, _ number: Int64) -> OperatorError {
        OperatorError(
            .revisionConflict,
            subject: "change \(number)",
            message: "Change \(number) cannot be taken back: \(resource) has changed again since.",
            hint: "Undo the later change first (`sekisho changes` lists them), or make the change you want; "
                + "nothing was changed."
        )
    }

    private static func unfit(_ flaw: String, _ number: Int64) -> OperatorError {
        OperatorError(
            .revisionConflict,
            subject: "change \(number)",
            message: "Change \(number) cannot be taken back: \(flaw).",
            hint: "Undo what came after it first, or make the change you want; nothing was changed."
        )
    }
}
