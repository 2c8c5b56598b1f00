import Glibc
import Model
import TLS
import TestSupport
import TestTraits
import Testing

/// What an operator gets wrong costs a message, and nothing else.
@Suite("Bad input changes nothing", .ownThreads)
struct BadInputChangesNothingTests {
    /// One mistake: a replacement in the good file, and what the program says.
    private struct Mistake {
        let text: String
        let replacement: String
        /// The place in the file; empty where the mistake is nowhere in it.
        let place: String
        /// What is wrong, and what to do.
        let words: [String]

        init(_ text: String, _ replacement: String, _ place: String, _ words: String...) {
            self.text = text
            self.replacement = replacement
            self.place = place
            self.words = words
        }
    }

    private static let bundle = "10: trustStores[0].caCertificatesBundle: "
    private static let listener = "loadBalancers[0].listeners[0]"

    private static let mistakes = [
        Mistake("ca.pem", "client_key.pem", Self.bundle, "holds a private key", "Name the file"),
        Mistake("ca.pem", "empty.pem", Self.bundle, "is empty", "Export the CA certificates"),
        Mistake("ca.pem", "client_cert.pem", Self.bundle, "is not a CA certificate"),
        Mistake("ca.pem", "nowhere.pem", Self.bundle, "No such file", "relative to the configuration file"),
        Mistake(
            "server_key.pem",
            "client_key.pem",
            "6: \(Self.listener).certificates[0].privateKey: ",
            "does not belong to the certificate of server_cert.pem",
            "Name the key"
        ),
        Mistake(
            "trustStore: clients",
            "trustStore: client",
            "7: \(Self.listener).mutualAuthentication.trustStore: ",
            "no trust store named \"client\"",
            "\"clients\""
        ),
        Mistake(
            "mutualAuthentication:",
            "mutualAuthentcation:",
            "7: \(Self.listener).mutualAuthentcation: ",
            "did you mean mutualAuthentication?"
        ),
        Mistake(
            "mode: verify",
            "mode: verfy",
            "7: \(Self.listener).mutualAuthentication.mode: ",
            "Write off,"
        ),
        Mistake("loadBalancers:", "loadBalancers: [", "", "This is not YAML"),
    ]

    private func yaml(port: UInt16) -> String {
        """
        loadBalancers:
          - name: edge
            type: application
            address: 127.0.0.1
            listeners:
              - {port: \(port), protocol: HTTPS, certificates: [{certificate: server_cert.pem, privateKey: server_key.pem}],
                 mutualAuthentication: {mode: verify, trustStore: clients},
                 defaultActions: [{type: forward, targetGroup: app}]}
        trustStores:
          - {name: clients, caCertificatesBundle: ca.pem}
        targetGroups:
          - {name: app, protocol: HTTP, targets: [{id: 127.0.0.1, port: 9000}]}

        """
    }

    private func files() throws -> TemporaryDirectory {
        let files = try TemporaryDirectory()
        let pki = try TestPKI()
        try files.write(pki.root.certificatePEM, to: "ca.pem")
        try files.write(pki.server, named: "server")
        try files.write(try pki.client(.valid), named: "client")
        try files.write("", to: "empty.pem")
        return files
    }

