import Model

/// Declarations the tests begin from.
enum Declarations {
    static let author = Author(name: "alice", via: "sekisho apply")

    /// Two HTTPS listeners (`verify` and `passthrough`) and an HTTP one, with all they refer to.
    static func edge() throws -> DesiredConfiguration {
        let pki = try DeclaredCertificates.shared.get()
        return DesiredConfiguration(
            workers: 2,
            loadBalancers: [
                DesiredLoadBalancer(
                    name: "edge",
                    address: .loopback,
                    listeners: [
                        DesiredListener(
                            port: 8443,
                            protocol: .https,
                            certificates: [pki.server],
                            mutualAuthentication: DesiredMutualAuthentication(
                                mode: .verify,
                                trustStore: "clients"
                            ),
                            defaultActions: [.forward(targetGroup: "app")]
                        ),
                        DesiredListener(
                            name: "inspect",
                            port: 8442,
                            protocol: .https,
                            certificates: [pki.server],
                            mutualAuthentication: DesiredMutualAuthentication(mode: .passthrough),
                            defaultActions: [.fixedResponse(try Self.hello())]
                        ),
                        DesiredListener(
                            port: 8080,
                            protocol: .http,
                            defaultActions: [.forward(targetGroup: "app")]
                        ),
                    ]
                )
            ],
            trustStores: [DesiredTrustStore(name: "clients", caCertificatesBundle: pki.bundle)],
            targetGroups: [
                DesiredTargetGroup(name: "app", targets: [Target(id: .loopback, port: 9000)])
            ]
        )
    }

    static func hello(_ body: String = "hello") throws(OperatorError) -> FixedResponse {
        try FixedResponse(statusCode: 200, contentType: "text/plain", messageBody: body)
    }
}

extension DesiredConfiguration {
    /// A copy with something changed.
    func with(_ change: (inout DesiredConfiguration) throws -> Void) rethrows -> DesiredConfiguration {
        var copy = self
        try change(&copy)
        return copy
    }

    /// The first load balancer's listener.
    subscript(listener index: Int) -> DesiredListener {
        get { self.loadBalancers[0].listeners[index] }
        set { self.loadBalancers[0].listeners[index] = newValue }
    }
}

extension HealthCheck {
    /// A copy with something changed.
    func with(_ change: (inout HealthCheck) -> Void) -> HealthCheck {
        var copy = self
        change(&copy)
        return copy
    }
}
