import ArgumentParser
import Model

/// `sekisho mtls`: flips how one listener treats client certificates.
struct MTLS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mtls",
        abstract: "Flip a listener's mutual TLS: off, passthrough or verify.",
        discussion: """
            Returns when every worker enforces the new mode. Connections judged by the old one are closed: \
            idle ones at once, busy ones after the request in hand.
            """
    )

    @Argument(help: ArgumentHelp("The listener's name, ARN, id, or its port.", valueName: "listener"))
    var listener: String

    @Argument(help: "off, passthrough or verify.")
    var mode: Mode

    @Option(
        help: ArgumentHelp("The trust store; needed where the listener never had one.", valueName: "name")
    )
    var trustStore: String?

    @OptionGroup var gate: GateOptions

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case off, passthrough, verify

        var model: MutualAuthentication.Mode {
            switch self {
            case .off: .off
            case .passthrough: .passthrough
            case .verify: .verify
            }
        }
    }

    mutating func run() async throws {
        let change = MutualAuthenticationChange(
            listener: self.listener,
            mode: self.mode.model,
            trustStore: self.trustStore
        )
        let lines = try await self.gate.withGate { gate, isRunning throws(OperatorError) in
            let receipt = try await gate.setMutualAuthentication(change, by: .thisUser(via: "sekisho mtls"))
            return Report.receipt(receipt, isRunning: isRunning)
        }
        lines.forEach(Output.line)
    }
}
