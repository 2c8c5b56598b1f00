import Foundation
import Glibc
import Synchronization

/// A program that runs beside a test, with what it has written so far.
///
/// It is killed with its last reference, so that no test leaves one behind.
public final class RunningProgram: Sendable {
    /// A program that did not say what was waited for.
    public struct Silent: Error, CustomStringConvertible {
        public let description: String
    }

    /// How long is waited for a program's words: far longer than a busy machine takes.
    private static let patience: Duration = .seconds(30)

    public let processID: Int32

    private let ending: Ending
    private let directory: TemporaryDirectory

    /// Starts the program at an absolute path; its input has ended unless there is a file or a named pipe
    /// for it.
    ///
    /// A named pipe must be open for writing already, or its reader waits for ever.
    public convenience init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        input: String = "/dev/null"
    ) throws {
        let inherited = ProcessInfo.processInfo.environment
        try self.init(path, arguments, environment ?? inherited, input, directory: TemporaryDirectory())
    }

    private init(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ input: String,
        directory: TemporaryDirectory
    ) throws {
        let child = try ChildProgram(
            path,
            arguments,
            environment: environment,
            input: input,
            output: directory.write("", to: "output"),
            errors: directory.write("", to: "errors")
        )
        let ending = Ending()
        child.whenEnded { ending.end($0) }
        self.processID = child.processID
        self.directory = directory
        self.ending = ending
    }

    deinit {
        self.signal(SIGKILL)
    }

    /// Sends a signal; does nothing to a program that has ended.
    public func signal(_ number: Int32) {
        self.ending.ifRunning { kill(self.processID, number) }
    }

    public var standardOutput: String { self.text("output") }

    public var standardError: String { self.text("errors") }

    public var hasEnded: Bool { self.ending.status != nil }

    /// Waits for the end; the exit status, or 128 and the number of the signal that ended it.
    public func status() async -> Int32 {
        await self.ending.wait()
    }

    /// Waits until standard output holds a text.
    public func waitForOutput(_ words: String) async throws {
        let deadline = ContinuousClock.now + Self.patience
        while !self.standardOutput.contains(words) {
            guard !self.hasEnded, .now < deadline else {
                throw Silent(description: "no \"\(words)\" in: \(self.standardOutput)\(self.standardError)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func text(_ name: String) -> String {
        let data = try? Data(contentsOf: URL(fileURLWithPath: self.directory.file(name)))
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}

/// How a program ended, once it has.
private final class Ending: Sendable {
    private struct State {
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }

    private let state = Mutex(State())

    var status: Int32? { self.state.withLock { $0.status } }

    func end(_ status: Int32) {
        let waiters = self.state.withLock { state in
            state.status = status
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = self.state.withLock { state -> Int32? in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Does something to the process before its end is told: its number is not another's yet.
    func ifRunning(_ body: () -> Void) {
        self.state.withLock { state in
            if state.status == nil { body() }
        }
    }
}
