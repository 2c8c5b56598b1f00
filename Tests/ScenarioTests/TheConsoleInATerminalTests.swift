import Foundation
import Glibc
import TestSupport
import TestTraits
import Testing

/// The real program on real terminals: what it draws, and how it leaves them whatever ends it.
@Suite("The console in a terminal", .ownThreads)
struct TheConsoleInATerminalTests {
    enum Way: Hashable, Sendable {
        case key
        /// Ends it in order.
        case end(Int32)
        /// Ends it where it stands.
        case crash(Int32)

        static let common: [Way] = [.key, .end(SIGTERM), .end(SIGINT), .end(SIGHUP), .crash(SIGSEGV)]
        static let crashes: [Way] = [
            SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS, SIGQUIT,
        ].map { .crash($0) }
    }

    private static let terminals = [
        "xterm-256color", "tmux-256color", "screen-256color", "linux", "vt100", "xterm", "no-such-terminal",
        "NO_COLOR",
    ]

    @Test(
        "It draws on every terminal, and each way out leaves the terminal as it was found",
        arguments: terminals
    )
    func leaves(terminal: String) async throws {
        let gate = try await DemoGate()
        let extra = terminal == "NO_COLOR" ? ["NO_COLOR": "1"] : ["TERM": terminal]
        for way in Way.common + (terminal == "xterm-256color" ? Way.crashes : []) {
            let console = try gate.attach(extra)
            try #require(await console.waits(for: "OBSERVE"), "\(console.output)")
            try #require(await console.waits(for: "passthrough"))
            #expect(console.settings() != console.found)
            switch way {
            case .key:
                console.type("q")
                #expect(await console.ending() == .exited(0))
            case .end(let signal):
                kill(console.process, signal)
                #expect(await console.ending() == .exited(0), "\(way)")
            case .crash(let signal):
                kill(console.process, signal)
                #expect(await console.ending() == .signalled(signal), "\(way)")
            }
            // Nothing is written to a terminal of which the kernel says that it has gone.
            if way == .end(SIGHUP) { continue }
            #expect(console.settings() == console.found, "\(way)")
            #expect(await console.isOnFirstScreen(), "\(way)")
            let hasColour = Self.hasColour(console.output)
            if ["NO_COLOR", "vt100"].contains(terminal) { #expect(!hasColour) }
            if terminal == "xterm-256color" { #expect(hasColour) }
            if terminal == "no-such-terminal" { #expect(console.output.contains("is not known here")) }
        }
        #expect(try await gate.answers())
    }

    /// Whether any colour was chosen: parameters 30 to 48 of `ESC [ … m`, ECMA-48 8.3.117.
    private static func hasColour(_ output: String) -> Bool {
        output.components(separatedBy: "\u{1B}[").contains { sequence in
            let parameters = sequence.prefix { $0.isNumber || $0 == ";" }
            guard sequence.dropFirst(parameters.count).first == "m" else { return false }
            return parameters.split(separator: ";").contains {
                (30...48).contains(Int($0) ?? 0) && $0 != "39"
            }
        }
    }

    @Test("A console on which nothing happens writes nothing and is never woken, for ten seconds")
    func idle() async throws {
        let gate = try await DemoGate()
        let console = try gate.attach()
        try #require(await console.waits(for: "OBSERVE"))
        // The first frames are over when it has been quiet for two seconds.
        var count = -1
        _ = await eventually(within: .seconds(30)) {
            defer { count = console.outputCount }
            try? await Task.sleep(for: .seconds(2))
            return count == console.outputCount
        }
        // The header's clock has minutes: one may not begin meanwhile, nor have just begun.
        while !(5...45).contains(Int(Date().timeIntervalSince1970) % 60) {
            try await Task.sleep(for: .seconds(1))
        }
        let (wakeups, bytes) = (try Self.wakeups(of: console.process), console.outputCount)
        try await Task.sleep(for: .seconds(10))
        #expect(try Self.wakeups(of: console.process) == wakeups)
        #expect(console.outputCount == bytes)
    }

    /// How often the thread that owns the terminal has begun to wait (proc(5)).
    static func wakeups(of process: pid_t) throws -> Int {
        let tasks = "/proc/\(process)/task"
        let threads = try FileManager.default.contentsOfDirectory(atPath: tasks).map { task in
            (task, Result { try String(contentsOfFile: "\(tasks)/\(task)/comm", encoding: .utf8) })
        }
        let thread = try #require(threads.first { (try? $0.1.get()) == "console\n" }, "\(threads)")
        let status = try String(contentsOfFile: "\(tasks)/\(thread.0)/status", encoding: .utf8)
        return try #require(status.firstMatch(of: /\nvoluntary_ctxt_switches:\s+(\d+)/).flatMap { Int($0.1) })
    }

    @Test("In the C locale nothing beyond ASCII is written")
    func plainLocale() async throws {
        let gate = try await DemoGate()
        let console = try gate.attach(["LC_ALL": "C"])
        try #require(await console.waits(for: "OBSERVE"))
        try #require(await console.waits(for: "passthrough"))
        for page in ["1", "3", "4", "5", "6", "7", "8", "?"] { console.type(page) }
        console.type("\u{1B}")
        try await Task.sleep(for: .seconds(1))
        console.type("qqqqqqqqq")
        #expect(await console.ending() == .exited(0))
        #expect(console.output.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test("A terminal that draws lines in two columns gets ASCII frames around its own words")
    func wideLines() async throws {
        let gate = try await DemoGate()
        let console = try gate.attach(options: ["--language", "ja"])
        // The answer lies there before the question is asked: the cursor is two columns further.
        console.type("\u{1B}[1;3R")
        try #require(await console.waits(for: "OBSERVE"))
        try #require(await console.waits(for: "リスナー"))
        console.type("q")
        #expect(await console.ending() == .exited(0))
        let drawings = console.output.replacing("\r─\u{1B}[6n", with: "").filter { "─│┌┏━┃●▸".contains($0) }
        #expect(drawings.isEmpty)
    }

    @Test("SIGUSR1 leaves the screen as text in the log, and the console goes on")
    func dump() async throws {
        let gate = try await DemoGate()
        let home = gate.directory.file("home")
        let console = try gate.attach(["XDG_STATE_HOME": home])
        try #require(await console.waits(for: "passthrough"))
        kill(console.process, SIGUSR1)
        let log = "\(home)/sekisho/console.log"
        let isThere = await eventually(within: .seconds(30)) {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            return text.hasPrefix("screen 80x24") && text.contains("passthrough")
                && text.count { $0 == "\n" } == 25
        }
        #expect(isThere)
        console.type("q")
        #expect(await console.ending() == .exited(0))
    }

    @Test("A line of the log costs what two frames of one new line may: 350 bytes each")
    func following() async throws {
        let gate = try await DemoGate()
        let status = try await runTool(SekishoProgram.path, ["status", "--state", gate.state])
        let port = try #require(status.standardOutput.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
        let console = try PseudoTerminal(
            SekishoProgram.path,
            ["console", "--state", gate.state],
            environment: SekishoProgram.environment(),
            columns: 120,
            rows: 40
        )
        try #require(await console.waits(for: "OBSERVE"))
        console.type("4")
        try #require(await console.waits(for: "FOLLOW"))
        // The first lines fill the screen; what is measured is a screen that scrolls.
        for _ in 0..<30 { _ = try await runTool("curl", ["-sk", "https://127.0.0.1:\(port)/"]) }
        try? await Task.sleep(for: .seconds(2))
        let before = console.outputCount
        let lines = 10
        for _ in 0..<lines {
            _ = try await runTool("curl", ["-sk", "https://127.0.0.1:\(port)/"])
            try? await Task.sleep(for: .milliseconds(300))
        }
        try? await Task.sleep(for: .seconds(2))
        let bytes = console.outputCount - before
        #expect(bytes > 0)
        #expect(bytes <= lines * 2 * 350)
    }

    @Test("Ctrl-Z gives the terminal back, fg takes it again and paints everything")
    func suspend() async throws {
        let gate = try await DemoGate()
        let console = try gate.attach()
        try #require(await console.waits(for: "passthrough"))
        console.type("\u{1A}")
        #expect(await console.ending(WUNTRACED) == .stopped)
        #expect(console.settings() == console.found)
        #expect(await console.isOnFirstScreen())
        let before = console.outputCount
        kill(console.process, SIGCONT)
        #expect(await console.waits(for: "OBSERVE", after: before))
        #expect(await console.waits(for: "passthrough", after: before))
        #expect(console.settings() != console.found)
        console.type("q")
        #expect(await console.ending() == .exited(0))
        #expect(console.settings() == console.found)
    }

    /// A whole gate with its console, without clients.
    private func serve(_ state: String) throws -> PseudoTerminal {
        let arguments = try [
            "demo", "--no-clients", "--echo-port", "0", "--state", state, "--port-base",
            String(SekishoProgram.freePorts()),
        ]
        return try PseudoTerminal(
            SekishoProgram.path,
            arguments,
            environment: SekishoProgram.environment()
        )
    }

    @Test("Told to end, a gate with a console gives the terminal back and ends in order")
    func servingEnds() async throws {
        let directory = try TemporaryDirectory()
        let console = try self.serve(directory.file("state"))
        try #require(await console.waits(for: "passthrough"), "\(console.output)")
        kill(console.process, SIGTERM)
        let ending = await console.ending()
        #expect(ending == .exited(0))
        #expect(console.settings() == console.found)
        #expect(await console.isOnFirstScreen())
    }

    @Test("A gate whose terminal is closed goes on serving, and ends when it is told to")
    func hangUp() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        let console = try self.serve(state)
        try #require(await console.waits(for: "OBSERVE"), "\(console.output)")
        try #require(await console.waits(for: "passthrough"))
        // Not even Ctrl-Z stops a process that serves.
        let before = console.outputCount
        console.type("\u{1A}")
        #expect(await console.waits(for: "must not be stopped", after: before))
        console.hangUp()
        let answer = try await runTool(SekishoProgram.path, ["status", "--state", state])
        #expect(answer.status == 0, Comment(rawValue: answer.standardError))
        let ticks = try SekishoProgram.ticks(of: console.process)
        let again = try await runTool(SekishoProgram.path, ["status", "--state", state])
        #expect(again.status == 0)
        // A loop around a dead terminal would use all of the time that the second answer took.
        #expect(try SekishoProgram.ticks(of: console.process) - ticks < 50)
        kill(console.process, SIGTERM)
        let ending = await console.ending()
        #expect(ending == .exited(0))
    }
}
