import Foundation
import Model
import TLS
import TestSupport
import TestTraits
import Testing

/// From curl's failure to the sentence in the log, to the trace, to OpenSSL saying the same.
@Suite("An operator is told why a client is refused", .ownThreads)
struct AnOperatorIsToldWhyAClientIsRefusedTests {
    private let files: TemporaryDirectory
    private let pki: TestPKI
    private let port: UInt16

    init() throws {
        self.files = try TemporaryDirectory()
        self.pki = try TestPKI()
        self.port = try FreePorts.block(of: 1)
    }

    private var state: String { self.files.file("state") }

    /// A listener that asks the trust store `clients`, and a trust store `partners` that nobody asks.
    private func serve() async throws -> RunningProgram {
        try self.files.write(self.pki.server, named: "server")
        try self.files.write(self.pki.client(.valid), named: "valid")
        try self.files.write(self.pki.client(.unknownCA), named: "partner")
        try self.files.write(self.pki.root.certificatePEM, to: "clients.pem")
        try self.files.write(self.pki.otherRoot.certificatePEM, to: "partners.pem")
        let yaml = """
            loadBalancers:
              - name: edge
                address: 127.0.0.1
                listeners:
                  - port: \(self.port)
                    protocol: HTTPS
                    certificates: [{certificate: server_cert.pem, privateKey: server_key.pem}]
                    mutualAuthentication: {mode: verify, trustStore: clients}
                    defaultActions: [{type: fixed-response, statusCode: 200, messageBody: in}]
            trustStores:
              - {name: clients, caCertificatesBundle: clients.pem}
              - {name: partners, caCertificatesBundle: partners.pem}
            """
        let file = try self.files.write(yaml, to: "gate.yaml")
        let gate = try await Program.serve(self.state)
        let applied = try await Program.run("apply", file, "--state", self.state)
        try #require(applied.status == 0, Comment(rawValue: applied.standardError))
        return gate
    }

    private func curl(as client: String) async throws -> ToolResult {
        try await runTool(
            "curl",
            [
                "-sS", "--max-time", "20", "--cacert", self.files.file("clients.pem"),
                "--cert", self.files.file("\(client)_cert.pem"), "--key",
                self.files.file("\(client)_key.pem"),
                "https://localhost:\(self.port)/",
            ]
        )
    }

    private func explain(_ arguments: [String]) async throws -> ToolResult {
        try await runTool(Program.path, ["explain"] + arguments + ["--state", self.state])
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("The log's sentence leads by its id to the trace, and the trace to an openssl command")
    func refused() async throws {
        let gate = try await self.serve()
        #expect(try await self.curl(as: "valid").standardOutput == "in")
        #expect(try await self.curl(as: "partner").status != 0)

        let log = try await Program.run("logs", "--failed", "--state", self.state).standardOutput
        #expect(log.contains("stands in trust store partners, not in clients."))
        let id = try #require(log.split(separator: "\n").first?.split(separator: " ").last)
        #expect(id.hasPrefix("TID_"))

        let directory = self.files.file("export")
        let told = try await self.explain([String(id), "--export", directory])
        #expect(told.status == 3, Comment(rawValue: told.standardError))
        #expect(told.standardOutput.hasPrefix("Refused: ClientCertUntrusted (listener edge-"))
        #expect(told.standardOutput.contains("failed     path"))
        #expect(told.standardOutput.contains("CN=unknownCA"))

        let json = try self.object(try await self.explain([String(id), "--output", "json"]).standardOutput)
        let trace = try #require(json["trace"] as? [String: Any])
        #expect(trace["refusal"] as? String == "ClientCertUntrusted")
        #expect(trace["otherTrustStores"] as? [String] == ["partners"])
        #expect(json["isAccepted"] as? Bool == false)

        let line = try #require(
            told.standardOutput.split(separator: "\n").first { $0.contains("openssl verify") }
        )
        let command = line.split(separator: " ").map(String.init)
        let verified = try await runTool(command[0], Array(command.dropFirst()))
        #expect(verified.status != 0)
        #expect(verified.standardError.contains("unable to get local issuer certificate"))
        withExtendedLifetime(gate) {}
    }

    @Test("A certificate is judged before its client ever connects, here and then, by this store or that")
    func asked() async throws {
        let gate = try await self.serve()
        let valid = self.files.file("valid_cert.pem")
        let accepted = try await self.explain(["--certificate", valid, "--export", self.files.file("export")])
        #expect(accepted.status == 0, Comment(rawValue: accepted.standardError))
        #expect(accepted.standardOutput.hasPrefix("Accepted (listener edge-"))
        let lines = accepted.standardOutput.split(separator: "\n")
        let command = try #require(lines.first { $0.hasPrefix("  openssl verify") }).split(separator: " ")
        let verified = try await runTool("openssl", command.dropFirst().map(String.init))
        #expect(verified.standardOutput.contains(": OK"), Comment(rawValue: verified.standardError))

        let later = TestPKI.days(60, from: self.pki.now).iso8601
        let expired = try await self.explain(["--certificate", valid, "--at", later])
        #expect(expired.status == 3)
        #expect(expired.standardOutput.hasPrefix("Refused: ClientCertExpired"))
        let partner = self.files.file("partner_cert.pem")
        #expect(try await self.explain(["--certificate", partner]).status == 3)
        let byPartners = try await self.explain(["--certificate", partner, "--trust-store", "partners"])
        #expect(byPartners.status == 0)

        for (arguments, status) in [
            ([], 64), (["TID_1", "--certificate", valid], 64),
            (["--certificate", valid, "--at", "noon"], 64),
            (["TID_00000000000000000000000000000000"], 1),
            (["--certificate", self.files.file("valid_key.pem")], 1),
            (["--certificate", valid, "--trust-store", "nobody"], 1),
            (["--certificate", valid, "--listener", "nobody"], 1),
        ] as [([String], Int32)] {
            let result = try await self.explain(arguments)
            #expect(result.status == status, "\(arguments) \(result.standardError)")
            #expect(!result.standardError.isEmpty)
        }
        withExtendedLifetime(gate) {}
    }
}
