import Foundation
import Glibc
import TestSupport
import TestTraits
import Testing

/// A theme file while a console runs on it, and one that is wrong before it does.
@Suite("A theme is read again when it is saved", .ownThreads)
struct AThemeIsReadAgainWhenItIsSavedTests {
    /// `text` in a colour of the 240 fixed ones.
    private static func theme(_ colour: Int, role: String = "header") -> String {
        """
        name: mine
        background: dark
        colours:
          surface: "#000000"
          text: { hex: "#ffffff", c256: \(colour) }
        roles:
          \(role): text bold
        """
    }

    @Test("A good one is shown at once; a bad one is told with file, line and role, and changes nothing")
    func reload() async throws {
        let (gate, home) = (try await DemoGate(), try TemporaryDirectory())
        let path = try home.write(Self.theme(201), to: "mine.yaml")
        let console = try PseudoTerminal(
            SekishoProgram.path,
            ["console", "--state", gate.state, "--theme", path],
            environment: SekishoProgram.environment(),
            columns: 200
        )
        try #require(await console.waits(for: "OBSERVE"), "\(console.output)")
        #expect(await console.waits(for: "38;5;201"))
        var before = console.outputCount
        _ = try home.write(Self.theme(46), to: "mine.yaml")
        #expect(await console.waits(for: "38;5;46", after: before))
        before = console.outputCount
        _ = try home.write(Self.theme(21, role: "header.nope"), to: "mine.yaml")
        #expect(await console.waits(for: "header.nope", after: before))
        #expect(!console.output.contains("38;5;21m"))
        // What was in force stays, and what is saved next is read.
        before = console.outputCount
        _ = try home.write(Self.theme(51), to: "mine.yaml")
        #expect(await console.waits(for: "38;5;51", after: before))
        console.type("q")
        #expect(await console.ending() == .exited(0))
    }

    @Test("A bad theme is refused before the screen is taken, with file, line and role")
    func refused() async throws {
        let (gate, home) = (try await DemoGate(), try TemporaryDirectory())
        let path = try home.write(Self.theme(201, role: "state.fial"), to: "mine.yaml")
        let console = try gate.attach(options: ["--theme", path])
        #expect(await console.ending() == .exited(1))
        #expect(await console.waits(for: "state.fial"))
        #expect(console.output.contains("mine.yaml:7"))
        #expect(!console.output.contains("\u{1B}[?1049h"))
        #expect(console.settings() == console.found)
    }
}
