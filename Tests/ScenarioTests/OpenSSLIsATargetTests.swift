import Model
import Service
import TLS
import TestSupport
import TestTraits
import Testing

/// Targets that are `openssl s_server`: another maker's program, with and without what a group demands.
@Suite("OpenSSL is a target", .ownThreads)
struct OpenSSLIsATargetTests {
    private static func target(_ port: UInt16, _ arguments: [String]) throws -> RunningProgram {
        try RunningProgram(
            "/usr/bin/env",
            ["openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-www", "-quiet"] + arguments
        )
    }

    @Test("A verified target that verifies us is spoken to in TLS 1.2 and 1.3; an unverified one is not")
    func targets() async throws {
        let pki = try TestPKI()
        let files = try TemporaryDirectory()
        let (certificate, foreign) = (try pki.client(.valid), try pki.client(.unknownCA))
        let root = try files.write(pki.root.certificatePEM, to: "root.pem")
        let server = try files.write(pki.server.chainPEM, to: "server.pem")
        let serverKey = try files.write(pki.server.privateKey.revealed, to: "server.key")
        let other = try files.write(foreign.chainPEM, to: "other.pem")
        let otherKey = try files.write(foreign.privateKey.revealed, to: "other.key")
        let asks = ["-Verify", "2", "-verify_return_error", "-CAfile", root]
        let first = try FreePorts.block(of: 3)
        let targets = [
            try Self.target(first, ["-cert", server, "-key", serverKey, "-tls1_2"] + asks),
            try Self.target(first + 1, ["-cert", server, "-key", serverKey, "-tls1_3"] + asks),
            try Self.target(first + 2, ["-cert", other, "-key", otherKey] + asks),
        ]
        let gate = try await Gate()
        func declare(_ port: UInt16) -> DesiredConfiguration {
            DesiredConfiguration(
                workers: 1,
                loadBalancers: [
                    DesiredLoadBalancer(
                        name: "edge",
                        address: .loopback,
                        listeners: [
                            DesiredListener(
                                port: 0,
                                protocol: .http,
                                defaultActions: [.forward(targetGroup: "app")]
                            )
                        ]
                    )
                ],
                targetGroups: [
                    DesiredTargetGroup(
                        name: "app",
                        protocol: .https,
                        targets: [Target(id: .loopback, port: port)],
                        clientCertificate: DesiredCertificate(
                            certificate: FileContents(path: "us.pem", text: certificate.chainPEM),
                            privateKey: SecretFileContents(path: "us.key", text: certificate.privateKey)
                        ),
                        targetVerification: DesiredTargetVerification(
                            caCertificatesBundle: FileContents(
                                path: "root.pem",
                                text: pki.root.certificatePEM
                            )
                        )
                    )
                ]
            )
        }
        for (index, version) in ["TLSv1.2", "TLSv1.3"].enumerated() {
            let port = first + UInt16(index)
            try await Self.accepting(port)
            try await gate.apply(declare(port))
            for _ in 0..<3 {
                let answer = try await Self.page(try await gate.port("edge-0"))
                #expect(answer.contains("200 ok") || answer.contains("200 OK"), "\(answer)")
                #expect(answer.contains(version))
                // The page names the client's certificate.
                #expect(answer.contains("CN = valid") || answer.contains("CN=valid"))
            }
        }
        try await Self.accepting(first + 2)
        try await gate.apply(declare(first + 2))
        let refused = try await Self.page(try await gate.port("edge-0"))
        #expect(refused.contains("502 Bad Gateway"))
        let health = try await gate.service.view().targetHealth?.values.first
        #expect(health?.tlsErrors?.first?.lastFailure == .untrusted)
        await gate.stop()
        withExtendedLifetime(targets) {}
    }

    private static func page(_ port: UInt16) async throws -> String {
        let client = try RawSocket(to: Endpoint(address: .loopback, port: port))
        client.setTimeout(seconds: 60)
        try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return String(decoding: client.receiveToEnd(), as: UTF8.self)
    }

    /// Waits until somebody listens; at most a minute.
    private static func accepting(_ port: UInt16) async throws {
        for _ in 0..<600 {
            if (try? RawSocket(to: Endpoint(address: .loopback, port: port))) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
