import Model
import Yams

/// Turns the fields of a YAML document into a declared configuration.
///
/// Keys are ELBv2's names in lowerCamelCase. Only the form is checked here: what the values mean to each
/// other, to the files' contents and to the machine is the service's to judge.
struct ConfigurationReader {
    /// Relative paths of the document begin here.
    let directory: String

    func configuration(_ root: Field) -> DesiredConfiguration? {
        let keys = ["loadBalancers", "targetGroups", "trustStores", "workers"]
        guard let mapping = root.mapping(of: "a configuration", keys: keys) else { return nil }
        return DesiredConfiguration(
            workers: mapping.optional("workers")?.integer(in: Quotas.workers),
            loadBalancers: self.entries(mapping.optional("loadBalancers"), self.loadBalancer),
            trustStores: self.entries(mapping.optional("trustStores"), self.trustStore),
            targetGroups: self.entries(mapping.optional("targetGroups"), self.targetGroup)
        )
    }

    /// Reads every entry of a list, the faulty ones too, so that all problems are found at once.
    func entries<Entry>(_ field: Field?, _ read: (Field) -> Entry?) -> [Entry] {
        field?.list()?.compactMap(read) ?? []
    }

    private func loadBalancer(_ field: Field) -> DesiredLoadBalancer? {
        let keys = ["address", "attributes", "http2", "listeners", "name", "type"]
        guard let mapping = field.mapping(of: "a load balancer", keys: keys) else { return nil }
        let name = mapping.required("name")?.text()
        let type = mapping.optional("type").map { $0.choice(of: LoadBalancer.Kind.self) } ?? .application
        let address = mapping.required("address")?.address()
        let listeners = self.entries(mapping.required("listeners"), self.listener)
        let (attributes, http2, logs) = AttributeReader.read(mapping)
        guard let name, let type, let address else { return nil }
        return DesiredLoadBalancer(
            name: name,
            type: type,
            address: address,
            listeners: listeners,
            http2: http2,
            attributes: attributes,
            logs: logs
        )
    }

    private func listener(_ field: Field) -> DesiredListener? {
        let keys =
            [
                "attributes", "certificates", "defaultActions", "identityHeaders", "mutualAuthentication",
                "name", "namePolicies", "port",
                "protocol", "proxyProtocolSources", "rules", "sslPolicy",
            ] + RelayReader.listenerKeys
        guard let mapping = field.mapping(of: "a listener", keys: keys) else { return nil }
        let name = mapping.optional("name")?.text()
        let port = mapping.required("port")?.integer(in: 1...65_535)
        let kind = mapping.required("protocol")?.choice(of: Listener.ListenerProtocol.self)
        let certificates = self.entries(mapping.optional("certificates"), self.certificate)
        let mutualAuthentication =
            mapping.optional("mutualAuthentication").map {
                self.mutualAuthentication($0, more: ["sessionResumption"])
            }
            ?? DesiredMutualAuthentication(mode: .off)
        let actions = self.entries(mapping.required("defaultActions"), ActionReader.read)
        let rules = self.entries(mapping.optional("rules"), RuleReader.read)
        let namePolicies = self.entries(mapping.optional("namePolicies"), self.namePolicy)
        let relay = RelayReader.settings(mapping)
        guard let port, let kind, let mutualAuthentication else { return nil }
        return DesiredListener(
            name: name,
            port: UInt16(clamping: port),
            protocol: kind,
            certificates: certificates,
            mutualAuthentication: mutualAuthentication,
            defaultActions: actions,
            sslPolicy: mapping.optional("sslPolicy")?.text(),
            rules: rules,
            namePolicies: namePolicies,
            relay: relay,
            proxyProtocolSources: self.entries(mapping.optional("proxyProtocolSources"), RuleReader.range),
            identityHeaders: IdentityHeaderReader.read(mapping)
        )
    }

    private func certificate(_ field: Field) -> DesiredCertificate? {
        let keys = ["certificate", "privateKey"]
        guard let mapping = field.mapping(of: "a certificate", keys: keys) else { return nil }
        let certificate = self.file(mapping.required("certificate"))
        let key = self.file(mapping.required("privateKey"))
        guard let certificate, let key else { return nil }
        return DesiredCertificate(
            certificate: certificate,
            privateKey: SecretFileContents(path: key.path, text: SecretText(key.text))
        )
    }

    private func namePolicy(_ field: Field) -> DesiredNamePolicy? {
        let keys = ["mutualAuthentication", "names"]
        guard let mapping = field.mapping(of: "a name policy", keys: keys) else { return nil }
        let names = self.entries(mapping.required("names")) { $0.text() }
        guard let mutual = mapping.required("mutualAuthentication").flatMap({ self.mutualAuthentication($0) })
        else {
            return nil
        }
        return DesiredNamePolicy(names: names, mutualAuthentication: mutual)
    }

    /// `more`: keys that only the listener's own has.
    private func mutualAuthentication(
        _ field: Field,
        more: [String] = []
    ) -> DesiredMutualAuthentication? {
        let keys =
            ["advertiseTrustStoreCaNames", "ignoreClientCertificateExpiry", "mode", "trustStore"]
            + RequirementsReader.keys + more
        guard let mapping = field.mapping(of: "mutualAuthentication", keys: keys) else { return nil }
        let mode = mapping.required("mode")?.choice(of: MutualAuthentication.Mode.self)
        let store = mapping.optional("trustStore")?.text()
        let ignoresExpiry = mapping.optional("ignoreClientCertificateExpiry")?.boolean()
        let advertises = mapping.optional("advertiseTrustStoreCaNames")?.boolean()
        guard let mode else { return nil }
        return DesiredMutualAuthentication(
            mode: mode,
            trustStore: store,
            ignoreClientCertificateExpiry: ignoresExpiry,
            advertiseTrustStoreCaNames: advertises,
            requirements: RequirementsReader.read(mapping),
            sessionResumption: mapping.optional("sessionResumption").flatMap(self.sessionResumption)
        )
    }

