import API
import ArgumentParser
import Foundation
import Model

/// `sekisho status`: the listeners of a running gate, as text.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the listeners of a running gate.",
        discussion: "With --format json, prints the whole state of the gate; private keys are not part of it."
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @OptionGroup var gate: GateOptions

    @Option(help: "text or json.")
    var format = Format.text

    mutating func run() async throws {
        let (view, counters) = try await Self.state(of: self.gate.remote)
        switch self.format {
        case .text:
            (StatusTable.lines(view) + TargetTable.lines(view) + RejectionTable.lines(view, counters))
                .forEach(Output.line)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Output.line(
                String(
                    decoding: try encoder.encode(StatusDocument(view: view, counters: counters)),
                    as: UTF8.self
                )
            )
        }
    }

    /// The view and the counters that a watch begins with.
    private static func state(
        of gate: any ControlPlane
    ) async throws -> (view: GateView, counters: EngineCounters) {
        var view: GateView?
        var counters: EngineCounters?
        for try await update in try await gate.watch(recentRecords: 0) {
            switch update {
            case .view(let first): view = first
            case .counters(let first): counters = first.engine
            case .records: break
            }
            if let view, let counters { return (view, counters) }
        }
        return (try await gate.view(), EngineCounters())
    }
}

/// What `--format json` prints: the view's own keys, and `counters` beside them.
private struct StatusDocument: Encodable {
    let view: GateView
    let counters: EngineCounters

    private enum CodingKeys: String, CodingKey { case counters }

    func encode(to encoder: any Encoder) throws {
        try self.view.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.counters, forKey: .counters)
    }
}
