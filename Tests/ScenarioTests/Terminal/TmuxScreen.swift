import Foundation
import Glibc
import TestSupport
import Testing

/// A program in a real terminal emulator: keys in, the screen as a person sees it out.
final class TmuxScreen: Sendable {
    /// A server of its own, so that nobody's sessions or settings are touched.
    private let directory: TemporaryDirectory

    private let server: PseudoTerminal

    init(_ command: [String], columns: Int = 100, rows: Int = 30) async throws {
        self.directory = try TemporaryDirectory()
        // Not as a daemon, so that it ends with the test.
        self.server = try PseudoTerminal(
            "/usr/bin/env",
            ["tmux", "-S", self.directory.file("socket"), "-f", "/dev/null", "-D"],
            environment: SekishoProgram.environment(Self.environment)
        )
        let socket = self.directory.file("socket")
        let isUp = await eventually(within: .seconds(10)) { FileManager.default.fileExists(atPath: socket) }
        try #require(isUp)
        let quoted = command.map { "'\($0)'" }.joined(separator: " ")
        try await self.run([
            "new-session", "-d", "-s", "console", "-x", "\(columns)", "-y", "\(rows)", quoted,
        ])
    }

    private static let environment = ["LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "TMUX": ""]

    /// Ends the server, and with it the terminal.
    func close() async throws {
        kill(self.server.process, SIGTERM)
        try #require(await self.server.ending() != nil)
    }

    @discardableResult
    private func run(_ arguments: [String]) async throws -> String {
        let result = try await runTool(
            "tmux",
            ["-S", self.directory.file("socket")] + arguments,
            environment: Self.environment
        )
        try #require(result.status == 0, Comment(rawValue: result.standardError))
        return result.standardOutput
    }

    /// Presses keys by tmux' names: `Enter`, `Escape`, `j`.
    func press(_ keys: String...) async throws {
        try await self.run(["send-keys", "-t", "console"] + keys)
    }

    func type(_ text: String) async throws {
        try await self.run(["send-keys", "-t", "console", "-l", text])
    }

    func lines() async throws -> [String] {
        try await self.run(["capture-pane", "-p", "-t", "console"]).components(separatedBy: "\n")
    }

    /// Waits until the screen is as wanted.
    func shows(
        within limit: Duration = .seconds(15),
        _ isWanted: @Sendable ([String]) -> Bool
    ) async throws -> Bool {
        try await eventually(within: limit) { isWanted(try await self.lines()) }
    }

    func shows(_ text: String) async throws -> Bool {
        try await self.shows { $0.contains { $0.contains(text) } }
    }
}
