import ArgumentParser
import Console
import Model

/// `sekisho refusals`: why handshakes fail, cause by cause.
struct Refusals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print why handshakes have failed in the last 15 minutes, counted by cause.",
        discussion: """
            Failures of one listener with the same reason have one cause where the clients' certificates name \
            the same issuer or, without a certificate, where the clients are of one network. Counted are the \
            records that the gate remembers, the newest 100,000. `sekisho explain` tells more of a record.
            """
    )

    @Option(
        help: ArgumentHelp("Only this listener, by its name.", valueName: "listener")
    )
    var listener: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("How many causes to print, 1–1000.", valueName: "n"))
    var lines = 100

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    func validate() throws {
        guard (1...1_000).contains(self.lines) else {
            throw ValidationError("--lines is \(self.lines), outside 1–1000.")
        }
    }

    mutating func run() async throws {
        let reading = try await self.gate.reading(records: LogLimits.keptRecords)
        if let listener, let view = reading.view { _ = try view.configuration.listener(named: listener) }
        let all = reading.refusals.filter { [nil, $0.listener].contains(self.listener) }
        switch self.output.format {
        case .text: Self.table(all, limit: self.lines).forEach(Output.line)
        case .json: for cause in all.prefix(self.lines) { Output.line(try JSONDocument.line(cause)) }
        }
    }

    static func table(_ causes: [RefusalCause], limit: Int) -> [String] {
        guard !causes.isEmpty else { return ["No handshake has failed in the last 15 minutes."] }
        let head = ["COUNT", "REASON", "LISTENER", "ISSUER OR NETWORK", "FIRST", "LAST", "FROM", "RECORD"]
        let rows = causes.prefix(limit).map { cause in
            let client = cause.clients.first.map { "\($0.address)" } ?? "-"
            let others = cause.clients.count - 1
            return [
                "\(cause.count)", cause.reason, cause.listener, cause.issuer ?? cause.network ?? "-",
                cause.first.iso8601, cause.last.iso8601, others > 0 ? "\(client) +\(others)" : client,
                cause.record ?? "-",
            ]
        }
        let left = causes.count - rows.count
        return StatusTable.columns([head] + rows) + (left > 0 ? ["… and \(left) more causes."] : [])
    }
}
