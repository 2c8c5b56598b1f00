import Foundation

/// What a program that ran to its end said.
public struct ToolResult: Sendable {
    /// The exit status; of a program that a signal ended, 128 and the signal's number.
    public let status: Int32
    public let standardOutput: String
    public let standardError: String
}

/// Runs a program to its end, without a shell.
///
/// - Parameters:
///   - path: absolute, or a name to look up in PATH.
///   - arguments: passed as they are.
///   - standardInput: everything the program can read; then its input ends.
///   - environment: added to this process's.
/// - Returns: how it ended and all that it wrote.
/// - Throws: an error of Foundation's if the program cannot be started.
public func runTool(
    _ path: String,
    _ arguments: [String],
    standardInput: String = "",
    environment: [String: String] = [:]
) async throws -> ToolResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path.hasPrefix("/") ? path : "/usr/bin/env")
    process.arguments = path.hasPrefix("/") ? arguments : [path] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }

    // Files, not pipes: a program that writes much before it reads cannot block, and nothing has to be read
    // while it runs.
    let directory = try TemporaryDirectory()
    let input = try directory.write(standardInput, to: "input")
    let output = try directory.write("", to: "output")
    let errors = try directory.write("", to: "errors")
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))

    return try await withCheckedThrowingContinuation { continuation in
        process.terminationHandler = { process in
            let wasSignalled = process.terminationReason == .uncaughtSignal
            continuation.resume(
                returning: ToolResult(
                    status: wasSignalled ? 128 + process.terminationStatus : process.terminationStatus,
                    standardOutput: text(of: output, in: directory),
                    standardError: text(of: errors, in: directory)
                )
            )
        }
        do {
            try process.run()
        } catch {
            process.terminationHandler = nil
            continuation.resume(throwing: error)
        }
    }
}

/// Takes the directory so that it is not removed before its file is read.
private func text(of path: String, in directory: TemporaryDirectory) -> String {
    withExtendedLifetime(directory) {
        String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self)
    }
}
