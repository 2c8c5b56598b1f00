import API
import ArgumentParser
import Model

/// `sekisho console`: shows a gate that runs in another process.
struct AttachConsole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Show the console of a running gate."
    )

    @OptionGroup var gate: GateOptions
    @OptionGroup var appearance: LookOptions

    mutating func run() async throws {
        Signals.begin()
        // Asked before the terminal changes, so that a gate that does not run is told in the shell.
        _ = try await self.gate.remote.view()
        try await ConsoleHost.show(self.gate.remote, look: self.appearance.look)
    }
}
