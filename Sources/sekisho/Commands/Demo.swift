import API
import ArgumentParser
import Model

/// `sekisho demo`: everything there is to see, with nothing to prepare.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the gate at work, with throw-away certificates, clients and a target.",
        discussion: """
            Listens on 127.0.0.1: off on 8441 to an echo target, passthrough on 8442 to a function that shows \
            the headers it got, verify on 8443 with a fixed response, verify on 8444 to the echo target.
            """
    )

    /// Ports below need privileges on most machines, and there must be room for all listeners above.
    private static let portBases = 1...(65_536 - Int(DemoConfiguration.listeners))

    @Option(
        help: ArgumentHelp(
            "Keep everything in this directory (PEM files in its pki/); else it goes when the demo ends.",
            valueName: "dir"
        ),
        completion: .directory
    )
    var state: String?

    @Flag(help: "Print curl lines to try instead of the console, and run until Ctrl-C.")
    var noConsole = false

    @Flag(help: "Leave out the stream of clients.")
    var noClients = false

    @Option(help: ArgumentHelp("The first of the four listeners' ports.", valueName: "n"))
    var portBase = 8441

    @Option(help: ArgumentHelp("The echo target's port; 0 for any free one.", valueName: "n"))
    var echoPort: UInt16 = 8440

    @OptionGroup var metrics: MetricsOption
    @OptionGroup var appearance: LookOptions

    func validate() throws {
        guard Self.portBases.contains(self.portBase) else {
            throw ValidationError("--port-base is \(self.portBase), outside 1–\(Self.portBases.upperBound).")
        }
    }

    mutating func run() async throws {
        Signals.begin()
        let place = try DemoPlace(named: self.state)
        defer { place.remove() }
        let demo = try await Demonstration.start(
            in: place,
            portBase: UInt16(self.portBase),
            echoPort: self.echoPort,
            hasClients: !self.noClients
        )
        let metrics: MetricsServer?
        do throws(OperatorError) {
            metrics = try await self.metrics.start(demo.gate)
            if self.noConsole {
                let program = CommandLine.arguments.first ?? "sekisho"
                Output.write(demo.configuration.guide(pki: place.pki, state: place.state, program: program))
                Output.line("# running until Ctrl-C")
                await Signals.untilEnd()
            } else {
                try await ConsoleHost.serve(demo.gate, look: self.appearance.look)
            }
        } catch {
            await demo.stop()
            throw error
        }
        metrics?.stop()
        await demo.stop()
    }
}
