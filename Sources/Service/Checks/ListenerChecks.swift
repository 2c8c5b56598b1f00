import Model
import TLS

/// What a declared listener must be.
///
/// ALB allows two `verify` listeners on one load balancer, because its trust stores cost it memory on shared
/// machines. This gate shares nothing with strangers, so that quota is not enforced.
struct ListenerChecks {
    let trustStores: [TrustStore]
    let targetGroups: [TargetGroup]
    var certificates: CertificatePool

    /// Where each listener stands in the declaration.
    private(set) var paths: [ResourceID: String] = [:]
    private var names: Set<String> = []

    init(trustStores: [TrustStore], targetGroups: [TargetGroup], certificates: CertificatePool) {
        self.trustStores = trustStores
        self.targetGroups = targetGroups
        self.certificates = certificates
    }

    /// The listeners of a load balancer, ordered by port.
    mutating func resolve(
        _ balancer: DesiredLoadBalancer,
        previous: LoadBalancer?,
        path: String
    ) throws(OperatorError) -> [Listener] {
        var ports: Set<UInt16> = []
        var listeners: [Listener] = []
        for (index, wanted) in balancer.listeners.enumerated() {
            let path = "\(path).listeners[\(index)]"
            guard wanted.port == 0 || ports.insert(wanted.port).inserted else {
                throw OperatorError(
                    .duplicateListener,
                    subject: "\(path).port",
                    message: "Load balancer \(balancer.name) has two listeners on port \(wanted.port).",
                    hint: "Choose another port for one of them."
                )
            }
            let name = try self.name(of: wanted, in: balancer, path: path)
            let known = previous?.listeners.first {
                $0.port == wanted.port && (wanted.port != 0 || $0.name == name)
            }
            let rules = RelayRules(targetGroups: self.targetGroups)
            try rules.checkPairing(wanted, name: name, of: balancer.type, path: path)
            let listener = try self.listener(wanted, name: name, known: known, path: path)
            self.paths[listener.id] = path
            listeners.append(listener)
        }
        try ConfigurationResolver.checkQuota(
            listeners.reduce(0) { $0 + $1.additionalCertificateIDs.count },
            Quotas.additionalCertificatesPerLoadBalancer,
            of: "certificates beside the default ones of one load balancer",
            field: "\(path).listeners"
        )
        try ConfigurationResolver.checkQuota(
            listeners.reduce(0) { $0 + $1.rules.count },
            Quotas.rulesPerLoadBalancer,
            of: "rules of one load balancer",
            field: "\(path).listeners"
        )
        return listeners.sorted { ($0.port, $0.name) < ($1.port, $1.name) }
    }

    private mutating func name(
        of wanted: DesiredListener,
        in balancer: DesiredLoadBalancer,
        path: String
    ) throws(OperatorError) -> String {
        if let name = wanted.name { try ResourceName.check(name, kind: "Listener", field: "\(path).name") }
        let name = wanted.name ?? "\(balancer.name)-\(wanted.port)"
        guard self.names.insert(name).inserted else {
            throw .duplicate(
                .duplicateListener,
                kind: "listener",
                name: name,
                field: wanted.name == nil ? path : "\(path).name"
            )
        }
        return name
    }

    private mutating func listener(
        _ wanted: DesiredListener,
        name: String,
        known: Listener?,
        path: String
    ) throws(OperatorError) -> Listener {
        let actions = ActionChecks(targetGroups: self.targetGroups)
        return Listener(
            id: known?.id ?? .random(),
            name: name,
            port: wanted.port,
            protocol: wanted.protocol,
            certificateID: try self.certificate(wanted, name: name, path: path),
            mutualAuthentication: try self.authentication(wanted, name: name, known: known, path: path),
            defaultAction: try actions.resolve(
                wanted.defaultActions,
                of: "Listener \(name)",
                speaks: wanted.protocol,
                path: "\(path).defaultActions"
            ),
            sslPolicy: try SecurityPolicyChecks.resolve(wanted, name: name, path: path),
            additionalCertificateIDs: try self.additionalCertificates(wanted, name: name, path: path),
            rules: try RuleResolver(actions: actions).resolve(wanted, name: name, known: known, path: path),
            namePolicies: try self.namePolicies(wanted, name: name, path: path),
            relay: try RelayRules(targetGroups: self.targetGroups).settings(wanted, name: name, path: path),
            proxyProtocolSources: try ProxySourceChecks.check(wanted, name: name, path: path),
            identityHeaders: try IdentityHeaderChecks.check(wanted, name: name, path: path)
        )
    }

    private mutating func certificate(
        _ wanted: DesiredListener,
        name: String,
        path: String
    ) throws(OperatorError) -> ResourceID? {
        switch wanted.protocol {
        case .http, .tcp:
            guard wanted.certificates.isEmpty else {
                throw OperatorError(
                    .validationError,
                    subject: "\(path).certificates",
                    message: "Listener \(name) speaks \(wanted.protocol.rawValue), which has no use for a "
                        + "certificate.",
                    hint: "Remove certificates, or make the protocol "
                        + "\(wanted.protocol == .tcp ? "TLS" : "HTTPS")."
                )
            }
            return nil
        case .https, .tls:
            guard let first = wanted.certificates.first else {
                throw OperatorError(
                    .validationError,
                    subject: "\(path).certificates",
                    message: "Listener \(name) speaks \(wanted.protocol.rawValue) and has no certificate.",
                    hint: "Give it a certificate with its privateKey."
                )
            }
            return try self.certificates.resolve(first, field: "\(path).certificates[0]")
        }
    }

