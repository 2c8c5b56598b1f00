import API
import ArgumentParser
import Foundation
import Glibc
import TestSupport

/// `Bench console`: what a console costs, itself and the gate it shows.
struct ConsoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Measure the console: start, keys, memory, following, and what it costs a gate.",
        discussion: """
            The real console on a terminal of 120 × 40, attached to a made-up gate, for all but the last figures: \
            those are of a real gate with one worker that makes full handshakes, without a console, with one that \
            follows its log, and with one that has been stopped. The exit status is 3 when a limit is missed.
            """
    )

    @Option(help: ArgumentHelp("Events that the console holds.", valueName: "n"))
    var events = 2_000_000

    @Option(help: ArgumentHelp("Events a second that it follows.", valueName: "n"))
    var rate = 5_000

    @Option(help: ArgumentHelp("Seconds of watching, and of each round of handshakes.", valueName: "s"))
    var seconds = 10.0

    @Option(help: ArgumentHelp("Rounds of handshakes.", valueName: "n"))
    var rounds = 5

    @Option(help: ArgumentHelp("Write all figures to this file as JSON.", valueName: "file"))
    var json: String?

    @OptionGroup var bed: BedOptions

    func run() throws {
        let figures = try self.alone() + self.besideGate()
        ConsoleFigure.lines(figures).forEach(Output.line)
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(figures).write(to: URL(fileURLWithPath: json))
        }
        if figures.contains(where: { !$0.isKept }) { throw ExitCode(3) }
    }

    // MARK: The console

    private func alone() throws -> [ConsoleFigure] {
        let directory = try TemporaryDirectory()
        let (path, socket) = (try self.bed.sekishoPath(), directory.file("gate.sock"))
        let gate = FloodingGate()
        let server = try ControlServer(socketPath: socket, controlPlane: gate)
        defer { server.stop() }
        func console() throws -> TerminalProgram {
            try TerminalProgram(path, ["console", "--socket", socket, "--theme", "night"])
        }

        var figures: [ConsoleFigure] = []
        func add(_ name: String, _ value: Double?, _ unit: String, limit: Double? = nil) {
            guard let value else { return }
            figures.append(ConsoleFigure(name: name, value: value, unit: unit, limit: limit))
            Output.progress("\(name): \(value) \(unit)")
        }

        var (starts, ends): ([Double], [Double]) = ([], [])
        for _ in 0..<5 {
            let console = try console()
            starts.append(Self.milliseconds(try console.wait(for: "OBSERVE")))
            console.watch(seconds: 0.5)
            ends.append(Self.milliseconds(try console.end(by: SIGTERM)))
        }
        add("start to first frame", Statistics.median(starts), "ms", limit: 50)
        add("SIGTERM to end", Statistics.median(ends), "ms", limit: 200)

        let console = try console()
        try console.wait(for: "OBSERVE")
        console.watch(seconds: 2)
        let idle = self.watch(console, seconds: self.seconds)
        add("idle, bytes", Double(idle.bytes), "B", limit: 0)
        add("idle, wake-ups of its thread", Double(idle.wakeups), "", limit: 0)

        gate.flood(self.events)
        console.type("4")
        let start = ContinuousClock.now
        while !gate.isDry { console.watch(seconds: 0.5) }
        // What was sent last is taken and counted.
        while self.watch(console, seconds: 1).cpuShare > 0.02 {}
        add("taking an event", (ContinuousClock.now - start) / .microseconds(1) / Double(self.events), "µs")
        add("memory with \(self.events) events", Self.residentMiB(console.processID), "MiB", limit: 600)

        var keys: [Double] = []
        for press in 0..<60 {
            console.type(press % 30 < 15 ? "k" : "j")
            keys.append(Self.milliseconds(try console.waitForAnything()))
            console.watch(seconds: 0.03)
        }
        add("key to screen", Statistics.median(keys), "ms", limit: 16)
        add("key to screen, slowest", keys.max(), "ms")

        console.type("f")
        gate.trickle(perSecond: self.rate)
        console.watch(seconds: 2)
        let following = self.watch(console, seconds: self.seconds)
        add("following \(self.rate) events/s, of a core", following.cpuShare * 100, "%", limit: 3)
        add("following, a tenth of a second", Double(following.bytes) / self.seconds / 10, "B", limit: 3_584)
        gate.trickle(perSecond: 0)
        return figures
    }

    private func watch(
        _ console: TerminalProgram,
        seconds: Double
    ) -> (cpuShare: Double, bytes: Int, wakeups: Int) {
        let process = console.processID
        let before = (ProcessTimes(of: [process]), console.byteCount, Self.wakeups(process))
        console.watch(seconds: seconds)
        return (
            ProcessTimes(of: [process]).since(before.0).total / seconds, console.byteCount - before.1,
            Self.wakeups(process) - before.2
        )
    }

    /// How often the thread that owns the terminal has begun to wait, which is as often as it was woken
    /// (proc(5)).
    private static func wakeups(_ process: pid_t) -> Int {
        let threads = ProcFile.names(in: "/proc/\(process)/task").map { "/proc/\(process)/task/\($0)" }
        return threads.filter { ProcFile.text("\($0)/comm") == "console\n" }.reduce(0) { sum, thread in
            sum + self.number("voluntary_ctxt_switches:", in: "\(thread)/status")
        }
    }

    private static func residentMiB(_ process: pid_t) -> Double {
        Double(self.number("VmRSS:", in: "/proc/\(process)/status")) / 1_024
    }

    private static func number(_ label: String, in path: String) -> Int {
        let line = (ProcFile.text(path) ?? "").split(separator: "\n").first { $0.hasPrefix(label) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }

    private static func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

    // MARK: The gate

    /// What a full handshake costs the worker, in three ways that take turns.
    private func besideGate() throws -> [ConsoleFigure] {
        let bed = try Bed(self.bed)
        let gate = try RunningContender(.sekisho, at: bed.site, bed.setup)
        let state = bed.site.directory.file("\(gate.program.name)/state")
        var costs: [[Double]] = [[], [], []]
        for round in 1...max(1, self.rounds) {
            for way in costs.indices {
                var console: TerminalProgram?
                if way > 0 {
                    console = try TerminalProgram(
                        try self.bed.sekishoPath(),
                        ["console", "--state", state, "--theme", "night"]
                    )
                    try console?.wait(for: "OBSERVE")
                    console?.type("4")
                    console?.watch(seconds: 0.5)
                }
                if way == 2, let console { kill(console.processID, SIGSTOP) }
                var plan = Workload.hs13.plan(gate.ports)
                plan.seconds = self.seconds
                let drain = console?.drain()
                let result = try bed.run(plan, against: gate)
                drain?.stop()
                if result.operations > 0 {
                    costs[way].append(result.busiestThreadSeconds * 1e6 / Double(result.operations))
                }
                Output.progress("handshakes \(round)/\(self.rounds), way \(way)")
                if way == 2, let console { kill(console.processID, SIGCONT) }
                _ = try console?.end(by: SIGTERM)
            }
        }
        let names = ["a console that follows", "a console that is stopped"]
        var figures = [
            ConsoleFigure(
                name: "a handshake without a console",
                value: Statistics.median(costs[0]) ?? 0,
                unit: "µs of the worker"
            )
        ]
        for (name, values) in zip(names, costs.dropFirst()) {
            let ratio = Statistics.medianRatio(values, to: costs[0]) ?? 0
            figures.append(
                ConsoleFigure(name: "more with \(name)", value: (ratio - 1) * 100, unit: "%", limit: 2)
            )
        }
        return figures
    }
}
