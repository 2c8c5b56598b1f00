import Foundation
import Glibc
import Model
import TestSupport
import TestTraits
import Testing

/// What the demonstration prints is what happens, as `curl` and `openssl` see it.
@Suite("The demo does what it says", .ownThreads)
struct TheDemoDoesWhatItSaysTests {
    /// A demonstration without clients of its own, on free ports.
    private struct Demo {
        let program: RunningProgram
        let files: TemporaryDirectory
        let base: UInt16

        var state: String { self.files.file("demo") }

        init() async throws {
            self.files = try TemporaryDirectory()
            self.base = try FreePorts.block(of: 4)
            let arguments = [
                "--no-console", "--no-clients", "--port-base", "\(self.base)", "--echo-port", "0",
            ]
            self.program = try RunningProgram(
                Program.path,
                ["demo", "--state", self.files.file("demo")] + arguments
            )
            try await self.program.waitForOutput("running until Ctrl-C")
        }

        func pem(_ name: String) -> String { "\(self.state)/pki/\(name).pem" }

        /// Calls the listener so many ports above the first one.
        func curl(
            _ offset: UInt16,
            as client: String? = nil,
            headers: [String] = []
        ) async throws -> ToolResult {
            let identity = client.map {
                ["--cert", self.pem("\($0)_cert"), "--key", self.pem("\($0)_key")]
            }
            return try await runTool(
                "curl",
                ["-sS", "--max-time", "20", "--cacert", self.pem("rootCA_cert")] + (identity ?? [])
                    + headers.flatMap { ["-H", $0] } + ["https://localhost:\(self.base + offset)/"]
            )
        }

        /// What `openssl x509` prints about the client's certificate, without the name in front.
        func openssl(_ field: String, _ options: [String] = []) async throws -> String {
            let result = try await runTool(
                "openssl",
                ["x509", "-in", self.pem("client_cert"), "-noout", field] + options
            )
            let line = result.standardOutput.split(separator: "\n").first ?? ""
            return String(line.drop { $0 != "=" }.dropFirst())
        }
    }

