import Foundation
import Glibc
import TestSupport
import TestTraits
import Testing

/// The viewers' socket of the real program: who gets in, and what is refused there.
@Suite("A viewer looks and changes nothing", .ownThreads)
struct AViewerLooksAndChangesNothingTests {
    /// No group of this machine.
    private static let group: UInt32 = 54_321

    private static func mode(_ path: String) throws -> UInt32 {
        var facts = stat()
        try #require(lstat(path, &facts) == 0, "\(path)")
        return facts.st_mode & 0o7777
    }

    @Test("Looking is answered, and each change is refused by the gate")
    func refusals() async throws {
        let home = try TemporaryDirectory()
        let state = home.file("state")
        let gate = try await Program.serve(state)
        defer { gate.signal(SIGTERM) }
        let socket = "\(state)/viewer.sock"
        #expect(try Self.mode(socket) == 0o600)
        #expect(try Self.mode(state) == 0o700)
        let looks = [
            ["status"], ["changes"], ["clients"], ["logs"], ["logs", "--count-by", "reason"], ["refusals"],
            ["attention", "--seconds", "1"], ["rates", "--every", "1", "--count", "1"],
        ]
        for look in looks {
            let result = try await runTool(Program.path, look + ["--socket", socket])
            #expect(result.status == 0, Comment(rawValue: result.standardError))
        }
        let configuration = try home.write("loadBalancers: []\n", to: "gate.yaml")
        let changes = [
            ["apply", configuration], ["apply", configuration, "--dry-run"], ["mtls", "edge", "off"],
            ["target", "app", "127.0.0.1:80", "drain"], ["undo", "1"], ["keep", "1"],
            ["trust-store", "clients", "remove-revocations", "1"],
            // What is read here and sent is a change like any other.
            ["trust-store", "clients", "add-revocations", configuration],
            ["trust-store", "clients", "add-revocations", configuration, "--preview"],
        ]
        for change in changes {
            let result = try await runTool(Program.path, change + ["--socket", socket])
            #expect(result.status == 1, "\(change)")
            #expect(
                result.standardError.contains("PermissionDenied"),
                Comment(rawValue: result.standardError)
            )
        }
    }

    @Test("A group may look if the gate says so, and nobody else", .enabled(if: geteuid() == 0))
    func group() async throws {
        let home = try TemporaryDirectory()
        let state = home.file("state")
        let gate = try RunningProgram(
            Program.path,
            ["serve", "--state", state, "--viewer-group", String(Self.group)]
        )
        try await gate.waitForOutput("sekisho: ready")
        // Everything above the state directory can be entered on a machine where others are to look.
        chmod(URL(fileURLWithPath: state).deletingLastPathComponent().path, 0o711)
        #expect(try Self.mode(state) == 0o710)
        #expect(try Self.mode("\(state)/viewer.sock") == 0o660)
        #expect(try Self.mode("\(state)/control.sock") == 0o600)
        #expect(try Self.mode("\(state)/gate.sqlite") == 0o600)

        func look(groups: [UInt32], _ arguments: [String]) async throws -> ToolResult {
            // A copy, because the directory of the build may be closed to others.
            let copy = home.file("sekisho")
            if access(copy, F_OK) != 0 {
                try FileManager.default.copyItem(atPath: Program.path, toPath: copy)
                chmod(copy, 0o755)
            }
            let list = groups.isEmpty ? ["--clear-groups"] : ["--groups", "\(groups[0])"]
            return try await runTool(
                "setpriv",
                ["--reuid", "65534", "--regid", "65534"] + list + [copy] + arguments + ["--state", state]
            )
        }
        let member = try await look(groups: [Self.group], ["status"])
        #expect(member.status == 0, Comment(rawValue: member.standardError))
        let change = try await look(groups: [Self.group], ["undo", "1"])
        #expect(change.status == 1)
        #expect(change.standardError.contains("looking only"), Comment(rawValue: change.standardError))
        let stranger = try await look(groups: [], ["status"])
        #expect(stranger.status == 1)

        gate.signal(SIGTERM)
        _ = await gate.status()
        let again = try await Program.serve(state)
        defer { again.signal(SIGTERM) }
        #expect(try Self.mode(state) == 0o700)
        #expect(try Self.mode("\(state)/viewer.sock") == 0o600)
    }

    @Test("Consoles side by side see the same trial, and only the viewer's says that it may not end it")
    func trial() async throws {
        let gate = try await DemoGate()
        let operators = try gate.attach()
        let viewer = try gate.attach(options: ["--viewer"])
        try #require(await operators.waits(for: "OBSERVE"))
        try #require(await viewer.waits(for: "READ-ONLY"))
        let status = try await runTool(SekishoProgram.path, ["status", "--state", gate.state])
        let listener = try #require(status.standardOutput.firstMatch(of: /(\S+) +127\.0\.0\.1:\d+/)?.1)
        let flip = try await runTool(
            SekishoProgram.path,
            ["mtls", String(listener), "passthrough", "--confirm-within", "10m", "--state", gate.state]
        )
        #expect(flip.status == 0, Comment(rawValue: flip.standardError))
        #expect(await operators.waits(for: "TRIAL"))
        #expect(await viewer.waits(for: "TRIAL"))
        viewer.type("K")
        #expect(await viewer.waits(for: "viewer: the gate refuses every"))
        viewer.type("!R")
        // It is still there to be kept by who may.
        let kept = try await runTool(SekishoProgram.path, ["keep", "--state", gate.state])
        #expect(kept.status == 0, Comment(rawValue: kept.standardError))
        for console in [operators, viewer] {
            console.type("q")
            #expect(await console.ending() == .exited(0))
        }
    }
}
