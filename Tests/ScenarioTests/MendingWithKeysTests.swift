import Foundation
import Glibc
import TestSupport
import TestTraits
import Testing

/// What an operator does with keys alone: finds why a client is refused, lets it in, takes that back, and
/// tries a listener for a minute.
@Suite("Mending with keys", .ownThreads)
struct MendingWithKeysTests {
    /// Builds and machines differ; what is waited for comes, or the test says what stood there instead.
    private static let patience: Duration = .seconds(60)

    @Test(
        "A refusal is mended by its CA, the mending undone, and a trial of a minute takes itself back",
        arguments: [(80, 24), (140, 40)]
    )
    func walk(columns: Int, rows: Int) async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        let base = try SekishoProgram.freePorts()
        let screen = try await TmuxScreen(
            [SekishoProgram.path, "demo", "--port-base", "\(base)", "--echo-port", "0", "--state", state],
            columns: columns,
            rows: rows
        )
        try await self.see(screen, "demo-\(base + 1)")
        let stranger = { (port: Int) in
            try await runTool(
                "curl",
                [
                    "-s", "--max-time", "10", "--cacert", "\(state)/pki/rootCA_cert.pem", "--cert",
                    "\(state)/pki/unknown_ca_cert.pem", "--key", "\(state)/pki/unknown_ca_key.pem",
                    "https://localhost:\(port)/",
                ]
            ).status == 0
        }
        try await self.mend(screen, state, stranger, port: base + 3)
        try await self.undo(screen, stranger, port: base + 3)
        try await self.tryForAMinute(screen, stranger, port: base + 1)

        try await screen.close()
        let answer = try await runTool(SekishoProgram.path, ["status", "--state", state, "--format", "json"])
        let process = answer.standardOutput.firstMatch(of: /"processID" : ([0-9]+)/)
        kill(try #require(process.flatMap { pid_t($0.1) }), SIGTERM)
        let isGone = try await eventually(within: Self.patience) {
            try await runTool(SekishoProgram.path, ["status", "--state", state]).status != 0
        }
        #expect(isGone)
    }

    /// From the refusal to the file of the CA that is missing.
    private func mend(
        _ screen: TmuxScreen,
        _ state: String,
        _ stranger: (Int) async throws -> Bool,
        port: Int
    ) async throws {
        #expect(try await !stranger(port))
        try await screen.press("5", "/")
        try await screen.type("reason:untrusted")
        try await screen.press("Enter")
        try await self.see(screen, "ClientCertUntrusted")
        try await self.see(screen, "WHY")
        try await screen.press("!", "F")
        try await self.see(screen, "add its CA to clients from a file")
        try await screen.press("1")
        try await self.see(screen, "choose a PEM file")
        try await screen.type("\(state)/pki/unknown_rootCA_cert.pem")
        try await screen.press("Enter")
        try await self.see(screen, "+ CN=Unknown Root")
        try await self.see(screen, "that are refused now would get through")
        try await self.press("Right", "Enter", on: screen, until: "trust store clients is changed")
        #expect(try await stranger(port))
    }

    /// The last change, taken back from the page of changes.
    private func undo(
        _ screen: TmuxScreen,
        _ stranger: (Int) async throws -> Bool,
        port: Int
    ) async throws {
        try await screen.press("8")
        try await self.see(screen, "add CA CN=Unknown Root")
        try await screen.press("R")
        try await self.see(screen, "Undo change #")
        try await self.press("Enter", on: screen, until: "is undone")
        #expect(try await !stranger(port))
    }

    /// Passthrough to verify, on trial, and nobody keeps it.
    private func tryForAMinute(
        _ screen: TmuxScreen,
        _ stranger: (Int) async throws -> Bool,
        port: Int
    ) async throws {
        #expect(try await stranger(port))
        try await screen.press("2", "g", "j", "m")
        try await self.see(screen, "Change mTLS mode: demo-\(port)")
        // The dialogue ignores the keys of its first moment.
        try await Task.sleep(for: .seconds(1))
        try await screen.press("v")
        try await self.see(screen, "REJECT")
        try await screen.press("Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Left", "Left")
        try await self.see(screen, "[trial of 1 min]")
        try await screen.press("Enter")
        try await screen.type("demo-\(port)")
        try await screen.press("Enter", "Enter")
        try await self.see(screen, "demo-\(port) is now verify")
        #expect(try await !stranger(port))
        try await self.see(screen, "TRIAL")
        let isOver = try await screen.shows(within: .seconds(180)) { lines in
            !lines.contains { $0.contains("TRIAL") }
        }
        let left = try await screen.lines().joined(separator: "\n")
        try #require(isOver, Comment(rawValue: left))
        #expect(try await eventually(within: Self.patience) { try await stranger(port) })
    }

    /// Waits for a text, or says what stands there instead.
    private func see(_ screen: TmuxScreen, _ text: String) async throws {
        let isSeen = try await screen.shows(within: Self.patience) { lines in
            // A sentence may be broken over lines of a frame.
            let words = lines.map { $0.filter { !"│┃|".contains($0) } }.joined(separator: " ")
            return words.split(separator: " ").joined(separator: " ").contains(text)
        }
        let shown = try await screen.lines().joined(separator: "\n")
        try #require(isSeen, Comment(rawValue: "\(text)\n\(shown)"))
    }

    /// Presses keys that a dialogue ignores in its first moment, until they have been taken.
    private func press(
        _ keys: String...,
        on screen: TmuxScreen,
        until text: String
    ) async throws {
        try await Task.sleep(for: .seconds(1))
        for key in keys { try await screen.press(key) }
        try await self.see(screen, text)
    }
}
