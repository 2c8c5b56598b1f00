import ArgumentParser
import Console
import Foundation

/// `sekisho paths`: which files are used, and which of them are there.
struct Paths: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print which files and directories are used.",
        discussion: "Configuration is only read. A line that ends with (none) names a file that is not there."
    )

    @Option(help: GateOptions.stateHelp, completion: .directory)
    var state: String?

    mutating func run() throws {
        let places = ConsolePlaces(environment: ProcessInfo.processInfo.environment)
        let state = self.state ?? StatePaths.defaultState()
        self.print(
            "state",
            [
                state, StatePaths.socket(in: state), StatePaths.viewerSocket(in: state),
                StatePaths.connectionLog(in: state),
            ]
        )
        self.print("settings", places.settings)
        self.print("keys", places.keys)
        self.print("themes", places.themes)
        self.print("memory", places.state.map { [$0] } ?? [])
    }

    private func print(_ kind: String, _ paths: [String]) {
        for path in paths {
            let isThere = FileManager.default.fileExists(atPath: path)
            let label = kind.padding(toLength: 10, withPad: " ", startingAt: 0)
            Output.line("\(label)\(path)\(isThere ? "" : " (none)")")
        }
    }
}
