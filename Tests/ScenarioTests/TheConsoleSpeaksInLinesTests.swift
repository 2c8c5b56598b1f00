import Foundation
import Glibc
import TestSupport
import TestTraits
import Testing

/// `--linear` as a screen reader, a braille display or a program has it: the real binary, lines in and out.
@Suite("The console speaks in lines", .ownThreads)
struct TheConsoleSpeaksInLinesTests {
    /// A console whose input is a pipe.
    private final class PipedConsole: Sendable {
        let program: RunningProgram
        private let input: FileHandle
        private let directory: TemporaryDirectory

        init(_ arguments: [String]) throws {
            let directory = try TemporaryDirectory()
            let path = directory.file("input")
            try #require(mkfifo(path, 0o600) == 0)
            // Open for both, so that neither end waits for the other (fifo(7)).
            let input = try #require(FileHandle(forUpdatingAtPath: path))
            self.program = try RunningProgram(
                SekishoProgram.path,
                arguments,
                environment: SekishoProgram.environment(["TERM": "dumb"]),
                input: path
            )
            (self.input, self.directory) = (input, directory)
        }

        /// Types a line, and waits until something is said.
        func type(_ line: String, _ words: String) async throws {
            try self.input.write(contentsOf: Data("\(line)\n".utf8))
            try await self.program.waitForOutput(words)
        }

        func end() throws { try self.input.close() }
    }

