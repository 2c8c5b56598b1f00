import Foundation
import Glibc
import TestSupport
import TestTraits
import Testing

/// What an operator does at night: look, flip a listener with keys, look at who fails, flip it back.
@Suite("Flipping a listener with keys", .ownThreads)
struct FlippingWithKeysTests {
    private static let limit: Duration = .seconds(1)

    @Test("Verify to passthrough and back: clients see it within a second, the log shows who failed")
    func flip() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        let base = try SekishoProgram.freePorts()
        let screen = try await TmuxScreen([
            SekishoProgram.path, "demo", "--port-base", "\(base)", "--echo-port", "0", "--state", state,
        ])
        let listener = "demo-\(base + 2)"
        try #require(try await screen.shows(listener))
        let curl = { (port: Int) in
            try await runTool(
                "curl",
                [
                    "-s", "--max-time", "5", "--cacert", "\(state)/pki/rootCA_cert.pem",
                    "https://localhost:\(port)/",
                ]
            ).status == 0
        }
        #expect(try await !curl(base + 2))

        try await screen.press("2", "j", "j", "!")
        try #require(try await screen.shows("ARMED"))
        try await self.open(screen, listener)
        try await screen.press("p")
        try #require(try await screen.shows("Type the listener's name"))
        try await screen.type(listener)
        try await screen.press("Enter", "Enter")
        try #require(try await screen.shows("\(listener) is now passthrough"))
        #expect(try await eventually(within: Self.limit) { try await curl(base + 2) })

        // It is on trial, and nothing else may change what is tried.
        try await screen.press("K")
        try #require(try await screen.shows("Keep change"))
        try await Task.sleep(for: .milliseconds(400))
        try await screen.press("Enter")
        try #require(try await screen.shows { lines in !lines.contains { $0.contains("TRIAL") } })

        try await self.open(screen, listener)
        try await screen.press("v")
        // Of those who came in the meantime nobody had a certificate.
        try #require(try await screen.shows("Type the listener's name"))
        try await screen.press("Enter", "Enter")
        try await screen.type(listener)
        try await screen.press("Enter", "Enter")
        try #require(try await screen.shows("\(listener) is now verify"))
        #expect(try await eventually(within: Self.limit) { try await !curl(base + 2) })

        try await screen.press("4")
        #expect(try await screen.shows { $0.contains { $0.contains("FAIL") && $0.contains("no-cert") } })
        try await self.failuresScroll(screen)
        // From a listener the key leads to its own records.
        #expect(try await screen.shows("only listener:\(listener)"))
        try await screen.press("/", "C-u")
        try await screen.type("outcome:fail listener:\(listener)")
        try await screen.press("Enter")
        let isNarrowed = try await screen.shows { lines in
            let rows = Self.records(lines)
            return !rows.isEmpty && rows.allSatisfy { $0.contains("FAIL") && $0.contains(listener) }
        }
        #expect(isNarrowed)

        // The default of the question is to stay; two choices further the gate is stopped.
        try await screen.press("F10")
        try #require(try await screen.shows("Stop serving"))
        try await screen.press("Escape")
        try await screen.close()
        let answer = try await runTool(SekishoProgram.path, ["status", "--state", state, "--format", "json"])
        #expect(answer.status == 0)
        let process = answer.standardOutput.firstMatch(of: /"processID" : ([0-9]+)/)
        kill(try #require(process.flatMap { pid_t($0.1) }), SIGTERM)
        let isGone = try await eventually(within: .seconds(20)) {
            try await runTool(SekishoProgram.path, ["status", "--state", state]).status != 0
        }
        #expect(isGone)
    }

    /// Opens the mode dialogue, and waits until it takes keys: it ignores those of its first 300 ms.
    private func open(_ screen: TmuxScreen, _ listener: String) async throws {
        try await screen.press("m")
        try #require(try await screen.shows("Change mTLS mode: \(listener)"))
        try await Task.sleep(for: .milliseconds(400))
    }

    /// Waits until a failure that was not on the screen appears by itself.
    private func failuresScroll(_ screen: TmuxScreen) async throws {
        let before = Set(Self.records(try await screen.lines()))
        let hasScrolled = try await screen.shows { lines in
            Self.records(lines).contains { $0.contains("FAIL") && !before.contains($0) }
        }
        #expect(hasScrolled)
    }

    /// The rows of the log: they have a time and a result.
    private static func records(_ lines: [String]) -> [String] {
        lines.filter { $0.contains(/[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3} .*(ok|FAIL) +demo-/) }
            .filter { !$0.contains("─") }
            .map { $0.replacingOccurrences(of: "▸", with: " ") }
    }
}
