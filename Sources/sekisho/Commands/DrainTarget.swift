import ArgumentParser
import Model

/// `sekisho target`: takes a target out of use by hand, and back.
struct DrainTarget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "target",
        abstract: "Drain a target of a group by hand, or restore it.",
        discussion: """
            A drained target gets nothing new from the moment this returns, and may finish what it has in \
            hand within its group's deregistration delay. It stays in its group, is checked on, and remains \
            drained across restarts and further applies until it is restored.
            """
    )

    @Argument(help: ArgumentHelp("The target group's name, ARN or id.", valueName: "group"))
    var group: String

    @Argument(
        help: ArgumentHelp("The target: 10.0.0.4:8080 or [fd00::4]:8080.", valueName: "address:port"),
        transform: Self.endpoint
    )
    var target: Endpoint

    @Argument(help: "drain: nothing new; restore: as its health allows.")
    var action: Action

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    enum Action: String, ExpressibleByArgument, CaseIterable {
        case drain, restore

        var model: TargetOverride.Action {
            switch self {
            case .drain: .drain
            case .restore: .restore
            }
        }
    }

    static func endpoint(_ text: String) throws -> Endpoint {
        guard let endpoint = Endpoint(text) else {
            throw ValidationError(
                "\"\(text)\" is no address with a port; write 10.0.0.4:8080 or [fd00::4]:8080."
            )
        }
        return endpoint
    }

    mutating func run() async throws {
        let change = TargetOverride(
            targetGroup: self.group,
            target: self.target,
            action: self.action.model
        )
        try self.gate.requireGate()
        let format = self.output.format
        let lines = try await self.gate.withGate { gate, isRunning throws(OperatorError) in
            let receipt = try await gate.setTarget(change, by: .thisUser(via: "sekisho target"))
            return try Report.receipt(receipt, isRunning: isRunning, as: format)
        }
        lines.forEach(Output.line)
    }
}
