import Foundation
import Glibc
import Model
import Service
import TLS
import TestSupport
import TestTraits
import Testing

/// The arrangement that mutual TLS on a load balancer replaces: Apache asks clients for certificates itself,
/// and the load balancer in front of it understands nothing of what it hands on.
@Suite("Apache behind a TCP listener", .ownThreads)
struct ApacheBehindATCPListenerTests {
    /// An Apache of this test's own, in one process, that answers with 204 and says in headers who called.
    private struct Apache {
        let program: RunningProgram
        /// Clients come here.
        let port: UInt16
        /// Clients come here behind a PROXY header.
        let proxiedPort: UInt16

        init(_ pki: TestPKI, in files: TemporaryDirectory) async throws {
            let port = try FreePorts.block(of: 2)
            self.port = port
            self.proxiedPort = port + 1
            try files.write(pki.server.chainPEM, to: "server.pem")
            try files.write(pki.server.privateKey.revealed, to: "server.key")
            try files.write(pki.root.certificatePEM, to: "ca.pem")
            let modules = [
                ("authz_core", "mod_authz_core"), ("headers", "mod_headers"), ("rewrite", "mod_rewrite"),
                ("remoteip", "mod_remoteip"), ("ssl", "mod_ssl"), ("mpm_event", "mod_mpm_event"),
            ]
            func site(_ port: UInt16, _ extra: String) -> String {
                """
                Listen 127.0.0.1:\(port)
                <VirtualHost 127.0.0.1:\(port)>
                \(extra)
                SSLEngine on
                SSLCertificateFile "\(files.file("server.pem"))"
                SSLCertificateKeyFile "\(files.file("server.key"))"
                SSLCACertificateFile "\(files.file("ca.pem"))"
                SSLVerifyClient require
                Header always set X-Client "expr=%{SSL_CLIENT_S_DN_CN}"
                Header always set X-Address "expr=%{REMOTE_ADDR}"
                RewriteEngine on
                RewriteRule ^ - [R=204]
                </VirtualHost>

                """
            }
            // Run by root it gives up root, which it must be told how to do.
            let user = geteuid() == 0 ? "User nobody\nGroup nogroup\n" : ""
            let text =
                modules.map { "LoadModule \($0.0)_module /usr/lib/apache2/modules/\($0.1).so\n" }.joined()
                    + """
                    ServerName localhost
                    ServerRoot "\(files.path)"
                    DefaultRuntimeDir "\(files.path)"
                    PidFile "\(files.file("apache.pid"))"
                    ErrorLog "\(files.file("apache.log"))"
                    Mutex posixsem
                    SSLSessionCache none

                    """
                + user + site(self.port, "") + site(self.proxiedPort, "RemoteIPProxyProtocol On")
            let path = try files.write(text, to: "apache.conf")
            // -X: one process, which a signal to its number ends whole.
            self.program = try RunningProgram("/usr/sbin/apache2", ["-X", "-f", path])
            let deadline = ContinuousClock.now + .seconds(30)
            while (try? RawSocket(to: Endpoint(address: .loopback, port: port))) == nil {
                let log = (try? String(contentsOfFile: files.file("apache.log"), encoding: .utf8)) ?? ""
                try #require(
                    !self.program.hasEnded && .now < deadline,
                    "\(self.program.standardError)\(log)"
                )
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        func stop() async {
            self.program.signal(SIGTERM)
            _ = await self.program.status()
        }
    }

    private func curl(
        _ files: TemporaryDirectory,
        port: UInt16,
        from address: String,
        certificate: String?
    ) async throws -> ToolResult {
        var arguments = [
            "-sS", "-i", "--max-time", "20", "--cacert", files.file("ca.pem"), "--interface", address,
        ]
        if let certificate {
            arguments += ["--cert", files.file("\(certificate)_cert.pem")]
            arguments += ["--key", files.file("\(certificate)_key.pem")]
        }
        return try await runTool("curl", arguments + ["https://127.0.0.1:\(port)/"])
    }

    @Test("It sees the client's own handshake, refuses whom it does not trust, and learns who called")
    func scenario() async throws {
        let files = try TemporaryDirectory()
        let pki = try TestPKI()
        let apache = try await Apache(pki, in: files)
        for kind in [TestPKI.Client.valid, .unknownCA] {
            let issued = try pki.client(kind)
            try files.write(issued.chainPEM, to: "\(kind)_cert.pem")
            try files.write(issued.privateKey.revealed, to: "\(kind)_key.pem")
        }
        let gate = try await Gate()
        func listener(_ name: String, _ group: String) -> DesiredListener {
            DesiredListener(
                name: name,
                port: 0,
                protocol: .tcp,
                defaultActions: [.forward(targetGroup: group)]
            )
        }
        try await gate.apply(
            DesiredConfiguration(
                loadBalancers: [
                    DesiredLoadBalancer(
                        name: "net",
                        type: .network,
                        address: .loopback,
                        listeners: [listener("plain", "apache"), listener("told", "apache-proxied")]
                    )
                ],
                trustStores: [],
                targetGroups: [
                    DesiredTargetGroup(
                        name: "apache",
                        protocol: .tcp,
                        targets: [Target(id: .loopback, port: apache.port)]
                    ),
                    DesiredTargetGroup(
                        name: "apache-proxied",
                        protocol: .tcp,
                        targets: [Target(id: .loopback, port: apache.proxiedPort)],
                        proxyProtocolV2: true
                    ),
                ]
            )
        )
        for (name, seen) in [("plain", "127.0.0.1"), ("told", "127.0.0.9")] {
            let port = try await gate.port(name)
            let known = try await self.curl(files, port: port, from: "127.0.0.9", certificate: "valid")
            #expect(known.status == 0, "\(known.standardError)")
            #expect(known.standardOutput.contains(" 204 "))
            #expect(known.standardOutput.contains("X-Client: valid\r\n"))
            #expect(known.standardOutput.contains("X-Address: \(seen)\r\n"))
            for certificate in [nil, "unknownCA"] {
                let refused = try await self.curl(
                    files,
                    port: port,
                    from: "127.0.0.9",
                    certificate: certificate
                )
                #expect(refused.status != 0)
                #expect(refused.standardOutput == "")
            }
        }
        #expect(await self.records(of: gate, count: 6).allSatisfy { $0.tls == nil && !$0.isFailure })
        await gate.stop()
        await apache.stop()
    }

    /// What was logged of connections from the clients' address, once there is so much.
    private func records(of gate: Gate, count: Int) async -> [ConnectionRecord] {
        for _ in 0..<500 {
            let records = gate.records.recent(100).map(\.record)
                .filter { $0.client.address == IPAddress("127.0.0.9") }
            if records.count >= count { return records }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return gate.records.recent(100).map(\.record)
    }
}
