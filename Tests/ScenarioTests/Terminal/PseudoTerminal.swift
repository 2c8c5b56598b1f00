import Foundation
import Glibc
import Synchronization
import Testing

/// A terminal with a program on it: what it wrote, how it left the settings, how it ended.
///
/// The program is the leader of a session of its own, whose controlling terminal this is, as in a login
/// shell.
final class PseudoTerminal: Sendable {
    private struct State {
        var output: [UInt8] = []
        var master: Int32
    }

    private let state: Mutex<State>
    /// Keeps the settings alive after the program has ended.
    private let slave: Int32
    let process: pid_t

    /// Settings from before the program, to be compared with ``settings()``.
    let found: String

    /// Starts a program on a new terminal.
    init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        columns: UInt16 = 80,
        rows: UInt16 = 24
    ) throws {
        // What posix_openpt, unlockpt and ptsname do (ioctl_tty(2)); they are hidden behind _XOPEN_SOURCE.
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(master >= 0)
        var (unlocked, number): (Int32, UInt32) = (0, 0)
        let (lockRequest, numberRequest): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        let isReady = ioctl(master, lockRequest, &unlocked) == 0 && ioctl(master, numberRequest, &number) == 0
        try #require(isReady)
        let name = "/dev/pts/\(number)"
        self.slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(master, UInt(TIOCSWINSZ), &size) == 0)
        self.found = Self.settings(of: self.slave)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that the leader of a session opens becomes its controlling terminal.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        // Foundation waits for whoever holds the descriptors it made for the children of other tests.
        // Closing what is not open is no error (glibc's spawni.c).
        for descriptor in 3..<1_024 as Range<Int32> {
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
        // POSIX_SPAWN_SETSID is 0x80, behind _GNU_SOURCE in <spawn.h>.
        let flags = 0x80 | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, path, &actions, &attributes, argv, envp)
        try #require(result == 0, "posix_spawn: \(String(cString: strerror(result)))")
        self.process = process
        Self.running.withLock { _ = $0.insert(process) }
        _ = Self.killsAtExit
        self.state = Mutex(State(master: master))
        Thread.detachNewThread { [weak self] in
            while let isOpen = self?.readSome(), isOpen {}
        }
    }

    /// Takes what has been written; false at the end.
    ///
    /// Never blocks in `read`, which would keep the terminal open after ``hangUp()``.
    private func readSome() -> Bool {
        let master = self.state.withLock { $0.master }
        var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        poll(&waiting, 1, 20)
        return self.state.withLock { state in
            guard state.master >= 0 else { return false }
            guard waiting.revents != 0 else { return true }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = Glibc.read(state.master, &bytes, bytes.count)
            guard count > 0 else { return false }
            state.output += bytes[..<count]
            return true
        }
    }

    /// Programs that have not ended; a gate outlives its terminal, and a test process the terminals of its
    /// last tests.
    private static let running = Mutex<Set<pid_t>>([])
    private static let killsAtExit: Void = {
        atexit { for process in PseudoTerminal.running.withLock({ $0 }) { kill(process, SIGKILL) } }
        return
    }()

    /// Notes that its number may be another's now.
    private func hasEnded() { Self.running.withLock { _ = $0.remove(self.process) } }

    deinit {
        let isRunning = Self.running.withLock { $0.contains(self.process) }
        if isRunning {
            kill(self.process, SIGKILL)
            var status: Int32 = 0
            waitpid(self.process, &status, 0)
            self.hasEnded()
        }
        self.hangUp()
        Glibc.close(self.slave)
    }

    /// Everything written so far.
    var output: String { self.state.withLock { String(decoding: $0.output, as: UTF8.self) } }
    var outputCount: Int { self.state.withLock { $0.output.count } }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        self.state.withLock { _ = Glibc.write($0.master, bytes, bytes.count) }
    }

    /// Waits until a text has been written; curses writes a new text whole the first time it is drawn.
    func waits(for text: String, after start: Int = 0, within limit: Duration = .seconds(20)) async -> Bool {
        await eventually(within: limit) {
            self.state.withLock { String(decoding: $0.output[start...], as: UTF8.self) }.contains(text)
        }
    }

    /// How the program ended or stopped, from `waitpid(2)`; nil when it has not within the limit.
    func ending(_ options: Int32 = 0, within limit: Duration = .seconds(20)) async -> Ending? {
        var status: Int32 = 0
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while clock.now < deadline {
            if waitpid(self.process, &status, WNOHANG | options) == self.process {
                if status & 0xFF == 0x7F { return .stopped }
                self.hasEnded()
                return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        case stopped
    }

    /// The terminal goes away, as when a window is closed or a connection breaks.
    func hangUp() {
        self.state.withLock { state in
            guard state.master >= 0 else { return }
            Glibc.close(state.master)
            state.master = -1
        }
    }

    /// What `stty -a` would print.
    func settings() -> String { Self.settings(of: self.slave) }

    private static func settings(of descriptor: Int32) -> String {
        var found = termios()
        guard tcgetattr(descriptor, &found) == 0 else { return "gone" }
        let characters = withUnsafeBytes(of: &found.c_cc) { Array($0) }
        return "i\(found.c_iflag) o\(found.c_oflag) c\(found.c_cflag) l\(found.c_lflag) \(characters)"
    }

    /// Whether the last switch between the screens went back to the first, once all has been read.
    func isOnFirstScreen() async -> Bool {
        await eventually(within: .seconds(5)) {
            let switches = self.output.components(separatedBy: "\u{1B}[?1049").dropFirst().map(\.first)
            return switches.isEmpty || switches.last == "l"
        }
    }
}

/// Waits until something holds, looking every 10 ms.
func eventually(within limit: Duration, _ condition: () async throws -> Bool) async rethrows -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while clock.now < deadline {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}
