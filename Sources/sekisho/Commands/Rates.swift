import API
import ArgumentParser
import Model

/// `sekisho rates`: what listeners do, a line for each and every few seconds.
struct Rates: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print rates and times of handshakes as they are, every few seconds until Ctrl-C.",
        discussion: """
            Each line is about the time since the line before: handshakes and failures a second, the share of \
            failures, how long handshakes took (half of them and 99 in 100 at most; of the classes of \
            sekisho_handshake_duration_seconds), and connections that are open at the end.
            """
    )

    @Option(help: ArgumentHelp("Seconds between two looks, 1–3600.", valueName: "seconds"))
    var every: Int64 = 5

    @Option(help: ArgumentHelp("How many looks; 0 goes on until Ctrl-C.", valueName: "n"))
    var count = 0

    @Option(help: ArgumentHelp("Only this listener, by its name.", valueName: "listener"))
    var listener: String?

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    func validate() throws {
        guard (1...3_600).contains(self.every) else {
            throw ValidationError("--every is \(self.every), outside 1–3600.")
        }
        guard self.count >= 0 else { throw ValidationError("--count is \(self.count), below 0.") }
    }

    mutating func run() async throws {
        let remote = self.gate.remote
        if let listener { _ = try await remote.view().configuration.listener(named: listener) }
        var view: GateView?
        var before: GateCounters?
        var looks = 0
        for try await update in try await remote.watch(recentRecords: 0) {
            if case .view(let newest) = update { view = newest }
            guard case .counters(let counters) = update, let view else { continue }
            guard let last = before else {
                before = counters
                continue
            }
            guard counters.time.microseconds >= last.time.microseconds + self.every * 1_000_000 else {
                continue
            }
            let rows = RateRow.rows(view, from: last, to: counters)
                .filter { [nil, $0.listener].contains(self.listener) }
            try self.print(rows, isFirst: looks == 0)
            before = counters
            looks += 1
            if looks == self.count { return }
        }
        Output.error("sekisho: the gate has stopped")
    }

    private func print(_ rows: [RateRow], isFirst: Bool) throws {
        switch self.output.format {
        case .text: RateRow.table(rows, hasHead: isFirst).forEach(Output.line)
        case .json: for row in rows { Output.line(try JSONDocument.line(row)) }
        }
    }
}
