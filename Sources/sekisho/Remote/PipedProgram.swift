import API
import Dispatch
import Foundation
import Glibc
import Model
import Synchronization

/// A program of the machine, with pipes to its input, output and errors.
///
/// It stays in this process's group, so that it may ask at the terminal for a password. Its input ends with
/// the last reference.
final class PipedProgram: Sendable {
    let input: Descriptor
    let output: Descriptor
    let errors: Descriptor
    private let ending = Ending()

    /// Starts the program, looked for in `PATH`.
    init(_ words: [String]) throws(OperatorError) {
        let (input, output, errors) = try (Pipe(), Pipe(), Pipe())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.reading.number, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.writing.number, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.writing.number, STDERR_FILENO)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that this process ignores are not its children's to ignore.
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

        let arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, words[0], &actions, &attributes, arguments, environ)
        guard failure == 0 else { throw Self.error(words[0], failure) }
        self.input = input.writing
        self.output = output.reading
        self.errors = errors.reading
        self.ending.wait(for: process)
    }

    var isRunning: Bool { self.ending.status.withLock { $0 == nil } }

    /// Waits for its end; true for success.
    func succeeds() -> Bool {
        self.ending.group.wait()
        return self.ending.status.withLock { $0 == 0 }
    }

    /// Reads lines until one is wanted; nil at the end, or when it talks for ever.
    static func firstLine<Value>(of pipe: Descriptor, _ wanted: (String) -> Value?) -> Value? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        var left = Self.mostBytes
        while left > 0 {
            let count = read(pipe.number, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            left -= 1
            guard byte == 0x0A else {
                line.append(byte)
                continue
            }
            if let value = wanted(String(decoding: line, as: UTF8.self)) { return value }
            line = []
        }
        return nil
    }

    /// Bytes that are looked through for a line.
    private static let mostBytes = 65_536

    private static func error(_ program: String, _ number: Int32) -> OperatorError {
        OperatorError(
            .validationError,
            subject: program,
            message: "\(program) cannot be started: \(String(cString: strerror(number))).",
            hint: "Install it, or put its directory into PATH."
        )
    }

    /// Reaps the program whenever it ends, also when nobody asks any more.
    private final class Ending: Sendable {
        let status = Mutex<Int32?>(nil)
        let group = DispatchGroup()

        func wait(for process: pid_t) {
            self.group.enter()
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                self.status.withLock { $0 = status }
                self.group.leave()
            }
        }
    }

    /// Both ends, closed in programs that are started unless they are given one.
    private struct Pipe {
        let reading: Descriptor
        let writing: Descriptor

        init() throws(OperatorError) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw PipedProgram.error("A pipe", errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            self.reading = Descriptor(ends[0])
            self.writing = Descriptor(ends[1])
        }
    }
}
