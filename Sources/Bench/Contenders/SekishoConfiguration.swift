import Model

/// Sekisho's own configuration for the benchmark.
struct SekishoConfiguration {
    let site: Site
    let ports: Site.Ports
    var workers = 1
    /// Listeners in `verify`, on ports in a row.
    var listeners: UInt16 = 1
    /// Of each of these listeners, in front of its default action.
    var rules = 0
    /// Files, of the trust store.
    var revocationLists: [String] = []
    var ignoresExpiry = false

    /// The path that a rule is for.
    static func path(ofRule number: Int) -> String { "/rule-\(number)" }

    var text: String {
        """
        workers: \(self.workers)
        loadBalancers:
        \(self.verifyBalancers.joined(separator: "\n"))
          - name: off
            type: application
            address: 127.0.0.1
            listeners:
              - {port: \(self.ports.off), protocol: HTTPS, \(self.certificate), \(Self.forward("origin"))}
              - {port: \(self.ports.resuming), protocol: HTTPS, \(self.certificate), \(Self.resuming), \(
                  Self.forward("origin"))}
          - name: bytes
            type: network
            address: 127.0.0.1
            listeners:
              - {port: \(self.ports.tcp), protocol: TCP, \(Self.forward("bytes"))}
        trustStores:
          - {name: clients, caCertificatesBundle: \(self.site.rootCertificate), revocationLists: [\(
              self.revocationLists.joined(separator: ", "))]}
        targetGroups:
          - {name: origin, protocol: HTTP, \(self.targets)}
          - {name: bytes, protocol: TCP, \(self.targets)}

        """
    }

    /// So many load balancers that each keeps within its quota of listeners.
    private var verifyBalancers: [String] {
        stride(from: 0, to: self.listeners, by: Quotas.listenersPerLoadBalancer).map { first in
            let rest = first..<min(self.listeners, first + UInt16(Quotas.listenersPerLoadBalancer))
            return """
                  - name: verify-\(first)
                    type: application
                    address: 127.0.0.1
                    listeners:
                \(rest.map { "      - " + self.verifyListener(self.ports.verify + $0) }.joined(separator: "\n"))
                """
        }
    }

    private func verifyListener(_ port: UInt16) -> String {
        let rules =
            self.rules == 0 ? "" : "rules: [\((1...self.rules).map(Self.rule).joined(separator: ", "))], "
        let expiry = self.ignoresExpiry ? ", ignoreClientCertificateExpiry: true" : ""
        return "{port: \(port), protocol: HTTPS, \(self.certificate), "
            + "mutualAuthentication: {mode: verify, trustStore: clients\(expiry)}, "
            + "\(rules)\(Self.forward("origin"))}"
    }

    private static func rule(_ number: Int) -> String {
        let condition = "{field: path-pattern, values: [\(self.path(ofRule: number))/*]}"
        return "{priority: \(number), conditions: [\(condition)], "
            + "actions: [{type: forward, targetGroup: origin}]}"
    }

    private static let resuming =
        "mutualAuthentication: {mode: verify, trustStore: clients, sessionResumption: {enabled: true}}"

    private static func forward(_ group: String) -> String {
        "defaultActions: [{type: forward, targetGroup: \(group)}]"
    }

    private var certificate: String {
        "certificates: [{certificate: \(self.site.serverCertificate), privateKey: \(self.site.serverKey)}]"
    }

    private var targets: String { "targets: [{id: 127.0.0.1, port: \(self.site.originPort)}]" }
}
