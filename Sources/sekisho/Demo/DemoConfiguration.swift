import Model
import TLS

/// What the demonstration's gate is configured to do.
struct DemoConfiguration: Sendable {
    /// `off`, then `passthrough`, `verify` with a fixed response, `verify`: one port each, from here on.
    let portBase: UInt16
    let echo: Endpoint
    /// Where the function is invoked.
    let function: Endpoint

    var off: UInt16 { self.portBase }
    var passthrough: UInt16 { self.portBase + 1 }
    var verifyFixed: UInt16 { self.portBase + 2 }
    var verifyEcho: UInt16 { self.portBase + 3 }

    /// Listeners the demonstration has.
    static let listeners: UInt16 = 4

    func desired(_ pki: DemoPKI, directory: String) throws(OperatorError) -> DesiredConfiguration {
        let answer = try FixedResponse(
            statusCode: 200,
            contentType: "text/plain",
            messageBody: "You hold a certificate that this gate trusts.\n"
        )
        let certificate = DesiredCertificate(
            certificate: FileContents(path: "\(directory)/server_cert.pem", text: pki.server.chainPEM),
            privateKey: SecretFileContents(path: "\(directory)/server_key.pem", text: pki.server.privateKey)
        )
        let verify = DesiredMutualAuthentication(mode: .verify, trustStore: "clients")
        let plans: [(UInt16, DesiredMutualAuthentication, DesiredAction)] = [
            (self.off, DesiredMutualAuthentication(mode: .off), .forward(targetGroup: "echo")),
            (
                self.passthrough, DesiredMutualAuthentication(mode: .passthrough),
                .forward(targetGroup: DemoFunction.name)
            ),
            (self.verifyFixed, verify, .fixedResponse(answer)),
            (self.verifyEcho, verify, .forward(targetGroup: "echo")),
        ]
        var logs = LoadBalancerLogs()
        logs.access.isEnabled = true
        return DesiredConfiguration(
            loadBalancers: [
                DesiredLoadBalancer(
                    name: "demo",
                    address: .loopback,
                    listeners: plans.map { port, mutualAuthentication, action in
                        DesiredListener(
                            port: port,
                            protocol: .https,
                            certificates: [certificate],
                            mutualAuthentication: mutualAuthentication,
                            defaultActions: [action]
                        )
                    },
                    logs: logs
                )
            ],
            trustStores: [
                DesiredTrustStore(
                    name: "clients",
                    caCertificatesBundle: FileContents(
                        path: "\(directory)/rootCA_cert.pem",
                        text: pki.root.certificatePEM
                    ),
                    revocationLists: ["\(directory)/\(DemoPKI.revocationList)"]
                )
            ],
            targetGroups: [
                DesiredTargetGroup(
                    name: "echo",
                    targets: [Target(id: self.echo.address, port: self.echo.port)]
                ),
                DesiredTargetGroup(
                    name: DemoFunction.name,
                    targets: [],
                    function: DesiredFunction(
                        name: DemoFunction.name,
                        baseURL: "http://\(self.function)"
                    )
                ),
            ]
        )
    }

    /// What to type, for those who do not want the console.
    ///
    /// `program` is how this one was called, so that the lines work where it is not installed.
    func guide(pki: String, state: String, program: String) -> String {
        let curl = "curl --cacert \(pki)/rootCA_cert.pem"
        let with = { (name: String) in "--cert \(pki)/\(name)_cert.pem --key \(pki)/\(name)_key.pem" }
        let url = { (port: UInt16) in "https://localhost:\(port)/" }
        return """
            # off: no certificate is asked for; the echo shows what a target gets
            \(curl) \(url(self.off))
            # passthrough: a function shows the headers it got, with the chain the client sent (curl adds
            # the root it has), or without any
            \(curl) \(with("client")) \(url(self.passthrough))
            \(curl) \(url(self.passthrough))
            # verify: 200 with a certificate the trust store vouches for
            \(curl) \(with("client")) \(url(self.verifyFixed))
            \(curl) \(with("client")) \(url(self.verifyEcho))
            # verify: a failed handshake without one, or with one that is expired, revoked, not yet valid or a
            # stranger's
            \(curl) \(url(self.verifyFixed))
            \(curl) \(with("expired")) \(url(self.verifyFixed))
            \(curl) \(with("revoked")) \(url(self.verifyFixed))
            \(curl) \(with("not_yet_valid")) \(url(self.verifyFixed))
            \(curl) \(with("unknown_ca")) \(url(self.verifyFixed))
            # a forged header never reaches the target
            \(curl) -H 'X-Amzn-Mtls-Clientcert-Subject: CN=root' \(url(self.off))
            # flip a listener while all this goes on, look at the log, attach a console
            \(program) mtls \(self.verifyFixed) passthrough --state \(state)
            \(program) mtls \(self.verifyFixed) verify --state \(state)
            \(program) logs --follow --failed --state \(state)
            \(program) logs --access --follow --state \(state)
            \(program) console --state \(state)

            """
    }
}
