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

    @OptionGroup var output: OutputOption

    mutating func run() throws {
        let places = ConsolePlaces(environment: ProcessInfo.processInfo.environment)
        let state = self.state ?? StatePaths.defaultState()
        let kinds = [
            (
                "state",
                [
                    state, StatePaths.socket(in: state), StatePaths.viewerSocket(in: state),
                    StatePaths.connectionLog(in: state),
                ]
            ),
            ("settings", places.settings), ("keys", places.keys), ("themes", places.themes),
            ("memory", places.state.map { [$0] } ?? []), ("log", places.log.map { [$0] } ?? []),
        ]
        for (kind, paths) in kinds {
            for path in paths {
                let place = Place(
                    kind: kind,
                    path: path,
                    exists: FileManager.default.fileExists(atPath: path)
                )
                Output.line(self.output.format == .json ? try JSONDocument.line(place) : place.line)
            }
        }
    }

    private struct Place: Encodable {
        let kind: String
        let path: String
        let exists: Bool

        var line: String {
            let label = self.kind.padding(toLength: 10, withPad: " ", startingAt: 0)
            return "\(label)\(self.path)\(self.exists ? "" : " (none)")"
        }
    }
}
