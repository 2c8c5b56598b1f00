import Foundation
import Model
import TLS
import TestSupport
import TestTraits
import Testing

/// `sekisho mtls LISTENER verify --client-certificate …`, as clients, status and log see it.
@Suite("Client certificates are asked for by command", .ownThreads)
struct ClientCertificatesAreAskedForByCommandTests {
    private let files: TemporaryDirectory
    private let pki: TestPKI
    private let port: UInt16

    init() throws {
        self.files = try TemporaryDirectory()
        self.pki = try TestPKI()
        self.port = try FreePorts.block(of: 1)
    }

    private var state: String { self.files.file("state") }

    private func serve() async throws -> RunningProgram {
        try self.files.write(self.pki.server, named: "server")
        try self.files.write(self.pki.client(.valid), named: "valid")
        try self.files.write(self.pki.client(.unknownCA), named: "partner")
        try self.files.write(self.pki.client(.expired), named: "expired")
        try self.files.write(self.pki.root.certificatePEM, to: "clients.pem")
        let yaml = """
            loadBalancers:
              - name: edge
                address: 127.0.0.1
                listeners:
                  - name: front
                    port: \(self.port)
                    protocol: HTTPS
                    certificates: [{certificate: server_cert.pem, privateKey: server_key.pem}]
                    mutualAuthentication: {mode: verify, trustStore: clients}
                    defaultActions: [{type: fixed-response, statusCode: 200, messageBody: in}]
            trustStores:
              - {name: clients, caCertificatesBundle: clients.pem}
            """
        let file = try self.files.write(yaml, to: "gate.yaml")
        let gate = try await Program.serve(self.state)
        let applied = try await Program.run("apply", file, "--state", self.state)
        try #require(applied.status == 0, Comment(rawValue: applied.standardError))
        return gate
    }

    /// Who gets through: without a certificate, with a good one, with one of an unknown CA.
    private func admitted(_ clients: [String?] = [nil, "valid", "partner"]) async throws -> [Bool] {
        var admitted: [Bool] = []
        for client in clients {
            let identity = client.map {
                ["--cert", self.files.file("\($0)_cert.pem"), "--key", self.files.file("\($0)_key.pem")]
            }
            let result = try await runTool(
                "curl",
                ["-sS", "--max-time", "20", "--cacert", self.files.file("clients.pem")] + (identity ?? [])
                    + ["https://localhost:\(self.port)/"]
            )
            admitted.append(result.standardOutput == "in")
        }
        return admitted
    }

    private func ask(_ enforcement: String) async throws {
        let flipped = try await Program.run(
            "mtls",
            "front",
            "verify",
            "--client-certificate",
            enforcement,
            "--state",
            self.state
        )
        #expect(flipped.status == 0, Comment(rawValue: flipped.standardError))
    }

    @Test("Required, optional and observed let in whom they say, and status and log tell it")
    func scenario() async throws {
        let gate = try await self.serve()
        #expect(try await self.admitted() == [false, true, false])
        try await self.ask("optional")
        #expect(try await self.admitted() == [true, true, false])
        #expect(
            try await Program.run("status", "--state", self.state).standardOutput.contains(
                "verify (optional)"
            )
        )
        try await self.ask("observed")
        #expect(try await self.admitted() == [true, true, true])
        let log = try await Program.run("logs", "--format", "json", "--state", self.state).standardOutput
        #expect(log.contains("Failed:ClientCertUntrusted"))
        try await self.ask("required")
        #expect(try await self.admitted() == [false, true, false])
        let unknown = try await Program.run(
            "mtls",
            "front",
            "verify",
            "--client-certificate",
            "perhaps",
            "--state",
            self.state
        )
        #expect(unknown.status != 0)
        #expect(unknown.standardError.contains("'required', 'optional' or 'observed'"))
        #expect(try await self.admitted() == [false, true, false])
        try await self.oneName()
        try await self.expiry()
        gate.signal(SIGTERM)
        _ = await gate.status()
    }

    /// Certificates past their end are let in by command, and by nothing else.
    private func expiry() async throws {
        for (word, isAdmitted) in [("on", true), ("off", false)] {
            let flipped = try await Program.run(
                "mtls",
                "front",
                "verify",
                "--ignore-expiry",
                word,
                "--advertise-ca-names",
                word,
                "--name",
                "localhost",
                "--state",
                self.state
            )
            #expect(flipped.status == 0, Comment(rawValue: flipped.standardError))
            #expect(flipped.standardOutput.contains("ignoring expiry advertising names"))
            #expect(try await self.admitted(["expired", "valid", "partner"]) == [isAdmitted, true, false])
        }
        let refused = try await Program.run(
            "mtls",
            "front",
            "passthrough",
            "--ignore-expiry",
            "on",
            "--state",
            self.state
        )
        #expect(refused.standardError.contains("does not support ignoring certificate expiry"))
    }

    /// localhost is opened by itself: the listener goes on asking for certificates, and status tells both.
    private func oneName() async throws {
        func flip(_ arguments: String...) async throws -> ToolResult {
            try await runTool(Program.path, ["mtls", "front"] + arguments + ["--state", self.state])
        }
        let opened = try await flip("off", "--name", "LOCALHOST")
        #expect(opened.status == 0, Comment(rawValue: opened.standardError))
        #expect(opened.standardOutput.contains("names none -> (localhost off"))
        #expect(try await self.admitted() == [true, true, true])
        let other = try await runTool(
            "curl",
            ["-sS", "--max-time", "20", "--insecure", "https://127.0.0.1:\(self.port)/"]
        )
        #expect(other.status != 0)
        let status = try await Program.run("status", "--state", self.state).standardOutput
        #expect(status.contains("verify, localhost: off"))
        let closed = try await flip("verify", "--name", "localhost")
        #expect(closed.status == 0, Comment(rawValue: closed.standardError))
        #expect(try await self.admitted() == [false, true, false])
        #expect(try await flip("verify", "--name", "localhost", "--resume-sessions", "300s").status != 0)
        #expect(try await flip("off", "--name", "no name").standardError.contains("is no host name"))
    }
}
