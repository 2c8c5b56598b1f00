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
    /// `::` is all of IPv6 and nothing of IPv4: the engine binds with IPV6_V6ONLY, whatever the system's
    /// default is, so that an address means what it says.
    static func overlap(_ one: IPAddress, _ other: IPAddress) -> Bool {
        one == other || one.isIPv6 == other.isIPv6 && (one.isUnspecified || other.isUnspecified)
    }
}
