import API
import ArgumentParser
import Foundation
import Model

/// `sekisho status`: the listeners of a running gate, as text.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the listeners of a running gate, its trust stores and what needs attention.",
        discussion: "With --output json, prints the whole state of the gate; private keys are not part of it."
    )

    @OptionGroup var gate: GateOptions
    @OptionGroup var output: OutputOption

    mutating func run() async throws {
        let (view, counters) = try await self.gate.remote.state()
        switch self.output.format {
        case .text:
            let tables =
                StatusTable.lines(view) + TrustStoreTable.lines(view, counters)
                + TargetTable.lines(view) + CutTable.lines(view, counters.engine)
                + RejectionTable.lines(view, counters.engine)
                + LogTable.lines(counters.logs ?? []) + ChangeTable.lines(view.trials ?? [])
            tables.forEach(Output.line)
        case .json:
            let document = StatusDocument(view: view, counters: counters.engine, logs: counters.logs)
            Output.line(try JSONDocument.pretty(document))
        }
    }
}

/// What `--output json` prints: the view's own keys, and `counters` and `logs` beside them.
private struct StatusDocument: Encodable {
    let view: GateView
    let counters: EngineCounters
    let logs: [LogHealth]?

    private enum CodingKeys: String, CodingKey { case counters, logs }

    func encode(to encoder: any Encoder) throws {
        try self.view.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.counters, forKey: .counters)
        try container.encodeIfPresent(self.logs, forKey: .logs)
    }
}
