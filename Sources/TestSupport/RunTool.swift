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
/// - Throws: ``SystemCallFailure`` if the program cannot be started.
public func runTool(
    _ path: String,
    _ arguments: [String],
    standardInput: String = "",
    environment: [String: String] = [:]
) async throws -> ToolResult {
    // Files, not pipes: a program that writes much before it reads cannot block, and nothing has to be read
    // while it runs.
    let directory = try TemporaryDirectory()
    let input = try directory.write(standardInput, to: "input")
    let (output, errors) = (directory.file("output"), directory.file("errors"))
    let child = try ChildProgram(
        path.hasPrefix("/") ? path : "/usr/bin/env",
        path.hasPrefix("/") ? arguments : [path] + arguments,
        environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
        input: input,
        output: output,
        errors: errors
    )
    let status = await withCheckedContinuation { continuation in
        child.whenEnded { continuation.resume(returning: $0) }
    }
    return ToolResult(
        status: status,
        standardOutput: text(of: output, in: directory),
        standardError: text(of: errors, in: directory)
    )
}

/// Takes the directory so that it is not removed before its file is read.
private func text(of path: String, in directory: TemporaryDirectory) -> String {
    withExtendedLifetime(directory) {
        String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self)
    }
}