    /// The certificates behind the default one, which only a server name can choose.
    private mutating func additionalCertificates(
        _ wanted: DesiredListener,
        name: String,
        path: String
    ) throws(OperatorError) -> [ResourceID] {
        var ids =
            wanted.certificates.isEmpty
            ? [] : [try self.certificates.resolve(wanted.certificates[0], field: "\(path).certificates[0]")]
        for (index, certificate) in wanted.certificates.enumerated().dropFirst() {
            let field = "\(path).certificates[\(index)]"
            let id = try self.certificates.resolve(certificate, field: field)
            guard !CertificateReader.serverNames(certificate.certificate).isEmpty else {
                throw OperatorError(
                    .invalidCertificate,
                    subject: "\(field).certificate",
                    message: "\(certificate.certificate.path) names no server (subjectAltName, dNSName), "
                        + "so no client could ever be shown it.",
                    hint: "Issue it with the names it is for, or make it the first of listener \(name)."
                )
            }
            guard !ids.contains(id) else {
                throw OperatorError(
                    .validationError,
                    subject: "\(field).certificate",
                    message: "Listener \(name) has the certificate \(certificate.certificate.path) twice.",
                    hint: "Remove one of the two."
                )
            }
            ids.append(id)
        }
        return Array(ids.dropFirst())
    }

    private func namePolicies(
        _ wanted: DesiredListener,
        name: String,
        path: String
    ) throws(OperatorError) -> [NamePolicy] {
        let field = "\(path).namePolicies"
        guard wanted.protocol == .https || wanted.namePolicies.isEmpty else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: field,
                message: "Listener \(name) speaks \(wanted.protocol.rawValue), where names have no policies.",
                hint: "Remove namePolicies, or make the protocol HTTPS."
            )
        }
        do {
            try NamePolicy.check(names: wanted.namePolicies.map(\.names))
        } catch {
            throw error.about(field + error.subject)
        }
        var policies: [NamePolicy] = []
        for (index, policy) in wanted.namePolicies.enumerated() {
            let path = "\(field)[\(index)]"
            guard policy.mutualAuthentication.sessionResumption == nil else {
                throw OperatorError(
                    .validationError,
                    subject: "\(path).mutualAuthentication.sessionResumption",
                    message: "All names of listener \(name) share one cache of sessions.",
                    hint: "Put sessionResumption into the listener's own mutualAuthentication."
                )
            }
            var listener = wanted
            listener.mutualAuthentication = policy.mutualAuthentication
            let authentication = try self.authentication(listener, name: name, known: nil, path: path)
            try SecurityPolicyChecks.check(
                wanted.sslPolicy.flatMap(SecurityPolicy.named) ?? .standard,
                mode: authentication.mode,
                listener: name,
                field: "\(path).mutualAuthentication.mode"
            )
            policies.append(NamePolicy(names: policy.names, mutualAuthentication: authentication))
        }
        return policies
    }

    private func authentication(
        _ wanted: DesiredListener,
        name: String,
        known: Listener?,
        path: String
    ) throws(OperatorError) -> MutualAuthentication {
        let desired = wanted.mutualAuthentication
        let field = "\(path).mutualAuthentication"
        guard wanted.protocol.terminatesTLS || desired.mode == .off else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: "\(field).mode",
                message: "Listener \(name) \(wanted.protocol.reasonAgainstModes).",
                hint: "Make the protocol \(wanted.protocol == .tcp ? "TLS" : "HTTPS"), or the mode off."
            )
        }
        let rules = MutualAuthenticationRules(trustStores: self.trustStores)
        try rules.checkOptions(
            mode: desired.mode,
            trustStore: desired.trustStore,
            ignoresExpiry: desired.ignoreClientCertificateExpiry,
            advertises: desired.advertiseTrustStoreCaNames,
            requirement: desired.requirements.map { _ in "clientCertificate" },
            resumes: desired.sessionResumption != nil,
            field: { "\(field).\($0)" }
        )
        let named = try desired.trustStore.map { name throws(OperatorError) in
            try rules.trustStore(named: name, field: "\(field).trustStore")
        }
        do throws(OperatorError) {
            try desired.sessionResumption?.check()
        } catch {
            throw error.about("\(field).sessionResumption.\(error.subject)")
        }
        if desired.mode == .verify {
            guard let named else {
                throw OperatorError(
                    .validationError,
                    subject: "\(field).trustStore",
                    message: "Listener \(name) is in mode verify and names no trust store.",
                    hint: rules.knownStores(or: "Declare one under trustStores, and name it here.")
                )
            }
            do throws(OperatorError) {
                try desired.requirements?.check()
            } catch {
                throw error.about("\(field).\(error.subject)")
            }
            return MutualAuthentication(
                mode: .verify,
                trustStoreID: named.id,
                ignoreClientCertificateExpiry: desired.ignoreClientCertificateExpiry ?? false,
                advertiseTrustStoreCaNames: desired.advertiseTrustStoreCaNames ?? false,
                requirements: desired.requirements ?? .standard,
                sessionResumption: desired.sessionResumption
            )
        }
        guard wanted.protocol.terminatesTLS else { return .off }
        let former = known?.mutualAuthentication
        return rules.remembering(
            former,
            mode: desired.mode,
            trustStoreID: named?.id,
            sessionResumption: desired.mode == .off ? former?.sessionResumption : desired.sessionResumption
        )
    }
}
