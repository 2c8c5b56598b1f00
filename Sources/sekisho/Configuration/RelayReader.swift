import Model

/// Reads what only TCP and TLS listeners have.
enum RelayReader {
    static let listenerKeys = ["acceptProxyProtocol", "idleTimeoutSeconds", "sniRoutes"]

    /// nil where the declaration is silent.
    static func settings(_ mapping: Mapping) -> DesiredRelaySettings? {
        guard self.listenerKeys.contains(where: { mapping.optional($0) != nil }) else { return nil }
        return DesiredRelaySettings(
            idleTimeoutSeconds: mapping.optional("idleTimeoutSeconds")?
                .integer(in: RelaySettings.idleTimeoutRange),
            acceptProxyProtocol: mapping.optional("acceptProxyProtocol")?.boolean(),
            sniRoutes: mapping.optional("sniRoutes")?.list()?.compactMap(self.route) ?? []
        )
    }

    private static func route(_ field: Field) -> DesiredSNIRoute? {
        guard let mapping = field.mapping(of: "an SNI route", keys: ["serverNames", "targetGroup"]) else {
            return nil
        }
        let names = mapping.required("serverNames")?.list()?.compactMap { $0.text() }
        let group = mapping.required("targetGroup")?.text()
        guard let names, let group else { return nil }
        return DesiredSNIRoute(serverNames: names, targetGroup: group)
    }
}
