import Foundation
package import Glibc

/// A program started with `posix_spawn(3)`, its input and output in files.
///
/// Not by Foundation's `Process`: that one makes descriptors which children started meanwhile by other tests
/// inherit, waits for whoever holds them, and has crashed in a process with many threads.
package struct ChildProgram {
    package let processID: pid_t

    /// Starts a program at an absolute path; it has no descriptors but 0, 1 and 2.
    package init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        input: String,
        output: String,
        errors: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // Closing what is not open is no error (glibc's spawni.c).
        for descriptor in 3..<4_096 as Range<Int32> {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The test's threads may have signals blocked or ignored; the program begins as from a shell.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, path, &actions, &attributes, argv, envp)
        guard result == 0 else { throw SystemCallFailure("posix_spawn \(path)", result) }
        self.processID = process
    }

    /// Waits on a thread of its own; the exit status, or 128 and the number of the signal that ended it.
    func whenEnded(_ body: @escaping @Sendable (Int32) -> Void) {
        let process = self.processID
        BlockingThread.start {
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            body(signal == 0 ? status >> 8 & 0xFF : 128 + signal)
        }
    }
}
