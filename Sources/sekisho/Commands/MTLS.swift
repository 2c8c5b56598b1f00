import ArgumentParser
import Model

/// `sekisho mtls`: flips how one listener treats client certificates.
struct MTLS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mtls",
        abstract: "Flip a listener's mutual TLS: off, passthrough or verify.",
        discussion: """
            Returns when every worker enforces the new mode. Connections judged by the old one are closed: \
            idle ones at once, busy ones after the request in hand. No connection is refused because of it.
            """
    )

    @Argument(help: ArgumentHelp("The listener's name, ARN, id, or its port.", valueName: "listener"))
    var listener: String

    @Argument(
        help: ArgumentHelp(
            """
            off: no certificate is asked for; passthrough: any or none, told to the target; verify: one that \
            the trust store vouches for.
            """
        )
    )
    var mode: Mode

    @Option(
        help: ArgumentHelp("The trust store; needed where the listener never had one.", valueName: "name")
    )
    var trustStore: String?

    @OptionGroup var rehearsal: RehearsalOption
    @OptionGroup var trial: TrialOption
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
        var change = MutualAuthenticationChange(
            listener: self.listener,
            mode: self.mode.model,
            trustStore: self.trustStore
        )
        try self.gate.requireGate()
        change.trial = try self.trial.terms(isRunning: self.gate.isRemote)
        let wanted = change
        guard try await self.rehearsal.run(.mutualAuthentication(wanted), self.gate) else { return }
        let lines = try await self.gate.withGate { gate, isRunning throws(OperatorError) in
            let receipt = try await gate.setMutualAuthentication(wanted, by: .thisUser(via: "sekisho mtls"))
            return Report.receipt(receipt, isRunning: isRunning)
        }
        lines.forEach(Output.line)
    }
}
