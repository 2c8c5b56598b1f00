import Foundation
import Glibc
import TestSupport

/// A program that runs on cores of its own, and ends with its last reference or with this process.
final class PinnedProgram {
    let name: String
    let processID: pid_t

    private let outputPath: String
    private let errorPath: String
    private var status: Int32?

    /// Starts a program at an absolute path, on cores as `taskset -c` takes them.
    ///
    /// Its output goes to files in the directory, which have its name.
    init(
        _ path: String,
        _ arguments: [String],
        cores: String,
        name: String,
        directory: TemporaryDirectory
    ) throws {
        self.name = name
        self.outputPath = directory.file("\(name).out")
        self.errorPath = directory.file("\(name).err")
        // Both programs become the next one, so that the number stays.
        let child = try ChildProgram(
            "/usr/bin/setpriv",
            ["--pdeathsig", "TERM", "/usr/bin/taskset", "-c", cores, path] + arguments,
            environment: ProcessInfo.processInfo.environment,
            input: "/dev/null",
            output: self.outputPath,
            errors: self.errorPath
        )
        self.processID = child.processID
    }

    deinit {
        self.end()
    }

    /// The process and all it has started.
    var processes: [Int32] { ProcessTree.all(under: self.processID) }

    var output: String { ProcFile.text(self.outputPath) ?? "" }

    var errors: String { ProcFile.text(self.errorPath) ?? "" }

    /// The exit status, or 128 and the signal's number, of a program that has ended.
    func pollStatus() -> Int32? {
        if let status { return status }
        var raw: Int32 = 0
        guard waitpid(self.processID, &raw, WNOHANG) == self.processID else { return nil }
        self.status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
        return self.status
    }

    /// Waits for something to come true; fails if the program ends before, or it takes too long.
    func wait(seconds: Double, for what: String, _ condition: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !condition() {
            if let status = self.pollStatus() {
                throw BenchmarkError("\(self.name) ended with status \(status): \(self.errors)\(self.output)")
            }
            guard ContinuousClock.now < deadline else {
                throw BenchmarkError("\(self.name): \(what) did not come about within \(Int(seconds)) s")
            }
            usleep(5_000)
        }
    }

    /// Waits for the end; what it wrote to standard output.
    func finish(seconds: Double) throws -> String {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            guard let status = self.pollStatus() else {
                usleep(5_000)
                continue
            }
            guard status == 0 else {
                throw BenchmarkError("\(self.name) ended with status \(status): \(self.errors)\(self.output)")
            }
            return self.output
        }
        throw BenchmarkError("\(self.name) did not end within \(Int(seconds)) s")
    }

    /// Asks it to stop as Ctrl-C does, and waits until it has.
    func interrupt() {
        kill(self.processID, SIGINT)
        for _ in 0..<1_000 where self.pollStatus() == nil { usleep(5_000) }
    }

    /// Asks it to end, and makes it after five seconds.
    func end() {
        for signal in [SIGTERM, SIGKILL] where self.pollStatus() == nil {
            kill(self.processID, signal)
            for _ in 0..<1_000 where self.pollStatus() == nil { usleep(5_000) }
        }
    }
}
