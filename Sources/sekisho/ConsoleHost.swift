import API
import Console
import Foundation
import Model
import Service

/// Shows a console and decides what becomes of the process when it ends.
///
/// The terminal never owns the gate: a serving process whose console was left, or whose terminal has gone,
/// goes on without one until it is told to end.
enum ConsoleHost {
    struct Look: Sendable {
        let theme: String?
        let language: Language?
        let zone: ClockZone?
        let hasMouse: Bool?
        let isColourless: Bool
        let isLinear: Bool
    }

    /// Shows a gate of another process, perhaps of another machine, until the console is left.
    static func show(
        _ gate: RemoteControlPlane,
        look: Look,
        machine: String? = nil
    ) async throws(OperatorError) {
        // Asked before the terminal changes, so that a gate that does not run is told in the shell.
        let role: ConsoleOptions.Role = try await gate.access() == .full ? .attached : .viewing
        _ = try await Self.run(gate, role: role, look: look, machine: machine, logPath: nil)
    }

    /// Shows the gate of this process; returns when it is to be stopped.
    static func serve(_ gate: Gate, look: Look) async throws(OperatorError) {
        let state = gate.directory.path
        let end = try await Self.run(
            gate.service,
            role: .serving,
            look: look,
            logPath: "\(state)/logs/stderr.log"
        )
        switch end {
        case .stopServing: return
        // The signal that ended the console waits here too; left there, it would count as a second one.
        case .terminated: await Signals.untilEnd()
        case .left, .terminalLost:
            Output.error(
                """
                sekisho: the gate goes on serving without its console. Attach with \
                `sekisho console --state \(state)`; stop it with `kill \(ProcessInfo.processInfo.processIdentifier)`.
                """
            )
            await Signals.untilEnd()
        }
    }

    private static func run(
        _ gate: any ControlPlane,
        role: ConsoleOptions.Role,
        look: Look,
        machine: String? = nil,
        logPath: String?
    ) async throws(OperatorError) -> ConsoleEnd {
        var options = ConsoleOptions(
            role: role,
            theme: look.theme,
            language: look.language,
            author: .thisUser(via: "console"),
            machine: machine,
            logPath: logPath
        )
        options.zone = look.zone
        options.hasMouse = look.hasMouse
        options.isLinear = look.isLinear
        let chosen = options
        var environment = ProcessInfo.processInfo.environment
        if look.isColourless { environment["NO_COLOR"] = "1" }
        let settled = environment
        return try await Blocking.run(name: "console") {
            Result { () throws(OperatorError) in
                try ConsoleSession.run(gate, options: chosen, environment: settled)
            }
        }.get()
    }
}