    /// The values of a header in what the echo shows, whatever its case.
    private func values(_ name: String, in echo: String) -> [String] {
        echo.split(whereSeparator: \.isNewline).filter { $0.lowercased().hasPrefix("\(name.lowercased()): ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }

    /// A client that is refused: its certificate's name, the log's code, and our word for it.
    private static let refused: [(client: String?, status: String, detail: String)] = [
        (nil, "Failed:UnmappedConnectionError", "no-cert"),
        ("expired", "Failed:ClientCertExpired", "expired"),
        ("unknown_ca", "Failed:ClientCertUntrusted", "untrusted"),
        ("not_yet_valid", "Failed:ClientCertNotYetValid", "not-yet"),
        ("revoked", "Failed:ClientCertCrlHit", "crl-hit"),
    ]

    @Test("Verify lets the client in, and refuses each other one with its own reason in the log")
    func verify() async throws {
        let demo = try await Demo()
        let welcome = try await demo.curl(2, as: "client")
        #expect(welcome.standardOutput == "You hold a certificate that this gate trusts.\n")
        let expiring = try await demo.curl(2, as: "expiring")
        #expect(expiring.standardOutput == welcome.standardOutput)
        for (client, _, _) in Self.refused {
            let result = try await demo.curl(2, as: client)
            // 35 and 56: the handshake failed, or did so after the client had thought it was over (TLS 1.3).
            #expect([35, 56].contains(result.status), Comment(rawValue: result.standardError))
            #expect(result.standardOutput == "")
        }
        let logs = try await Program.run(
            "logs",
            "--failed",
            "--format",
            "json",
            "--listener",
            "\(demo.base + 2)",
            "--state",
            demo.state
        )
        let records = try logs.standardOutput.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(records.map { $0["tls_verify_status"] as? String } == Self.refused.map(\.status))
        #expect(records.map { $0["detail"] as? String } == Self.refused.map(\.detail))
        #expect(records.allSatisfy { $0["listener"] as? String == "demo-\(demo.base + 2)" })
        // The root of --cacert goes with the certificates it issued.
        #expect(records.map { $0["chain_count"] as? Int } == [0, 2, 1, 2, 2])
    }

    @Test("Passthrough hands the function the PEM that was sent, byte for byte, and nothing without one")
    func passthrough() async throws {
        let demo = try await Demo()
        let sent = try String(contentsOfFile: demo.pem("client_cert"), encoding: .utf8)
        // With --cacert, curl sends the root it finds there as well.
        let root = try String(contentsOfFile: demo.pem("rootCA_cert"), encoding: .utf8)
        let echo = try await demo.curl(1, as: "client").standardOutput
        #expect(echo.hasPrefix("GET / as function show-headers got it\n"))
        #expect(self.values("x-forwarded-proto", in: echo) == ["https"])
        let header = try #require(self.values("X-Amzn-Mtls-Clientcert", in: echo).first)
        #expect(header.removingPercentEncoding == sent + root)
        #expect(self.mutualTLSHeaders(in: echo) == ["x-amzn-mtls-clientcert"])
        let anonymous = try await demo.curl(1).standardOutput
        #expect(anonymous.hasPrefix("GET / as function show-headers got it\n"))
        #expect(self.values("x-forwarded-proto", in: anonymous) == ["https"])
        #expect(self.mutualTLSHeaders(in: anonymous) == [])
    }

    @Test("Verify shows the target the five headers, with what openssl prints")
    func fiveHeaders() async throws {
        let demo = try await Demo()
        let echo = try await demo.curl(3, as: "client").standardOutput
        let prefix = "X-Amzn-Mtls-Clientcert"
        let rfc2253 = ["-nameopt", "RFC2253"]
        #expect(self.values("\(prefix)-Serial-Number", in: echo) == [try await demo.openssl("-serial")])
        #expect(self.values("\(prefix)-Subject", in: echo) == [try await demo.openssl("-subject", rfc2253)])
        #expect(self.values("\(prefix)-Issuer", in: echo) == [try await demo.openssl("-issuer", rfc2253)])
        let iso = ["-dateopt", "iso_8601"]
        let from = try await demo.openssl("-startdate", iso).replacing(" ", with: "T")
        let to = try await demo.openssl("-enddate", iso).replacing(" ", with: "T")
        #expect(self.values("\(prefix)-Validity", in: echo) == ["NotBefore=\(from);NotAfter=\(to)"])
        let leaf = try #require(self.values("\(prefix)-Leaf", in: echo).first)
        #expect(
            leaf.removingPercentEncoding
                == (try String(contentsOfFile: demo.pem("client_cert"), encoding: .utf8))
        )
        #expect(self.mutualTLSHeaders(in: echo).count == 5)
    }

    @Test("A forged header reaches the target in no mode and no spelling", arguments: [0, 1, 3] as [UInt16])
    func forged(offset: UInt16) async throws {
        let demo = try await Demo()
        let forgeries = [
            "X-Amzn-Mtls-Clientcert-Subject: CN=root", "x_amzn_mtls_clientcert_subject: CN=root",
            "X-AMZN-mtls-Clientcert-SUBJECT: CN=root", "X-Amzn-Mtls-Clientcert-Subject: CN=root",
            "X-Amzn-Mtls-Clientcert: CN=root",
        ]
        for client in offset == 3 ? ["client"] : [nil, "client"] {
            let result = try await demo.curl(offset, as: client, headers: forgeries)
            #expect(
                result.standardOutput.hasPrefix("GET / "),
                Comment(rawValue: result.standardError)
            )
            #expect(!result.standardOutput.contains("root"))
            let honest = try await demo.curl(offset, as: client).standardOutput
            #expect(
                self.mutualTLSHeaders(in: result.standardOutput) == self.mutualTLSHeaders(in: honest)
            )
        }
    }

    @Test("A port that is taken is told with the option that moves the demo")
    func takenPort() async throws {
        let target = try ScriptedTarget.echo()
        let port = target.endpoint.port
        let listener = try await Program.run(
            "demo",
            "--no-console",
            "--echo-port",
            "0",
            "--port-base",
            "\(port - 1)"
        )
        #expect(listener.status == 1)
        #expect(listener.standardError.contains("--port-base"), Comment(rawValue: listener.standardError))
        let echo = try await Program.run("demo", "--no-console", "--echo-port", "\(port)")
        #expect(echo.status == 1)
        #expect(echo.standardError.contains("127.0.0.1:\(port)"))
        #expect(echo.standardError.contains("--echo-port"))
    }

    @Test("Ctrl-C ends it, and what it made without --state is gone")
    func interrupted() async throws {
        let demo = try RunningProgram(
            Program.path,
            ["demo", "--no-console", "--echo-port", "0", "--port-base", "\(try FreePorts.block(of: 4))"]
        )
        try await demo.waitForOutput("running until Ctrl-C")
        let words = demo.standardOutput.split(whereSeparator: \.isWhitespace)
        let state = try #require(words.last { $0.contains("/sekisho-") && !$0.contains("/pki/") })
        #expect(access(String(state), F_OK) == 0)
        demo.signal(SIGINT)
        #expect(await demo.status() == 0)
        #expect(access(String(state), F_OK) != 0)
    }

    /// Lower-case names of the identity headers the echo shows, in any spelling.
    private func mutualTLSHeaders(in echo: String) -> [String] {
        echo.split(whereSeparator: \.isNewline).compactMap { $0.split(separator: ":").first?.lowercased() }
            .filter { $0.replacing("_", with: "-").hasPrefix("x-amzn-mtls") }
    }
}
