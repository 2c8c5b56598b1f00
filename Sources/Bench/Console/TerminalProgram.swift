import Foundation
import Glibc

/// A program on a terminal of its own; it ends with the last reference.
///
/// What it writes is taken by whoever waits for something, on the one thread of the benchmark.
final class TerminalProgram {
    let processID: pid_t
    private let master: Int32
    private(set) var byteCount = 0
    private var hasEnded = false

    /// Starts the program at an absolute path, as the leader of a session whose terminal this is.
    init(_ path: String, _ arguments: [String], columns: UInt16 = 120, rows: UInt16 = 40) throws {
        // What posix_openpt, unlockpt and ptsname do (ioctl_tty(2)).
        self.master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (unlocked, number): (Int32, UInt32) = (0, 0)
        guard self.master >= 0, ioctl(self.master, UInt(0x4004_5431), &unlocked) == 0,
            ioctl(self.master, UInt(0x8004_5430), &number) == 0
        else { throw BenchmarkError("there is no terminal to be had") }
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(self.master, UInt(TIOCSWINSZ), &size)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/pts/\(number)", O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID, behind _GNU_SOURCE in <spawn.h>.
        posix_spawnattr_setflags(&attributes, 0x80)
        var environment = ProcessInfo.processInfo.environment
        // What somebody has set, and what his consoles remember, has no part in it.
        environment.merge([
            "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": "/dev/null/none",
            "XDG_STATE_HOME": "/dev/null/none",
        ]) { $1 }
        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, path, &actions, &attributes, argv, envp)
        guard failure == 0 else { throw BenchmarkError("\(path): \(String(cString: strerror(failure)))") }
        self.processID = process
    }

    deinit {
        if !self.hasEnded {
            kill(self.processID, SIGKILL)
            waitpid(self.processID, nil, 0)
        }
        close(self.master)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(self.master, bytes, bytes.count)
    }

    /// Reads until a text has come; how long that took.
    @discardableResult
    func wait(for text: String, seconds: Double = 60) throws -> Duration {
        let wanted = Array(text.utf8)
        var seen: [UInt8] = []
        return try self.wait(seconds: seconds, what: text) { bytes in
            seen = Array((seen + bytes).suffix(65_536))
            return seen.firstRange(of: wanted) != nil
        }
    }

    /// Reads until anything has come; how long that took.
    func waitForAnything() throws -> Duration {
        try self.wait(seconds: 10, what: "anything") { !$0.isEmpty }
    }

    /// Reads what comes for so long.
    func watch(seconds: Double) {
        _ = try? self.wait(seconds: seconds, what: "") { _ in false }
    }

    /// Sends a signal and waits for the end; how long that took.
    func end(by signal: Int32) throws -> Duration {
        let start = ContinuousClock.now
        kill(self.processID, signal)
        while waitpid(self.processID, nil, WNOHANG) == 0 {
            _ = self.readSome()
            guard ContinuousClock.now - start < .seconds(10) else {
                throw BenchmarkError("the console does not end")
            }
            usleep(200)
        }
        self.hasEnded = true
        return ContinuousClock.now - start
    }

    /// Takes what is written while something else is waited for.
    func drain() -> TerminalDrain { TerminalDrain(self.master) }

    private func wait(
        seconds: Double,
        what: String,
        _ isDone: ([UInt8]) -> Bool
    ) throws -> Duration {
        let start = ContinuousClock.now
        let deadline = start + .seconds(seconds)
        while ContinuousClock.now < deadline {
            var waiting = pollfd(fd: self.master, events: Int16(POLLIN), revents: 0)
            let left = (deadline - .now) / .milliseconds(1)
            poll(&waiting, 1, Int32(max(1, min(left, 1_000))))
            if isDone(self.readSome()) { return ContinuousClock.now - start }
        }
        throw BenchmarkError("the console did not show \(what) within \(Int(seconds)) s")
    }

    private func readSome() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(self.master, &bytes, bytes.count)
        guard count > 0 else { return [] }
        self.byteCount += count
        let read = Array(bytes[..<count])
        // As terminals do: the cursor, after one character at the left edge (ECMA-48 8.3.35).
        if read.firstRange(of: Array("\u{1B}[6n".utf8)) != nil { self.type("\u{1B}[1;2R") }
        return read
    }
}
