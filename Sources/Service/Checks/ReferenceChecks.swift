import Model

/// Whether a configuration that was put together from parts of others holds together.
///
/// A declaration is checked by name on its way in; this looks at what taking a change back would leave.
enum ReferenceChecks {
    /// What is wrong first, as the rest of a sentence; nil if nothing is.
    static func firstFlaw(in configuration: Model.Configuration) -> String? {
        let listeners = configuration.listeners.map(\.listener)
        for (kind, names) in [
            ("load balancers", configuration.loadBalancers.map(\.name)),
            ("trust stores", configuration.trustStores.map(\.name)),
            ("target groups", configuration.targetGroups.map(\.name)),
            ("listeners", listeners.map(\.name)),
        ] {
            var seen: Set<String> = []
            if let twice = names.first(where: { !seen.insert($0).inserted }) {
                return "two \(kind) would be named \(twice)"
            }
        }
        do throws(OperatorError) {
            try PortChecks.check(configuration.loadBalancers, paths: [:])
        } catch {
            return "listener \(error.subject) would have a port that is taken"
        }
        for group in configuration.targetGroups {
            if let id = group.tls?.clientCertificateID, configuration.certificate(id) == nil {
                return "target group \(group.name) would refer to a certificate that is not there"
            }
        }
        for listener in listeners {
            if let part = self.missingPart(of: listener, in: configuration) {
                return "listener \(listener.name) would refer to a \(part) that is not there"
            }
        }
        for group in configuration.targetGroups {
            if let id = group.tls?.clientCertificateID, configuration.certificate(id) == nil {
                return "target group \(group.name) would refer to a certificate that is not there"
            }
        }
        return nil
    }

    private static func missingPart(of listener: Listener, in configuration: Model.Configuration) -> String? {
        if listener.certificateIDs.contains(where: { configuration.certificate($0) == nil }) {
            return "certificate"
        }
        let stores =
            [listener.mutualAuthentication.trustStoreID]
            + listener.namePolicies.map(\.mutualAuthentication.trustStoreID)
        if stores.compactMap({ $0 }).contains(where: { configuration.trustStore($0) == nil }) {
            return "trust store"
        }
        let groups =
            ([listener.defaultAction] + listener.rules.map(\.action)).flatMap(\.targetGroupIDs)
            + listener.relay.sniRoutes.map(\.targetGroupID)
        if groups.contains(where: { configuration.targetGroup($0) == nil }) { return "target group" }
        return nil
    }
}