    /// Expects one refusal that names the place and what to do, and nothing on standard output.
    private func expect(_ result: ToolResult, says place: String, _ words: [String]) {
        let told = Comment(rawValue: result.standardError)
        #expect(result.status == 1, told)
        #expect(result.standardOutput == "")
        #expect(result.standardError.split(separator: "\n").count == 1, told)
        for text in [place] + words { #expect(result.standardError.contains(text), told) }
    }

    @Test("Each mistake in a file is told with its place and remedy, and the gate goes on as it was")
    func applied() async throws {
        let files = try self.files()
        let state = files.file("state")
        let gate = try await Program.serve(state)
        let good = self.yaml(port: try FreePorts.block(of: 1))
        let path = try files.write(good, to: "gate.yaml")
        #expect(try await Program.run("apply", path, "--state", state).status == 0)
        let before = try await Program.control(state).view()
        for mistake in Self.mistakes {
            try files.write(good.replacing(mistake.text, with: mistake.replacement), to: "gate.yaml")
            for options in [[], ["--dry-run"]] {
                let result = try await runTool(Program.path, ["apply", path, "--state", state] + options)
                self.expect(result, says: "sekisho: \(path):\(mistake.place)", mistake.words)
            }
        }
        let after = try await Program.control(state).view()
        // The health of targets goes on by itself.
        #expect(after.configuration == before.configuration)
        #expect(after.generation == before.generation)
        #expect(after.recentChanges == before.recentChanges)
        #expect(after.failedListeners == before.failedListeners && after.trials == before.trials)
        try files.write(good, to: "gate.yaml")
        let again = try await Program.run("apply", path, "--state", state)
        #expect(again.standardOutput == "Nothing to change.\n")
        withExtendedLifetime(gate) {}
    }

    @Test("A port that is twice in the file, or that another program has, is told at its line")
    func ports() async throws {
        let files = try self.files()
        let target = try ScriptedTarget.echo()
        let port = target.endpoint.port
        let taken = try files.write(self.yaml(port: port), to: "taken.yaml")
        let state = files.file("state")
        self.expect(
            try await Program.run("apply", taken, "--state", state),
            says: "taken.yaml:6: \(Self.listener).port: ",
            ["127.0.0.1:\(port) is in use", "choose another port"]
        )
        let line =
            "      - {port: 80, protocol: HTTP, defaultActions: [{type: fixed-response, statusCode: 200}]}\n"
        let head = "loadBalancers:\n  - name: edge\n    address: 127.0.0.1\n    listeners:\n"
        let twice = try files.write(head + line + line, to: "twice.yaml")
        self.expect(
            try await Program.run("apply", twice, "--state", state),
            says: "twice.yaml:6: loadBalancers[0].listeners[1].port: ",
            ["two listeners on port 80", "Choose another port"]
        )
    }

    @Test("A state directory that cannot be used is told by its name, and nothing is made")
    func stateDirectory() async throws {
        let files = try self.files()
        let path = try files.write("workers: 1\n", to: "gate.yaml")
        let locked = files.file("locked")
        // Root may write anywhere, but keeps no state where another user could change it.
        if geteuid() == 0 {
            try #require(mkdir(locked, 0o700) == 0 && chown(locked, 65_534, 65_534) == 0)
        } else {
            try #require(mkdir(locked, 0o500) == 0)
        }
        let within = geteuid() == 0 ? locked : "\(locked)/state"
        for command in [["apply", path], ["serve"]] {
            let result = try await runTool(Program.path, command + ["--state", within])
            self.expect(result, says: locked, ["--state"])
            #expect(!result.standardError.contains("gate.yaml"))
        }
        let holdsFile = try files.write("", to: "file")
        self.expect(try await Program.run("serve", "--state", "\(holdsFile)/state"), says: holdsFile, [])
        #expect(rmdir(locked) == 0, "it is not empty")
    }

    @Test("A dry run and a flip leave nothing behind where no gate has been")
    func noGateYet() async throws {
        let files = try self.files()
        let path = try files.write(self.yaml(port: try FreePorts.block(of: 1)), to: "gate.yaml")
        let state = files.file("state")
        let plan = try await Program.run("apply", path, "--dry-run", "--state", state)
        #expect(plan.status == 0)
        #expect(plan.standardOutput.contains("create listener edge-"))
        #expect(plan.standardOutput.hasSuffix("Dry run: nothing was changed.\n"))
        self.expect(try await Program.run("mtls", "front", "off", "--state", state), says: state, ["--state"])
        #expect(access(state, F_OK) != 0)
    }

    @Test(
        "A slip of the finger on the command line is answered with what was meant",
        arguments: [
            (["aply", "x.yaml"], "Did you mean apply?"),
            (["serve", "--sate", "x"], "Did you mean '--state'?"),
            (["mtls", "front", "of"], "'off', 'passthrough' or 'verify'"),
        ]
    )
    func commandLine(arguments: [String], words: String) async throws {
        let result = try await runTool(Program.path, arguments)
        #expect(result.status == 64)
        #expect(result.standardError.contains(words), Comment(rawValue: result.standardError))
    }
}
