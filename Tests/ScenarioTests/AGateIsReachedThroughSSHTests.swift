import Foundation
import Glibc
import TestSupport
import TestTraits
import Testing

/// Consoles and commands of one machine at the gate of another.
@Suite("A gate is reached through ssh", .ownThreads)
struct AGateIsReachedThroughSSHTests {
    @Test("A console asks for the password first, tells a broken link, and finds back without asking")
    func console() async throws {
        let (gate, ssh) = (try await DemoGate(), try FakeSSH())
        try ssh.set("password", true)
        let console = try self.console(gate, ssh)
        try #require(await console.waits(for: "secret word"), "\(console.output)")
        #expect(!console.output.contains("OBSERVE"))
        console.type("open sesame\r")
        try #require(await console.waits(for: "OBSERVE"), "\(console.output)")
        try #require(await console.waits(for: "ops@gate-7"))
        try #require(await console.waits(for: "passthrough"))

        try ssh.set("down", true)
        try ssh.cut()
        #expect(await console.waits(for: "the gate cannot be reached", within: .seconds(60)))
        let before = console.outputCount
        try ssh.set("down", false)
        #expect(await console.waits(for: "the gate is back", after: before, within: .seconds(60)))
        #expect(console.output.components(separatedBy: "secret word").count == 2)

        console.type("q")
        #expect(await console.ending() == .exited(0))
        #expect(console.settings() == console.found)
        #expect(try await eventually(within: .seconds(20)) { try ssh.isGone() })
    }

    @Test("Nothing is left of a console that was killed")
    func killed() async throws {
        let (gate, ssh) = (try await DemoGate(), try FakeSSH())
        let console = try self.console(gate, ssh)
        try #require(await console.waits(for: "passthrough"), "\(console.output)")
        kill(console.process, SIGKILL)
        #expect(await console.ending() == .signalled(SIGKILL))
        #expect(try await eventually(within: .seconds(20)) { try ssh.isGone() })
    }

    @Test("A refused login ends before the screen is taken, in ssh's own words")
    func refused() async throws {
        let (gate, ssh) = (try await DemoGate(), try FakeSSH())
        try ssh.set("password", true)
        let console = try self.console(gate, ssh)
        try #require(await console.waits(for: "secret word"))
        console.type("guess\r")
        #expect(await console.ending() == .exited(1))
        #expect(console.output.contains("Permission denied (password)"))
        #expect(!console.output.contains("OBSERVE"))
    }

    @Test("Commands say the same as on the gate's own machine, and leave nothing behind")
    func commands() async throws {
        let (gate, ssh) = (try await DemoGate(), try FakeSSH())
        for words in [["changes"], ["clients"], ["logs", "--lines", "0"]] {
            let near = try await self.run(words + ["--state", gate.state], ssh)
            let far = try await self.run(words + ["--state", gate.state, "--ssh", "gate-7"], ssh)
            #expect(far.status == 0, Comment(rawValue: far.standardError))
            #expect(far.standardOutput == near.standardOutput, "\(words)")
        }
        let flip = try await self.run(["keep", "--state", gate.state, "--ssh", "gate-7"], ssh)
        #expect(flip.status == 1)
        let access = try await self.run(["logs", "--access", "--ssh", "gate-7"], ssh)
        #expect(access.standardError.contains("ssh gate-7 sekisho logs --access"))
        let option = try await self.run(["status", "--ssh=-oProxyCommand=x"], ssh)
        #expect(option.status == 64)
        #expect(try await eventually(within: .seconds(20)) { try ssh.isGone() })
        #expect(try !ssh.log().contains("ProxyCommand"))
    }

    @Test("Files are read on the machine of the command, and named with it on the gate's")
    func files() async throws {
        let (gate, ssh) = (try await DemoGate(), try FakeSSH())
        let far = ["--state", gate.state, "--ssh", "gate-7"]
        let store = ["trust-store", "clients"]
        let pki = "\(gate.state)/pki"
        let bundle = try await self.run(store + ["replace-bundle", "\(pki)/rootCA_cert.pem"] + far, ssh)
        #expect(bundle.status == 0, Comment(rawValue: bundle.standardError))
        let removed = try await self.run(store + ["remove-revocations", "1"] + far, ssh)
        #expect(removed.status == 0, Comment(rawValue: removed.standardError))
        let list = try await self.run(store + ["add-revocations", "\(pki)/rootCA_crl.pem"] + far, ssh)
        #expect(list.standardOutput.contains("add revocation list 2"), Comment(rawValue: list.standardError))
        let shown = try await self.run(store + ["--output", "json"] + far, ssh).standardOutput
        let here = ProcessInfo.processInfo.hostName
        #expect(shown.contains("\"path\" : \"\(here):\(pki)/rootCA_cert.pem\""))
        #expect(shown.contains("\"path\" : \"\(here):\(pki)/rootCA_crl.pem\""))
        #expect(try await eventually(within: .seconds(20)) { try ssh.isGone() })
    }

    @Test("The state directory of the user there is found, and the viewers' socket if only that is open")
    func places() async throws {
        let (gate, ssh) = (try await DemoGate(), try FakeSSH())
        let home = URL(fileURLWithPath: gate.state).deletingLastPathComponent().path
        symlink(gate.state, "\(home)/sekisho")
        let found = try await self.run(["status", "--ssh", "gate-7"], ssh, ["XDG_STATE_HOME": home])
        #expect(found.status == 0, Comment(rawValue: found.standardError))
        let viewers = ["--socket", "\(gate.state)/viewer.sock", "--ssh", "gate-7"]
        let refused = try await self.run(["undo", "1"] + viewers, ssh)
        #expect(refused.standardError.contains("looking only"), Comment(rawValue: refused.standardError))
        let nobody = try await self.run(["status", "--state", "/nowhere", "--ssh", "gate-7"], ssh)
        #expect(nobody.status == 1)
        #expect(nobody.standardError.contains("gate-7"), Comment(rawValue: nobody.standardError))
    }

    private func console(_ gate: DemoGate, _ ssh: FakeSSH) throws -> PseudoTerminal {
        try gate.attach(ssh.environment(), options: ["--ssh", "ops@gate-7"])
    }

    private func run(
        _ words: [String],
        _ ssh: FakeSSH,
        _ extra: [String: String] = [:]
    ) async throws -> ToolResult {
        try await runTool(
            SekishoProgram.path,
            words,
            environment: SekishoProgram.environment(ssh.environment(extra))
        )
    }
}