    private func sessionResumption(_ field: Field) -> SessionResumption? {
        guard let mapping = field.mapping(of: "sessionResumption", keys: ["enabled", "lifetimeSeconds"])
        else { return nil }
        let isEnabled = mapping.required("enabled")?.boolean()
        let seconds = mapping.optional("lifetimeSeconds")?.integer(in: SessionResumption.lifetimes)
        guard isEnabled == true else { return nil }
        return seconds.map { SessionResumption(lifetimeSeconds: $0) } ?? SessionResumption()
    }

    private func trustStore(_ field: Field) -> DesiredTrustStore? {
        let keys = ["caCertificatesBundle", "expiredRevocationLists", "name", "revocationLists", "watch"]
        guard let mapping = field.mapping(of: "a trust store", keys: keys) else { return nil }
        let name = mapping.required("name")?.text()
        var bundle = self.file(mapping.required("caCertificatesBundle"))
        let lists = mapping.optional("revocationLists").map { field in
            self.entries(field) { $0.text().map(self.place) }
        }
        let expired = mapping.optional("expiredRevocationLists").map(self.expiredLists)
        let watch = mapping.optional("watch")?.boolean()
        // The gate looks for it by itself, from wherever it runs.
        if watch == true, let path = bundle?.path { bundle?.path = self.place(path) }
        guard let name, let bundle else { return nil }
        return DesiredTrustStore(
            name: name,
            caCertificatesBundle: bundle,
            revocationLists: lists,
            expiredLists: expired ?? nil,
            watch: watch
        )
    }

    private func place(_ path: String) -> String {
        FileLoader.absolute(FileLoader.resolve(path, relativeTo: self.directory))
    }

    private func expiredLists(_ field: Field) -> ExpiredListPolicy? {
        guard let text = field.text() else { return nil }
        if let policy = ExpiredListPolicy(text) { return policy }
        let range = ExpiredListPolicy.graceSeconds
        field.refuse(
            "\(field.name) is \"\(text)\".",
            hint: "Write use, strict, or a grace of \(range.lowerBound) to \(range.upperBound) seconds."
        )
        return nil
    }

    private func targetGroup(_ field: Field) -> DesiredTargetGroup? {
        let keys = [
            "algorithm", "attributes", "clientCertificate", "function", "healthCheck", "name", "protocol",
            "protocolVersion", "proxyProtocolV2", "targetType", "targetVerification", "targets",
        ]
        guard let mapping = field.mapping(of: "a target group", keys: keys) else { return nil }
        let name = mapping.required("name")?.text()
        let kind =
            mapping.optional("protocol").map { $0.choice(of: TargetGroup.TargetProtocol.self) } ?? .http
        let isFunction = mapping.optional("targetType")?.node.string == TargetGroup.TargetType.lambda.rawValue
        let function = FunctionReader(directory: self.directory).function(of: mapping)
        let targets = isFunction ? [] : self.entries(mapping.required("targets"), self.target)
        let version = mapping.optional("protocolVersion")?.choice(of: TargetGroup.ProtocolVersion.self)
        let healthCheck = mapping.optional("healthCheck").map {
            HealthCheckReader.read(
                $0,
                for: kind ?? .http,
                version: version ?? .http1,
                isFunction: isFunction
            )
        }
        let attributes = TargetGroupAttributeReader(mapping, for: kind ?? .http)
        guard let name, let kind else { return nil }
        return DesiredTargetGroup(
            name: name,
            protocol: kind,
            targets: targets,
            healthCheck: healthCheck ?? nil,
            algorithm: attributes.algorithm,
            proxyProtocolV2: attributes.proxyProtocolV2,
            protocolVersion: version,
            attributes: attributes.values,
            clientCertificate: mapping.optional("clientCertificate").flatMap(self.certificate),
            targetVerification: mapping.optional("targetVerification").flatMap(self.targetVerification),
            function: function
        )
    }

    private func targetVerification(_ field: Field) -> DesiredTargetVerification? {
        let keys = ["caCertificatesBundle", "serverName"]
        guard let mapping = field.mapping(of: "targetVerification", keys: keys) else { return nil }
        let serverName = mapping.optional("serverName")?.text()
        guard let bundle = self.file(mapping.required("caCertificatesBundle")) else { return nil }
        return DesiredTargetVerification(caCertificatesBundle: bundle, serverName: serverName)
    }

    private func target(_ field: Field) -> Target? {
        guard let mapping = field.mapping(of: "a target", keys: ["id", "port"]) else { return nil }
        let address = mapping.required("id")?.address()
        let port = mapping.required("port")?.integer(in: 1...65_535)
        guard let address, let port else { return nil }
        return Target(id: address, port: UInt16(clamping: port))
    }

    private func file(_ field: Field?) -> FileContents? {
        FileLoader.contents(
            of: field,
            in: self.directory,
            hint: "Name a file in PEM that this user can read."
        )
    }
}
