import API
import ArgumentParser
import Model

/// `sekisho` alone: the console, with a gate in this process if none runs.
struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Show the console; start a gate in this process if none runs (the default)."
    )

    @Option(help: GateOptions.stateHelp, completion: .directory)
    var state: String?

    @OptionGroup var metrics: MetricsOption
    @OptionGroup var viewers: ViewerOption
    @OptionGroup var appearance: LookOptions

    mutating func run() async throws {
        Signals.begin()
        let state = self.state ?? StatePaths.defaultState()
        let socket = StatePaths.usableSocket(in: state)
        guard !RemoteControlPlane.isListening(at: socket) else {
            guard self.metrics.metrics == nil else { throw GateOptions.alreadyRuns("--metrics", state) }
            guard self.viewers.viewerGroup == nil else {
                throw GateOptions.alreadyRuns("--viewer-group", state)
            }
            try await ConsoleHost.show(RemoteControlPlane(socketPath: socket), look: self.appearance.look)
            return
        }
        let gate = try await Gate.start(state: state, viewerGroup: self.viewers.viewerGroup)
        let metrics = try await self.metrics.start(gate)
        do throws(OperatorError) {
            try await ConsoleHost.serve(gate, look: self.appearance.look)
        } catch {
            metrics?.stop()
            await gate.stop(grace: .zero)
            throw error
        }
        metrics?.stop()
        await gate.stopOnSignal()
    }
}
