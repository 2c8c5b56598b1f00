import Model

/// Checks a declaration whole and gives its resources the identifiers they have or will have.
///
/// The first thing that is wrong is reported, with the path of its field as subject. Resources are
/// recognised by name, listeners by load balancer and port; what is recognised keeps its identifier.
struct ConfigurationResolver {
    let current: Model.Configuration
    let keys: [ResourceID: SecretText]
    let now: Timestamp
    /// Revocation lists that the gate has, by fingerprint.
    var lists: [String: RevocationContent] = [:]
    /// Revocation lists that were read for the declaration, by path.
    var files: [String: Result<ReadFile, OperatorError>] = [:]

    func resolve(_ desired: DesiredConfiguration) throws(OperatorError) -> Resolution {
        if let workers = desired.workers, !Quotas.workers.contains(workers) {
            throw .outOfRange(
                "workers",
                got: "\(workers)",
                allowed: "\(Quotas.workers.lowerBound)–\(Quotas.workers.upperBound)"
            )
        }
        var trust = TrustStoreChecks(
            current: self.current.trustStores,
            files: self.files,
            contents: self.lists,
            now: self.now
        )
        let stores = try trust.resolve(desired.trustStores)
        var targetGroups = TargetGroupChecks(
            current: self.current.targetGroups,
            now: self.now,
            certificates: CertificatePool(current: self.current.certificates, keys: self.keys),
            signingKeys: SigningKeyPool(current: self.keys)
        )
        let groups = try targetGroups.resolve(desired.targetGroups)
        var listeners = ListenerChecks(
            trustStores: stores,
            targetGroups: groups,
            certificates: targetGroups.certificates
        )
        let balancers = try self.loadBalancers(desired.loadBalancers, listeners: &listeners)
        try PortChecks.check(balancers, paths: listeners.paths)
        return Resolution(
            configuration: Model.Configuration(
                workers: desired.workers,
                loadBalancers: balancers,
                trustStores: stores,
                targetGroups: groups,
                certificates: listeners.certificates.used
            ),
            keys: listeners.certificates.usedKeys.merging(targetGroups.signingKeys.used) { key, _ in key },
            paths: listeners.paths,
            freshLists: trust.editor.fresh
        )
    }

    private func loadBalancers(
        _ desired: [DesiredLoadBalancer],
        listeners: inout ListenerChecks
    ) throws(OperatorError) -> [LoadBalancer] {
        try Self.checkQuota(desired.count, Quotas.loadBalancers, of: "load balancers", field: "loadBalancers")
        var names: Set<String> = []
        var balancers: [LoadBalancer] = []
        for (index, wanted) in desired.enumerated() {
            let path = "loadBalancers[\(index)]"
            try ResourceName.check(wanted.name, kind: "Load balancer", field: "\(path).name")
            guard names.insert(wanted.name).inserted else {
                throw .duplicate(
                    .duplicateLoadBalancerName,
                    kind: "load balancer",
                    name: wanted.name,
                    field: "\(path).name"
                )
            }
            try Self.checkQuota(
                wanted.listeners.count,
                Quotas.listenersPerLoadBalancer,
                of: "listeners of one load balancer",
                field: "\(path).listeners"
            )
            try AttributeChecks.check(wanted, path: path)
            let previous = self.current.loadBalancers.first { $0.name == wanted.name }
            let resolved = try listeners.resolve(wanted, previous: previous, path: path)
            balancers.append(
                LoadBalancer(
                    id: previous?.id ?? .random(),
                    name: wanted.name,
                    type: wanted.type,
                    address: wanted.address,
                    listeners: resolved,
                    http2: wanted.http2 ?? true,
                    attributes: wanted.attributes,
                    logs: wanted.logs
                )
            )
        }
        return balancers
    }

    /// How many of a kind there may be.
    static func checkQuota(
        _ count: Int,
        _ quota: Int,
        of kind: String,
        field: String
    ) throws(OperatorError) {
        guard count > quota else { return }
        throw OperatorError(
            .quotaExceeded,
            subject: field,
            message: "There are \(count) \(kind); at most \(quota) are allowed.",
            hint: "Remove \(count - quota) of them; nothing was changed."
        )
    }
}
