import ArgumentParser
import Foundation
import Glibc

/// Where programs are and which cores they run on.
struct BedOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Cores of the proxies, as taskset(1) takes them.", valueName: "list"))
    var proxyCores = "0"

    @Option(help: ArgumentHelp("Cores of the load generator and the targets.", valueName: "list"))
    var loadCores = "1"

    @Option(help: ArgumentHelp("The release build of sekisho; without it, the one beside this program."))
    var sekisho: String?

    /// This program, which is also the load generator and the target.
    static var program: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }

    func sekishoPath() throws -> String {
        let beside = URL(fileURLWithPath: Self.program).deletingLastPathComponent().appendingPathComponent(
            "sekisho"
        )
        let path = self.sekisho ?? beside.path
        guard access(path, X_OK) == 0 else {
            throw BenchmarkError("\(path) is not there: swift build -c release makes it")
        }
        return path
    }
}