    @Test("Over a pipe: listeners are told, one is flipped to verify on trial, and the trial is kept")
    func pipe() async throws {
        let gate = try await DemoGate()
        let console = try PipedConsole(["console", "--linear", "--state", gate.state])
        try await console.program.waitForOutput("q leaves\n")
        try await console.type("2", "\n4. demo-")
        let told = console.program.standardOutput
        let name = String(try #require(told.firstMatch(of: /\n2\. (demo-\d+), passthrough/)?.1))
        try await console.type("mode verify \(name)", "observe mode: press ! to arm")
        try await console.type("!", "armed for 10 minutes")
        try await console.type(
            "mode verify \(name)",
            "\n? mode: off, passthrough, verify. An empty line takes verify"
        )
        try await console.type("", "\n? trust store: clients r1")
        try await console.type("", "\n? clients: required (")
        try await console.type("", "\n? which clients alone are let in: ")
        try await console.type("", "\n? ignore client certificate expiry: yes or no")
        try await console.type("", "\n? advertise CA names: yes or no")
        try await console.type("", "\n? apply as: 1, 5, 10, 30, 60")
        #expect(console.program.standardOutput.contains("Of the clients since"))
        try await console.type("30", "\n? undo at how many percent refused")
        try await console.type("50", "\n? change \(name) from passthrough to verify, trial of 30 min?")
        try await console.type("apply", "\(name) is now verify")
        try await console.program.waitForOutput(
            "\nTRIAL #2, change listener \(name): mode passthrough -> verify"
        )
        try await console.type("K", "\n? Keep change #2? Type keep to do it.")
        try await console.type("keep", "#2 is kept")
        try await console.program.waitForOutput("\ntrial #2, change listener \(name)")
        try await console.type("q", "is over: kept by ")
        #expect(await console.program.status() == 0)
        let changes = try await runTool(SekishoProgram.path, ["changes", "--state", gate.state])
        #expect(changes.standardOutput.contains("passthrough -> verify"))
        #expect(console.program.standardOutput.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
        #expect(console.program.standardError.isEmpty)
    }

    @Test("A file of lines is done to its end, in order, and the console leaves")
    func file() async throws {
        let gate = try await DemoGate()
        let status = try await runTool(SekishoProgram.path, ["status", "--state", gate.state])
        let name = String(try #require(status.standardOutput.firstMatch(of: /demo-\d+/)?.0))
        let lines = ["!", "mode passthrough \(name)", "", "stay", "apply", "2", "mode off \(name)"]
        let directory = try TemporaryDirectory()
        let console = try RunningProgram(
            SekishoProgram.path,
            ["console", "--linear", "--state", gate.state],
            environment: SekishoProgram.environment(),
            input: directory.write(lines.joined(separator: "\n"), to: "lines")
        )
        #expect(await console.status() == 0)
        let told = console.standardOutput
        #expect(told.contains("\(name) is now passthrough (generation 2)"), "\(told)")
        #expect(told.contains("\n1. \(name), passthrough, "))
        // The last question was not answered.
        #expect(told.hasSuffix("nothing was changed\n"), "\(told)")
        #expect(try await gate.answers())
    }

    @Test(
        "A dumb terminal is named the way, and gets lines: no escape, its settings untouched, every way out"
    )
    func dumb() async throws {
        let gate = try await DemoGate()
        let refused = try gate.attach(["TERM": "dumb"])
        #expect(await refused.ending() == .exited(1))
        #expect(await refused.waits(for: "Use --linear for a console in lines"))
        for way in ["q\n", "\u{4}", "leave\n"] {
            let console = try gate.attach(["TERM": "dumb"], options: ["--linear"])
            try #require(await console.waits(for: "q leaves\r\n"), "\(console.output)")
            #expect(console.settings() == console.found)
            console.type("2\n")
            #expect(await console.waits(for: "\r\n4. demo-"))
            console.type(".2\n")
            #expect(await console.waits(for: "\ndemo-"))
            console.type(way)
            #expect(await console.ending() == .exited(0), "\(way)")
            #expect(console.settings() == console.found)
            #expect(!console.output.contains("\u{1B}"))
        }
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            let console = try gate.attach(["TERM": "dumb"], options: ["--linear"])
            try #require(await console.waits(for: "q leaves\r\n"))
            kill(console.process, signal)
            #expect(await console.ending() == .exited(0), "\(signal)")
            #expect(console.settings() == console.found)
        }
        let console = try gate.attach(["TERM": "dumb"], options: ["--linear"])
        try #require(await console.waits(for: "q leaves\r\n"))
        console.hangUp()
        #expect(await console.ending() == .exited(0))
        #expect(try await gate.answers())
    }

    @Test("A console in lines on which nothing happens writes nothing and is never woken, for ten seconds")
    func idle() async throws {
        let gate = try await DemoGate()
        let console = try gate.attach(["TERM": "dumb"], options: ["--linear"])
        try #require(await console.waits(for: "q leaves\r\n"))
        try await Task.sleep(for: .seconds(2))
        // The gate tells each new minute.
        while !(5...45).contains(Int(Date().timeIntervalSince1970) % 60) {
            try await Task.sleep(for: .seconds(1))
        }
        #expect(await console.ending(within: .milliseconds(100)) == nil, "\(console.output)")
        let before = try TheConsoleInATerminalTests.wakeups(of: console.process)
        let bytes = console.outputCount
        try await Task.sleep(for: .seconds(10))
        #expect(try TheConsoleInATerminalTests.wakeups(of: console.process) == before)
        #expect(console.outputCount == bytes)
    }

    @Test("Whoever stops reading what it says keeps nobody from ending it")
    func stalled() async throws {
        let gate = try await DemoGate()
        let directory = try TemporaryDirectory()
        // A pipe that has a reader, who does not read: it is full after 64 KiB.
        let script = """
            export XDG_CONFIG_HOME=/dev/null/none XDG_STATE_HOME=/dev/null/none
            mkfifo "$1" && exec 3<> "$1"
            "$2" console --linear --state "$3" < "$4" >&3 &
            sleep 3; kill $!
            timeout 30 tail --pid=$! -f /dev/null && wait $!
            echo "ended $?"
            """
        let lines = try directory.write(String(repeating: "help all\n", count: 200), to: "lines")
        let told = try await runTool(
            "bash",
            ["-c", script, "-", directory.file("output"), SekishoProgram.path, gate.state, lines]
        )
        #expect(told.standardOutput == "ended 0\n")
    }

    @Test("A gate with a console in lines asks before Ctrl-C ends it, and goes on when the input ends")
    func serving() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        let console = try PseudoTerminal(
            SekishoProgram.path,
            [
                "demo", "--linear", "--no-clients", "--echo-port", "0", "--state", state, "--port-base",
                String(SekishoProgram.freePorts()),
            ],
            environment: SekishoProgram.environment(["TERM": "dumb"])
        )
        try #require(await console.waits(for: "q leaves\r\n"), "\(console.output)")
        // Not even Ctrl-Z stops a process that serves.
        console.type("\u{1A}\u{3}")
        try #require(await console.waits(for: "? a number from 1 to 3. An empty line takes Stay"))
        try await Task.sleep(for: .milliseconds(400))
        console.type("\n2\n")
        #expect(await console.waits(for: "\r\n4. demo-"))
        console.type("\u{4}")
        #expect(await console.waits(for: "the gate goes on serving without its console"))
        let answer = try await runTool(SekishoProgram.path, ["status", "--state", state])
        #expect(answer.status == 0, Comment(rawValue: answer.standardError))
        let ticks = try SekishoProgram.ticks(of: console.process)
        try await Task.sleep(for: .milliseconds(500))
        #expect(try SekishoProgram.ticks(of: console.process) - ticks < 25)
        kill(console.process, SIGTERM)
        #expect(await console.ending() == .exited(0))
    }
}
