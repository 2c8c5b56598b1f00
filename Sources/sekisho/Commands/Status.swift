import API
import ArgumentParser
import Console
import Foundation
import Model

/// `sekisho status`: the listeners of a running gate, as text.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Print the listeners of a running gate, its trust stores and targets, or all about a listener.",
        discussion: """
            With --output json, prints the whole state of the gate, or what there is about the listener; private \
            keys are not part of it.
            """
    )

    @Argument(help: ArgumentHelp("A listener's name: everything about that one.", valueName: "listener"))
    var listener: String?

    @OptionGroup var gate: GateOptions
    @OptionGroup var output: OutputOption

    mutating func run() async throws {
        if let listener { return try await self.show(listener) }
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

    private func show(_ name: String) async throws {
        let reading = try await self.gate.reading(records: 0)
        guard let view = reading.view else { return }
        let (balancer, listener) = try view.configuration.listener(named: name)
        switch self.output.format {
        case .text:
            let lines = reading.listener(named: name) ?? []
            StatusTable.columns([["listener", name]] + lines.map { [$0.label, $0.text] }).forEach(Output.line)
        case .json:
            let document = ListenerDocument(listener, of: balancer, view, reading.counters)
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
