import Foundation
import Model
import TLS
import TestSupport
import TestTraits
import Testing

/// The scenario this program exists for, with the tools people use: certificates by `openssl`, calls by
/// `curl`, a trust store, an HTTPS listener in verify, then in passthrough.
@Suite("With openssl and curl", .ownThreads)
struct TheRealToolsTests {
    private func openssl(_ directory: TemporaryDirectory, _ arguments: String) async throws {
        let result = try await runTool(
            "openssl",
            arguments.split(separator: " ").map {
                $0.hasPrefix("@") ? directory.file(String($0.dropFirst())) : String($0)
            }
        )
        try #require(result.status == 0, Comment(rawValue: result.standardError))
    }

    /// A self-signed root and a client certificate, as the ALB guide makes them.
    private func makeCertificates(_ directory: TemporaryDirectory) async throws {
        try await self.openssl(directory, "genrsa -out @rootCA_key.pem 2048")
        try await self.openssl(
            directory,
            "req -new -x509 -days 10 -key @rootCA_key.pem -out @rootCA_cert.pem -subj /C=DE/O=Lab/CN=Lab-Root"
        )
        try await self.openssl(directory, "genrsa -out @client_key.pem 2048")
        try await self.openssl(
            directory,
            "req -new -key @client_key.pem -out @client.csr -subj /C=DE/O=Lab/CN=sensor-7"
        )
        try await self.openssl(
            directory,
            "x509 -req -in @client.csr -CA @rootCA_cert.pem -CAkey @rootCA_key.pem -set_serial 1043"
                + " -days 5 -out @client_cert.pem -extfile @extensions"
        )
    }

    private func contents(_ directory: TemporaryDirectory, _ name: String) throws -> FileContents {
        let text = try String(contentsOfFile: directory.file(name), encoding: .utf8)
        return FileContents(path: name, text: text)
    }

    private func curl(_ pki: TemporaryDirectory, port: UInt16, certificate: Bool) async throws -> ToolResult {
        var arguments = ["-sS", "--max-time", "10", "--cacert", pki.file("server_root.pem")]
        if certificate {
            arguments += ["--cert", pki.file("client_cert.pem"), "--key", pki.file("client_key.pem")]
        }
        return try await runTool("curl", arguments + ["https://localhost:\(port)/"])
    }

    @Test("Verify lets the client with the certificate in and no other; passthrough tells the target")
    func scenario() async throws {
        let files = try TemporaryDirectory()
        try files.write("extendedKeyUsage=clientAuth\nkeyUsage=digitalSignature\n", to: "extensions")
        try await self.makeCertificates(files)
        let pki = try TestPKI()
        try files.write(pki.root.certificatePEM, to: "server_root.pem")
        let target = try ScriptedTarget.echo()
        let gate = try await Gate()
        let certificate = DesiredCertificate(
            certificate: FileContents(path: "server.pem", text: pki.server.chainPEM),
            privateKey: SecretFileContents(path: "server.key", text: pki.server.privateKey)
        )
        let listener = { (name: String, action: DesiredAction) in
            DesiredListener(
                name: name,
                port: 0,
                protocol: .https,
                certificates: [certificate],
                mutualAuthentication: DesiredMutualAuthentication(mode: .verify, trustStore: "clients"),
                defaultActions: [action]
            )
        }
        let fixed = try FixedResponse(statusCode: 200, contentType: "text/plain", messageBody: "welcome\n")
        let balancer = { (name: String, listener: DesiredListener) in
            DesiredLoadBalancer(name: name, address: .loopback, listeners: [listener])
        }
        try await gate.apply(
            DesiredConfiguration(
                workers: 2,
                loadBalancers: [
                    balancer("edge", listener("fixed", .fixedResponse(fixed))),
                    balancer("app", listener("echo", .forward(targetGroup: "app"))),
                ],
                trustStores: [
                    DesiredTrustStore(
                        name: "clients",
                        caCertificatesBundle: try self.contents(files, "rootCA_cert.pem")
                    )
                ],
                targetGroups: [
                    DesiredTargetGroup(
                        name: "app",
                        targets: [Model.Target(id: target.endpoint.address, port: target.endpoint.port)]
                    )
                ]
            )
        )

        let port = try await gate.port("fixed")
        let welcome = try await self.curl(files, port: port, certificate: true)
        #expect(welcome.standardOutput == "welcome\n", Comment(rawValue: welcome.standardError))
        let refused = try await self.curl(files, port: port, certificate: false)
        #expect(refused.status != 0)
        #expect(refused.standardOutput == "")
        #expect(try await gate.failure(after: 0)?.tls?.outcome == .failed(.noCertificate))

        let echo = try await gate.port("echo")
        let verified = try await self.curl(files, port: echo, certificate: true).standardOutput
        #expect(verified.contains("x-amzn-mtls-clientcert-subject: CN=sensor-7,O=Lab,C=DE\r\n"))
        #expect(verified.contains("x-amzn-mtls-clientcert-issuer: CN=Lab-Root,O=Lab,C=DE\r\n"))
        #expect(verified.contains("x-amzn-mtls-clientcert-serial-number: 0413\r\n"))

        try await gate.flip("echo", to: .passthrough)
        let passed = try await self.curl(files, port: echo, certificate: true).standardOutput
        #expect(passed.contains("x-amzn-mtls-clientcert: -----BEGIN%20CERTIFICATE-----%0A"))
        #expect(!passed.lowercased().contains("clientcert-subject"))
        let anonymous = try await self.curl(files, port: echo, certificate: false).standardOutput
        #expect(anonymous.hasPrefix("GET / HTTP/1.1\r\n"))
        #expect(!anonymous.lowercased().contains("x-amzn-mtls"))

        try await gate.flip("echo", to: .verify)
        #expect(try await self.curl(files, port: echo, certificate: false).status != 0)
        #expect(try await self.curl(files, port: echo, certificate: true).status == 0)
        await gate.stop()
    }

    /// What `openssl s_client` shows is what other TLS libraries see.
    @Test(
        "openssl s_client gets the alert for a missing certificate",
        arguments: [
            ("-tls1_2", "alert number 40"), ("-tls1_3", "alert number 116"),
        ]
    )
    func alerts(version: String, alert: String) async throws {
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: pki.served(pki.verification()),
            action: try .fixed("through")
        )
        try await engine.run([listener])
        let port = try engine.endpoint(listener).port
        let result = try await runTool(
            "openssl",
            ["s_client", "-connect", "127.0.0.1:\(port)", version, "-ign_eof", "-quiet"],
            standardInput: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        #expect(result.standardError.contains(alert), Comment(rawValue: result.standardError))
        #expect(!result.standardOutput.contains("HTTP/1.1"))
        await engine.stop()
    }
}
