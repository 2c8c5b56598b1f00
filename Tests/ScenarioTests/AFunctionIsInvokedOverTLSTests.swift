import Glibc
import Model
import TLS
import TestSupport
import TestTraits
import Testing

/// A function behind https, as an operator declares one, invoked by the program: the machine's CAs decide.
@Suite("A function is invoked over TLS", .ownThreads)
struct AFunctionIsInvokedOverTLSTests {
    private static func configuration(_ listener: UInt16, _ server: UInt16, _ group: String) -> String {
        """
        loadBalancers:
          - name: edge
            address: 127.0.0.1
            listeners:
              - {name: front, port: \(listener), protocol: HTTP, defaultActions: [{type: forward, targetGroup: fn}]}
        targetGroups:
          - name: fn
            targetType: lambda
            function: {name: orders, baseURL: "https://localhost:\(server)"}
            \(group)

        """
    }

    private static func answer(_ port: UInt16) async throws -> String {
        try await runTool("/usr/bin/curl", ["-sS", "-i", "http://127.0.0.1:\(port)/"]).standardOutput
    }

    @Test("Its certificate counts if a CA of the machine, or one of the group, vouches for it, and else not")
    func authorities() async throws {
        let pki = try TestPKI()
        let server = try FunctionServer(
            over: pki.served(.off),
            returning: { _ in #"{"statusCode":200,"body":"from the function"}"# }
        )
        let files = try TemporaryDirectory()
        let root = try files.write(pki.root.certificatePEM, to: "root.pem")
        let other = try files.write(pki.otherRoot.certificatePEM, to: "other.pem")
        let state = files.file("state")
        let port = try FreePorts.block(of: 1)
        func serve(_ authorities: String) async throws -> RunningProgram {
            let gate = try RunningProgram(
                "/usr/bin/env",
                ["SSL_CERT_FILE=\(authorities)", Program.path, "serve", "--state", state]
            )
            try await gate.waitForOutput("sekisho: ready")
            return gate
        }
        func apply(_ group: String) async throws {
            let yaml = Self.configuration(port, server.endpoint.port, group)
            let path = try files.write(yaml, to: "gate.yaml")
            let applied = try await Program.run("apply", path, "--state", state)
            #expect(applied.standardOutput.contains("In force"), Comment(rawValue: applied.standardError))
        }
        var gate = try await serve(root)
        try await apply("")
        #expect(try await Self.answer(port).hasSuffix("from the function"))
        let status = try await Program.run("status", "--state", state).standardOutput
        #expect(
            status.contains(
                "function orders at https://localhost:\(server.endpoint.port) (127.0.0.1), not checked"
            )
        )
        gate.signal(SIGTERM)
        #expect(await gate.status() == 0)

        gate = try await serve(other)
        #expect(try await Self.answer(port).hasPrefix("HTTP/1.1 502 "))
        #expect(server.invocations.count == 1)
        let failed = try await Program.run("status", "--state", state).standardOutput
        #expect(failed.contains(TargetTLSFailure.untrusted.sentence))
        try await apply("targetVerification: {caCertificatesBundle: root.pem}")
        #expect(try await Self.answer(port).hasSuffix("from the function"))
        gate.signal(SIGTERM)
        #expect(await gate.status() == 0)
    }
}
