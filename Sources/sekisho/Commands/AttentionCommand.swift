import API
import ArgumentParser
import Console
import Model

/// `sekisho attention`: what somebody should look at.
struct AttentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attention",
        abstract: "Print what needs attention at a gate, most urgent first.",
        discussion: """
            The list of the console's overview: listeners that are not served, failures, trials, targets that \
            are down, certificates that expire (the gate's, CAs', clients'), clients turned away, logs that lose \
            records. Shares of failures are those of the seconds for which it watches.
            """
    )

    @Option(help: ArgumentHelp("For how long to watch, 1–300.", valueName: "seconds"))
    var seconds: Int64 = 5

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    func validate() throws {
        guard (1...300).contains(self.seconds) else {
            throw ValidationError("--seconds is \(self.seconds), outside 1–300.")
        }
    }

    mutating func run() async throws {
        var reading = try await self.gate.reading(records: 0, seconds: self.seconds)
        reading.take(expiring: try await self.gate.remote.clients(GateReading.expiringClients))
        let lines = reading.attention
        switch self.output.format {
        case .text: Self.table(lines).forEach(Output.line)
        case .json: for line in lines { Output.line(try JSONDocument.line(line)) }
        }
    }

    static func table(_ lines: [AttentionLine]) -> [String] {
        guard !lines.isEmpty else { return ["Nothing needs attention."] }
        return StatusTable.columns(lines.map { [$0.level.uppercased(), $0.object, $0.sentence] })
    }
}
