import API
import ArgumentParser
import Model

/// `sekisho logs`: the connection log, from the gate that runs or from its file.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the connection log.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case alb, json
    }

    /// Lines that can be asked for.
    private static let lineRange = 0...10_000

    @Flag(name: .shortAndLong, help: "Go on printing what happens, until Ctrl-C.")
    var follow = false

    @Flag(help: "Only handshakes that did not complete.")
    var failed = false

    @Option(help: "alb (the fields of ALB's connection log) or json (an object a line).")
    var format = Format.alb

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("How many of the newest records to print.", valueName: "n")
    )
    var lines = 100

    @OptionGroup var gate: GateOptions

    func validate() throws {
        guard Self.lineRange.contains(self.lines) else {
            throw ValidationError("--lines is \(self.lines), outside 0–10000.")
        }
    }

    mutating func run() async throws {
        guard self.gate.isRemote || self.follow else {
            let path = StatePaths.connectionLog(in: self.gate.statePath)
            try LogFile.tail(of: path, count: self.lines, where: self.isWanted).forEach(self.print)
            return
        }
        // With a filter, look back further than the lines that are to be printed.
        let depth = self.failed && self.lines > 0 ? Self.lineRange.upperBound : self.lines
        var history = LogHistory(count: self.lines)
        var lost: UInt64 = 0
        for try await update in try await self.gate.remote.watch(recentRecords: depth) {
            if case .records(let batch) = update {
                if batch.lost > lost {
                    Output.error("sekisho: \(batch.lost - lost) records came faster than they were read")
                    lost = batch.lost
                }
                let lines = batch.records.map { LogLine(alb: $0.record.albLine) }.filter(self.isWanted)
                if history.isOver { lines.forEach(self.print) } else { history.add(lines) }
            }
            guard !history.isOver, history.ends(with: update) else { continue }
            history.finish().forEach(self.print)
            guard self.follow else { return }
        }
        history.finish().forEach(self.print)
    }

    private func isWanted(_ line: LogLine) -> Bool {
        !self.failed || line.isFailure
    }

    private func print(_ line: LogLine) {
        Output.line(self.format == .alb ? line.alb : line.json)
    }
}
