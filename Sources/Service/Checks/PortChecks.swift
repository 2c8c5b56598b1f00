import Model

/// No two listeners may answer on the same port of one address.
enum PortChecks {
    static func check(
        _ balancers: [LoadBalancer],
        paths: [ResourceID: String]
    ) throws(OperatorError) {
        var taken: [UInt16: [(address: IPAddress, listener: Listener)]] = [:]
        for balancer in balancers {
            // Port 0 is a different free port for each listener.
            for listener in balancer.listeners where listener.port != 0 {
                let others = taken[listener.port, default: []]
                if let other = others.first(where: { Self.overlap($0.address, balancer.address) }) {
                    throw OperatorError(
                        .duplicateListener,
                        subject: paths[listener.id].map { "\($0).port" } ?? listener.name,
                        message: "Port \(listener.port) of \(balancer.address) is taken by listener "
                            + "\(other.listener.name) on \(other.address).",
                        hint: "Choose another port, or another address for one of the two."
                    )
                }
                taken[listener.port, default: []].append((balancer.address, listener))
            }
        }
    }

    /// Whether a client's packet could be meant for either.
    ///
    /// `::` takes IPv4 as well where the system's `bindv6only` is 0, which is Linux's default.
    static func overlap(_ one: IPAddress, _ other: IPAddress) -> Bool {
        if one == other { return true }
        if one.isUnspecified, one.isIPv6 || !other.isIPv6 { return true }
        return other.isUnspecified && (other.isIPv6 || !one.isIPv6)
    }
}
