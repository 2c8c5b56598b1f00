import API
import ArgumentParser
import Foundation
import Model
import Service

/// `sekisho serve`: a gate without a terminal.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the gate without a console.",
        discussion: "SIGTERM and SIGINT let requests in hand finish, then end it; a second one cuts them."
    )

    @Option(help: GateOptions.stateHelp, completion: .directory)
    var state: String?

    @OptionGroup var metrics: MetricsOption
    @OptionGroup var viewers: ViewerOption

    mutating func run() async throws {
        Signals.begin()
        let gate = try await Gate.start(
            state: self.state ?? StatePaths.defaultState(),
            viewerGroup: self.viewers.viewerGroup
        )
        let metrics = try await self.metrics.start(gate)
        try await gate.reportFailures()
        let view = try await gate.service.view()
        let served = view.configuration.listeners.count - view.failedListeners.count
        Output.line(
            "sekisho: ready; listeners \(served), workers \(view.workers), process \(view.processID), "
                + "state directory \(gate.directory.path)"
        )
        await Signals.untilEnd()
        metrics?.stop()
        await gate.stopOnSignal()
    }
}
