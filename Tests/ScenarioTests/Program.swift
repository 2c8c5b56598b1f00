import API
import Foundation
import Model
import TestSupport

/// The program as an operator has it: the binary that was built beside this test.
enum Program {
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("sekisho").path

    /// Runs one command to its end.
    static func run(_ arguments: String...) async throws -> ToolResult {
        try await runTool(Self.path, arguments)
    }

    /// Starts a gate; returns when it is ready.
    static func serve(_ state: String) async throws -> RunningProgram {
        let gate = try RunningProgram(Self.path, ["serve", "--state", state])
        try await gate.waitForOutput("sekisho: ready")
        return gate
    }

    /// What speaks to the gate that runs there.
    static func control(_ state: String) -> any ControlPlane {
        RemoteControlPlane(socketPath: "\(state)/control.sock")
    }
}
