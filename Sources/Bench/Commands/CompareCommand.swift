import ArgumentParser
import Foundation
import Glibc

/// `Bench compare`: Sekisho beside HAProxy and nginx.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measure Sekisho beside the proxies that are installed.",
        discussion: """
            Every proxy has one worker, the same certificates (P-256) and the same target. Rounds are \
            interleaved: each proxy in turn, then again. Figures are medians of the rounds; ratios are \
            medians of the ratios within a round. Peers are measured as they come and, where tickets \
            matter, with tickets switched off.
            """
    )

    @Option(help: ArgumentHelp("Separated by commas, of: \(Self.names(Workload.self))."))
    var workloads = Self.names(Workload.self)

    @Option(help: ArgumentHelp("Separated by commas, of: \(Self.names(Contender.self))."))
    var contenders = Self.names(Contender.self)

    @Option(help: ArgumentHelp("Rounds of each workload.", valueName: "n"))
    var rounds = 5

    @Option(help: ArgumentHelp("Seconds that a round measures a proxy.", valueName: "s"))
    var seconds = 2.0

    @Option(help: ArgumentHelp("Seconds before that are not measured.", valueName: "s"))
    var warmup = 0.4

    @Flag(help: "Have peers tell targets the client's subject only, not all that Sekisho tells.")
    var subjectOnly = false

    @Option(help: ArgumentHelp("Where to write every round's figures, as JSON.", valueName: "file"))
    var json: String?

    @OptionGroup var bed: BedOptions

    func run() throws {
        let workloads = try Self.list(Workload.self, self.workloads)
        let contenders = try Self.list(Contender.self, self.contenders)
        let bed = try Bed(self.bed)
        var setup = bed.setup
        setup.tellsAll = !self.subjectOnly
        var running: [RunningContender] = []
        for contender in contenders {
            guard contender.program(sekisho: bed.sekisho) != nil else {
                Output.progress("\(contender.rawValue) is not installed and left out")
                continue
            }
            running.append(try RunningContender(contender, at: bed.site, setup))
        }
        var measurements: [Measurement] = []
        for workload in workloads {
            let taking = running.filter { workload.contenders.contains($0.contender) }
            let found = try self.measure(workload, taking, bed)
            measurements += found
            for line in ComparisonTable(workload: workload, measurements: found).lines { Output.line(line) }
            Output.line("")
            if let json { try Self.write(measurements, to: json) }
        }
    }

    private func measure(
        _ workload: Workload,
        _ contenders: [RunningContender],
        _ bed: Bed
    ) throws -> [Measurement] {
        var measurements: [Measurement] = []
        for round in 1...max(1, self.rounds) {
            for contender in contenders {
                var measurement = Measurement(
                    workload: workload.rawValue,
                    contender: contender.contender.rawValue,
                    round: round
                )
                var plan = workload.plan(contender.ports)
                plan.seconds = self.seconds
                plan.warmupSeconds = self.warmup
                if workload == .idle {
                    measurement.connectionKiB = try IdleMemory.measure(plan, contender, bed)
                } else {
                    measurement.load = try bed.run(plan, against: contender)
                }
                let cost = measurement.cost?.threeDigits ?? "?"
                Output.progress(
                    "\(workload.rawValue) \(round)/\(self.rounds) \(measurement.contender) \(cost)"
                )
                measurements.append(measurement)
            }
        }
        return measurements
    }

    private static func names<Choice: CaseIterable & RawRepresentable<String>>(_: Choice.Type) -> String {
        Choice.allCases.map(\.rawValue).joined(separator: ",")
    }

    private static func list<Choice: CaseIterable & RawRepresentable<String>>(
        _: Choice.Type,
        _ words: String
    ) throws -> [Choice] {
        try words.split(separator: ",").map { word in
            guard let choice = Choice(rawValue: String(word)) else {
                throw ValidationError("\(word) is none of \(self.names(Choice.self)).")
            }
            return choice
        }
    }

    private static func write(_ measurements: [Measurement], to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(measurements).write(to: URL(fileURLWithPath: path))
    }
}
