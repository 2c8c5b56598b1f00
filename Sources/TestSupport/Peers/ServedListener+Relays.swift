public import Model

extension ServedListener {
    /// A TCP listener, on a free port of 127.0.0.1 unless said otherwise; a TLS listener with `tls`.
    public static func relay(
        id: ResourceID = .random(),
        at endpoint: Endpoint = Endpoint(address: .loopback, port: 0),
        tls: ServedTLS? = nil,
        to targets: [Endpoint],
        sendsProxyProtocol: Bool = false,
        acceptsProxyProtocol: Bool = false,
        idleTimeout: Duration = .seconds(60),
        routes: [String: [Endpoint]] = [:],
        usesTLS: Bool = false
    ) -> ServedListener {
        func group(_ targets: [Endpoint], _ number: UInt64) -> ServedRelayGroup {
            ServedRelayGroup(
                targetGroupID: ResourceID(bits: number),
                targets: targets,
                sendsProxyProtocol: sendsProxyProtocol,
                usesTLS: usesTLS
            )
        }
        let names = routes.keys.sorted()
        let groups = names.enumerated().map { index, name in
            (name, group(routes[name] ?? [], UInt64(index) + 2))
        }
        return ServedListener(
            id: id,
            name: "relay",
            loadBalancerPath: "net/test/0123456789abcdef",
            endpoint: endpoint,
            tls: tls,
            action: .forward(targetGroupID: ResourceID(bits: 1), targets: targets),
            relay: ServedRelay(
                idleTimeout: idleTimeout,
                acceptsProxyProtocol: acceptsProxyProtocol,
                defaultGroup: group(targets, 1),
                groupsByServerName: Dictionary(uniqueKeysWithValues: groups)
            )
        )
    }
}
